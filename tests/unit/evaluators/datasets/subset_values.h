// A whole subset of a data set, as a batch gives it.
#pragma once

#include <numeric>
#include <vector>

#include "evaluators/datasets/dataset.h"

namespace actsearch::datasets {

struct SubsetValues {
  std::vector<float> inputs;  // rows x height x width x channels
  std::vector<std::int64_t> labels;
  std::size_t size = 0;       // numbers of one example

  std::size_t Count() const { return labels.size(); }
};

inline SubsetValues ValuesOf(const Dataset& data, Subset subset) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(data.Rows(subset)));
  std::iota(rows.begin(), rows.end(), 0);
  SubsetValues values;
  values.size = static_cast<std::size_t>(Numbers(data.Facts().inputs.shape));
  values.inputs.resize(rows.size() * values.size);
  values.labels.resize(rows.size());
  data.Fill(subset, rows,
            {.inputs = values.inputs, .tokens = {}, .labels = values.labels, .targets = {}});
  return values;
}

}  // namespace actsearch::datasets
