#include "evaluators/datasets/dataset.h"

#include "evaluators/datasets/cifar10.h"
#include "evaluators/datasets/glyphs.h"
#include "evaluators/datasets/mnist.h"

namespace actsearch::datasets {

const Registry<DatasetRow>& Datasets() {
  static const Registry<DatasetRow> datasets(
      "dataset",
      {{"glyphs", "Generated: 16 classes of distorted stroke drawings, 28 x 28 gray.", true,
        LoadGlyphs},
       {"mnist", "Handwritten digits in IDX files, plain or gzip: 10 classes, 28 x 28 gray.", false,
        LoadMnist},
       {"cifar10", "Photographs in binary batches: 10 classes, 32 x 32 colour.", false,
        LoadCifar10}});
  return datasets;
}

Result<Dataset> LoadDataset(std::string_view name, const std::string& dir) {
  const auto row = Datasets().Find(name);
  if (!row) return std::unexpected(row.error());
  return (*row)->load(dir);
}

}  // namespace actsearch::datasets
