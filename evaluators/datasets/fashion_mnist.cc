#include "evaluators/datasets/fashion_mnist.row.h"
#include "evaluators/datasets/idx_images.h"

namespace actsearch::datasets {

Result<std::unique_ptr<const Dataset>> LoadFashionMnist(const Source& source) {
  const catalogue::DatasetInfo row = FashionMnistRow();
  return LoadIdxImages({.row = row}, source);
}

}  // namespace actsearch::datasets
