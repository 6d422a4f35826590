#include "evaluators/datasets/dataset.h"

#include "evaluators/datasets/rows.h"

namespace actsearch::datasets {

// LoadNAME(source), each in its own file.
#define ACTSEARCH_ROW(Name) \
  Result<std::unique_ptr<const Dataset>> Load##Name(const Source& source);
ACTSEARCH_DATASETS(ACTSEARCH_ROW)
#undef ACTSEARCH_ROW

namespace {

struct DatasetRow {
  std::string_view name;
  Result<std::unique_ptr<const Dataset>> (*load)(const Source& source);
};

const Registry<DatasetRow>& Loaders() {
#define ACTSEARCH_ROW(Name) {Name##Row().name, Load##Name},
  static const Registry<DatasetRow> rows("dataset", {ACTSEARCH_DATASETS(ACTSEARCH_ROW)});
#undef ACTSEARCH_ROW
  return rows;
}

}  // namespace

Result<std::unique_ptr<const Dataset>> LoadDataset(std::string_view name, const Source& source) {
  const auto row = Loaders().Find(name);
  if (!row) return std::unexpected(row.error());
  return (*row)->load(source);
}

}  // namespace actsearch::datasets
