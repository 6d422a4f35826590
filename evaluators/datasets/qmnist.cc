#include "evaluators/datasets/idx_images.h"
#include "evaluators/datasets/qmnist.row.h"

namespace actsearch::datasets {

Result<std::unique_ptr<const Dataset>> LoadQmnist(const Source& source) {
  const catalogue::DatasetInfo row = QmnistRow();
  return LoadIdxImages({.row = row,
                       .train = "qmnist-train",
                       .test = "qmnist-test",
                       .labels = IdxKind::kLongLabels}, source);
}

}  // namespace actsearch::datasets
