#include "evaluators/datasets/dataset.h"

#include "evaluators/datasets/rows.h"

namespace actsearch::datasets {

// LoadNAME(dir), each in its own file.
#define ACTSEARCH_ROW(Name) \
  Result<std::unique_ptr<const Dataset>> Load##Name(const std::string& dir);
ACTSEARCH_DATASETS(ACTSEARCH_ROW)
#undef ACTSEARCH_ROW

namespace {

struct DatasetRow {
  std::string_view name;
  Result<std::unique_ptr<const Dataset>> (*load)(const std::string& dir);
};

const Registry<DatasetRow>& Loaders() {
#define ACTSEARCH_ROW(Name) {Name##Row().name, Load##Name},
  static const Registry<DatasetRow> rows("dataset", {ACTSEARCH_DATASETS(ACTSEARCH_ROW)});
#undef ACTSEARCH_ROW
  return rows;
}

}  // namespace

Subset SubsetOf(Split split) {
  switch (split) {
    case Split::kSearch:
      return Subset::kSearch;
    case Split::kSelect:
      return Subset::kSelect;
    case Split::kFinal:
      break;
  }
  return Subset::kFinal;
}

Result<std::unique_ptr<const Dataset>> LoadDataset(std::string_view name, const std::string& dir) {
  const auto row = Loaders().Find(name);
  if (!row) return std::unexpected(row.error());
  return (*row)->load(dir);
}

}  // namespace actsearch::datasets
