// A data set of small coloured images whose row i depends on i alone, of any size.
#pragma once

#include <span>

#include "evaluators/datasets/dataset.h"
#include "search_spaces/base/rng.h"

namespace actsearch::test {

inline constexpr int kClasses = 5;

class MadeUpRows : public datasets::Dataset {
 public:
  explicit MadeUpRows(std::int64_t rows, const Shape& shape = Spatial(3, 8, 8)) {
    facts_.inputs.shape = shape;
    facts_.targets = {catalogue::ValueKind::kTokens, Features(1), kClasses};
    facts_.rows.fill(rows);
  }

  const catalogue::DataFacts& Facts() const override { return facts_; }

  void Fill(datasets::Subset, std::span<const std::int64_t> rows,
            const datasets::Batch& batch) const override {
    std::size_t at = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Rng rng = Rng(1).Fork("row", static_cast<std::uint64_t>(rows[i]));
      batch.labels[i] = static_cast<std::int64_t>(rng.Below(kClasses));
      const double brightness = 0.3 * static_cast<double>(batch.labels[i]) - 0.6;
      for (std::int64_t k = 0; k < Numbers(facts_.inputs.shape); ++k) {
        batch.inputs[at++] = static_cast<float>(brightness + rng.Normal());
      }
    }
  }

 private:
  catalogue::DataFacts facts_;
};

}  // namespace actsearch::test
