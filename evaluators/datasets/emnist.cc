#include <algorithm>

#include "evaluators/datasets/emnist.row.h"
#include "evaluators/datasets/idx_images.h"

namespace actsearch::datasets {
Result<std::unique_ptr<const Dataset>> LoadEmnist(const Source& source) {
  const catalogue::DatasetInfo row = EmnistRow();
  const std::string& split = FieldOf<std::string>(source.fields, "emnist_split");
  const auto row_of = std::ranges::find(kEmnistSplits, split, &EmnistSplit::name);
  auto data = LoadIdxImages({.row = row,
                        .train = "emnist-" + split + "-train",
                        .test = "emnist-" + split + "-test",
                        .classes = row_of->classes,
                        .first_label = split == "letters" ? 1 : 0},
                       source);
  if (data || data.error().code != ErrorCode::kNotFound) return data;
  return Fail(ErrorCode::kNotFound,
              data.error().message + "; task.emnist_split chooses among EMNIST's files");
}

}  // namespace actsearch::datasets
