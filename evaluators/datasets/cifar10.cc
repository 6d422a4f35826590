#include <array>

#include "evaluators/datasets/cifar10.row.h"
#include "evaluators/datasets/cifar_images.h"

namespace actsearch::datasets {

using namespace std::string_view_literals;

Result<std::unique_ptr<const Dataset>> LoadCifar10(const Source& source) {
  constexpr std::array kBatches = {"data_batch_1.bin"sv, "data_batch_2.bin"sv,
                                   "data_batch_3.bin"sv, "data_batch_4.bin"sv,
                                   "data_batch_5.bin"sv};
  const catalogue::DatasetInfo row = Cifar10Row();
  return LoadCifarImages({.row = row,
                          .batches = kBatches,
                          .test = "test_batch.bin",
                          .pickled = "data_batch_1"},
                         source);
}

}  // namespace actsearch::datasets
