// A data set of made-up rows of which row i depends on i alone: small coloured images, or
// what the facts say.
#pragma once

#include <span>

#include "evaluators/datasets/dataset.h"
#include "search_spaces/base/rng.h"
#include "tests/support/table_rows.h"

namespace actsearch::test {

inline constexpr int kClasses = 5;

class MadeUpRows : public datasets::Dataset {
 public:
  explicit MadeUpRows(std::int64_t rows, const Shape& shape = Spatial(3, 8, 8))
      : MadeUpRows(rows, SmallFacts("mlp", shape, kClasses)) {}
  MadeUpRows(std::int64_t rows, catalogue::DataFacts facts) : facts_(std::move(facts)) {
    facts_.rows.fill(rows);
    facts_.references = {{.name = "made up", .losses = {1, 1, 1, 1, 1, 1, 1}}};
  }

  const catalogue::DataFacts& Facts() const override { return facts_; }

  void Fill(datasets::Subset, std::span<const std::int64_t> rows,
            const datasets::Batch& batch) const override {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Rng rng = Rng(1).Fork("row", static_cast<std::uint64_t>(rows[i]));
      if (!batch.tokens.empty()) {
        FillTokens(rng, PartOf(batch.tokens, rows, i), PartOf(batch.labels, rows, i));
      } else if (!batch.targets.empty()) {
        FillNumbers(rng, 0, PartOf(batch.inputs, rows, i));
        FillNumbers(rng, PartOf(batch.inputs, rows, i)[0], PartOf(batch.targets, rows, i));
      } else {
        batch.labels[i] = static_cast<std::int64_t>(
            rng.Below(static_cast<std::size_t>(facts_.targets.classes)));
        FillNumbers(rng, 0.3 * static_cast<double>(batch.labels[i]) - 0.6,
                    PartOf(batch.inputs, rows, i));
      }
    }
  }

 private:
  template <class T>
  static std::span<T> PartOf(std::span<T> all, std::span<const std::int64_t> rows, std::size_t i) {
    const std::size_t size = all.size() / rows.size();
    return all.subspan(i * size, size);
  }

  static void FillNumbers(Rng& rng, double mean, std::span<float> to) {
    for (float& value : to) value = static_cast<float>(mean + rng.Normal());
  }

  // Each symbol mostly follows from the one before.
  void FillTokens(Rng& rng, std::span<std::int64_t> tokens, std::span<std::int64_t> labels) const {
    const auto classes = static_cast<std::size_t>(facts_.inputs.classes);
    auto symbol = static_cast<std::int64_t>(rng.Below(classes));
    for (std::size_t k = 0; k < tokens.size(); ++k) {
      tokens[k] = symbol;
      symbol = rng.Below(4) == 0 ? static_cast<std::int64_t>(rng.Below(classes))
                                 : (2 * symbol + 1) % facts_.inputs.classes;
      labels[k] = symbol;
    }
  }

  catalogue::DataFacts facts_;
};

}  // namespace actsearch::test
