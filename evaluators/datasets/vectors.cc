#include "evaluators/datasets/vectors.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "evaluators/datasets/references.h"
#include "search_spaces/base/check.h"
#include "search_spaces/base/hash.h"

namespace actsearch::datasets {
namespace {

using catalogue::kSubsetCount;

struct Scale {
  double mean = 0;
  double deviation = 1;
};

// Of one column of a table with so many columns.
Scale ScaleOf(std::span<const double> values, std::size_t columns, std::size_t column) {
  const double count = static_cast<double>(values.size() / columns);
  Scale scale;
  for (std::size_t i = column; i < values.size(); i += columns) scale.mean += values[i] / count;
  double variance = 0;
  for (std::size_t i = column; i < values.size(); i += columns) {
    variance += (values[i] - scale.mean) * (values[i] - scale.mean) / count;
  }
  // Rounding of the mean alone is no deviation.
  constexpr double kRounding = 16 * std::numeric_limits<double>::epsilon();
  const double deviation = std::sqrt(variance);
  if (deviation > kRounding * std::fabs(scale.mean)) scale.deviation = deviation;
  return scale;
}

using Columns = std::array<std::vector<double>, kSubsetCount>;

void Standardise(Columns& values, std::size_t columns) {
  for (std::size_t column = 0; column < columns; ++column) {
    const Scale scale = ScaleOf(values[0], columns, column);
    for (std::vector<double>& part : values) {
      for (std::size_t i = column; i < part.size(); i += columns) {
        part[i] = (part[i] - scale.mean) / scale.deviation;
      }
    }
  }
}

std::string PlaceOf(std::size_t index, std::size_t columns) {
  return "row " + std::to_string(index / columns + 1) + ", number " +
         std::to_string(index % columns + 1);
}

Result<void> CheckFinite(const std::string& what, std::span<const double> values,
                         std::size_t columns) {
  const auto bad = std::ranges::find_if(values, [](double v) { return !std::isfinite(v); });
  if (bad == values.end()) return {};
  return Fail(ErrorCode::kInvalid,
              what + ": a value that is not finite (" +
                  PlaceOf(static_cast<std::size_t>(bad - values.begin()), columns) + ")");
}

class Table : public Dataset {
 public:
  explicit Table(Vectors vectors) : vectors_(std::move(vectors)) {
    const auto inputs = static_cast<std::size_t>(Numbers(vectors_.shape));
    facts_.inputs = {.shape = vectors_.shape};
    if (vectors_.outputs == 0) {
      facts_.targets = {catalogue::ValueKind::kTokens, Features(1), vectors_.classes};
    } else {
      facts_.targets = {.shape = Features(vectors_.outputs)};
    }
    for (std::size_t k = 0; k < kSubsetCount; ++k) {
      facts_.rows[k] = static_cast<std::int64_t>(vectors_.subsets[k].inputs.size() / inputs);
    }
    AddReferences(vectors_, facts_);
    std::uint64_t digest = HashText(vectors_.name + ToText(vectors_.shape));
    for (std::size_t k = 0; k < kSubsetCount; ++k) {
      VectorRows& rows = vectors_.subsets[k];
      inputs_[k].assign(rows.inputs.begin(), rows.inputs.end());
      targets_[k].assign(rows.targets.begin(), rows.targets.end());
      digest = DigestOf(inputs_[k], DigestOf(targets_[k], digest));
      for (const std::int64_t label : rows.labels) {
        digest = HashCombine(digest, static_cast<std::uint64_t>(label));
      }
      rows.inputs = {};
      rows.targets = {};
    }
    facts_.digest = HexDigits(digest);
  }

  const catalogue::DataFacts& Facts() const override { return facts_; }

  void Fill(Subset subset, std::span<const std::int64_t> rows, const Batch& batch) const override {
    const auto k = static_cast<std::size_t>(subset);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ACTSEARCH_CHECK(rows[i] >= 0 && rows[i] < Rows(subset), "a row outside its subset");
      Copy(inputs_[k], rows[i], Numbers(vectors_.shape), batch.inputs, i);
      Copy(targets_[k], rows[i], vectors_.outputs, batch.targets, i);
      if (vectors_.outputs == 0) {
        batch.labels[i] = vectors_.subsets[k].labels[static_cast<std::size_t>(rows[i])];
      }
    }
  }

 private:
  static std::uint64_t DigestOf(const std::vector<float>& values, std::uint64_t seed) {
    const auto* bytes = reinterpret_cast<const char*>(values.data());
    return HashText({bytes, values.size() * sizeof(float)}, HashCombine(seed, values.size()));
  }

  static void Copy(const std::vector<float>& from, std::int64_t row, std::int64_t columns,
                   std::span<float> to, std::size_t place) {
    std::copy_n(from.begin() + row * columns, columns,
                to.begin() + static_cast<std::ptrdiff_t>(place) * columns);
  }

  Vectors vectors_;  // its labels
  catalogue::DataFacts facts_;
  std::array<std::vector<float>, kSubsetCount> inputs_, targets_;
};

Result<void> Check(const Vectors& vectors) {
  const auto inputs = static_cast<std::size_t>(Numbers(vectors.shape));
  const auto outputs = static_cast<std::size_t>(vectors.outputs);
  for (const Subset subset : catalogue::kSubsets) {
    const VectorRows& rows = vectors.subsets[static_cast<std::size_t>(subset)];
    const std::string what = vectors.name + ", " + std::string(catalogue::Name(subset));
    if (rows.inputs.empty() && !catalogue::IsFar(subset)) {
      return Fail(ErrorCode::kInvalid, what + ": no rows; it needs at least one");
    }
    if (auto ok = CheckFinite(what + ", inputs", rows.inputs, inputs); !ok) return ok;
    if (outputs == 0) continue;
    if (auto ok = CheckFinite(what + ", targets", rows.targets, outputs); !ok) return ok;
  }
  const std::vector<double>& targets = vectors.subsets[0].targets;
  for (std::size_t column = 0; column < outputs; ++column) {
    bool varies = false;
    for (std::size_t i = column; i < targets.size(); i += outputs) {
      varies = varies || targets[i] != targets[column];
    }
    if (varies) continue;
    const std::string which =
        outputs == 1 ? "all targets" : "all targets " + std::to_string(column);
    return Fail(ErrorCode::kInvalid,
                vectors.name + ": " + which + " of the training part are equal; nothing to learn");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<const Dataset>> Standardised(Vectors vectors) {
  if (auto ok = Check(vectors); !ok) return std::unexpected(ok.error());
  const auto standardise = [&](std::vector<double> VectorRows::* member, std::int64_t columns) {
    Columns values;
    for (std::size_t k = 0; k < kSubsetCount; ++k) values[k].swap(vectors.subsets[k].*member);
    Standardise(values, static_cast<std::size_t>(columns));
    for (std::size_t k = 0; k < kSubsetCount; ++k) (vectors.subsets[k].*member).swap(values[k]);
  };
  standardise(&VectorRows::inputs, vectors.shape.channels);
  standardise(&VectorRows::targets, vectors.outputs);
  return std::make_unique<const Table>(std::move(vectors));
}

}  // namespace actsearch::datasets
