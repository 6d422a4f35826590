#include "evaluators/catalogue/datasets.h"

#include <algorithm>

#include "evaluators/datasets/rows.h"

namespace actsearch::catalogue {
namespace {

constexpr std::string_view kNames[kSubsetCount] = {"train",      "search",     "select",   "final",
                                               "far_search", "far_select", "far_final"};
constexpr std::string_view kFar = "far";

std::vector<std::string_view> Ranges() { return {"near", kFar}; }

}  // namespace

std::string_view Name(Subset subset) { return kNames[static_cast<std::size_t>(subset)]; }

std::string ToText(const Signature& signature) {
  const std::string shape = actsearch::ToText(signature.shape);
  if (signature.kind == ValueKind::kNumbers) return shape + " numbers";
  const std::string classes = std::to_string(signature.classes);
  if (signature.shape == Features(1)) return "one of " + classes + " classes";
  return std::to_string(signature.shape.length) + " tokens of " + classes;
}

const Registry<DatasetInfo>& Datasets() {
#define ACTSEARCH_ROW(name) datasets::name##Row(),
  static const Registry<DatasetInfo> rows("dataset", {ACTSEARCH_DATASETS(ACTSEARCH_ROW)});
#undef ACTSEARCH_ROW
  return rows;
}

std::int64_t RowsPerUnit(const DataFacts& data) {
  const Signature& targets = data.targets;
  if (targets.kind != ValueKind::kTokens || targets.shape.kind != Shape::Kind::kSequence) return 1;
  return (kUnitLength + targets.shape.length - 1) / targets.shape.length;
}

FieldRow RangeRow() {
  return {.name = kRangeField,
          .kind = FieldKind::kText,
          .min_size = 1,
          .max_size = 8,
          .known = Ranges,
          .initial = std::string("near"),
          .doc = "where losses are taken: near, in the range of the training, or far, outside"};
}

Subset ScoredSubset(const TaskSpec& task, Split split) {
  const auto range = task.fields.find(kRangeField);
  const bool far = range != task.fields.end() && range->second == FieldValue(std::string(kFar));
  const auto near = static_cast<std::size_t>(Subset::kSearch) + static_cast<std::size_t>(split);
  return static_cast<Subset>(near + (far ? 3 : 0));
}

}  // namespace actsearch::catalogue
