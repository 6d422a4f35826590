#include "evaluators/datasets/idx_images.h"
#include "evaluators/datasets/mnist.row.h"

namespace actsearch::datasets {

Result<std::unique_ptr<const Dataset>> LoadMnist(const Source& source) {
  const catalogue::DatasetInfo row = MnistRow();
  return LoadIdxImages({.row = row}, source);
}

}  // namespace actsearch::datasets
