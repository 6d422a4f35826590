#include "evaluators/catalogue/datasets.h"

#include "evaluators/datasets/rows.h"

namespace actsearch::catalogue {

const Registry<DatasetInfo>& Datasets() {
#define ACTSEARCH_ROW(name) datasets::name##Row(),
  static const Registry<DatasetInfo> rows("dataset", {ACTSEARCH_DATASETS(ACTSEARCH_ROW)});
#undef ACTSEARCH_ROW
  return rows;
}

}  // namespace actsearch::catalogue
