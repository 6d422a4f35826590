#include <array>

#include "evaluators/datasets/cifar100.row.h"
#include "evaluators/datasets/cifar_images.h"

namespace actsearch::datasets {

using namespace std::string_view_literals;

Result<std::unique_ptr<const Dataset>> LoadCifar100(const Source& source) {
  constexpr std::array kBatches = {"train.bin"sv};
  const bool fine = FieldOf<std::string>(source.fields, "cifar100_labels") == "fine";
  const catalogue::DatasetInfo row = Cifar100Row();
  return LoadCifarImages({.row = row,
                          .batches = kBatches,
                          .test = "test.bin",
                          .pickled = "train",
                          .label_bytes = 2,
                          .label_byte = fine ? 1 : 0,
                          .classes = fine ? 100 : 20},
                         source);
}

}  // namespace actsearch::datasets
