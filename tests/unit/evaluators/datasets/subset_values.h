// A whole subset of a data set, as a batch gives it.
#pragma once

#include <numeric>
#include <vector>

#include "evaluators/datasets/dataset.h"

namespace actsearch::datasets {

struct SubsetValues {
  std::vector<float> inputs;  // rows x numbers of an example; planes height x width x channels
  std::vector<std::int64_t> tokens;  // inputs that are tokens
  std::vector<std::int64_t> labels;
  std::vector<float> targets;  // that are numbers
  std::size_t size = 0;        // numbers of one example

  std::size_t Count() const { return (inputs.size() + tokens.size()) / size; }
};

inline SubsetValues ValuesOf(const Dataset& data, Subset subset) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(data.Rows(subset)));
  std::iota(rows.begin(), rows.end(), 0);
  SubsetValues values;
  values.size = static_cast<std::size_t>(Numbers(data.Facts().inputs.shape));
  const catalogue::Signature &inputs = data.Facts().inputs, &targets = data.Facts().targets;
  const bool has_tokens = inputs.kind == catalogue::ValueKind::kTokens;
  const bool has_labels = targets.kind == catalogue::ValueKind::kTokens;
  const auto outputs = static_cast<std::size_t>(Numbers(targets.shape));
  (has_tokens ? values.tokens.resize(rows.size() * values.size)
              : values.inputs.resize(rows.size() * values.size));
  (has_labels ? values.labels.resize(rows.size() * outputs)
              : values.targets.resize(rows.size() * outputs));
  data.Fill(subset, rows,
            {.inputs = values.inputs,
             .tokens = values.tokens,
             .labels = values.labels,
             .targets = values.targets});
  return values;
}

}  // namespace actsearch::datasets
