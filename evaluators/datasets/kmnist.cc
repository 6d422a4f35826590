#include "evaluators/datasets/idx_images.h"
#include "evaluators/datasets/kmnist.row.h"

namespace actsearch::datasets {

Result<std::unique_ptr<const Dataset>> LoadKmnist(const Source& source) {
  const catalogue::DatasetInfo row = KmnistRow();
  return LoadIdxImages({.row = row}, source);
}

}  // namespace actsearch::datasets
