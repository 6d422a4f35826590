#pragma once

#include "evaluators/datasets/functions.row.h"

namespace actsearch::datasets {

inline catalogue::DatasetInfo TeacherRow() {
  std::vector<FieldRow> fields = FunctionFields();
  FieldRow variables = VariablesRow();
  variables.initial = std::int64_t{4};
  fields.push_back(variables);
  fields.push_back({.name = "function",
                    .kind = FieldKind::kText,
                    .min_size = 1,
                    .max_size = 256,
                    .initial = std::string("x * sigmoid(x + sin(x))"),
                    .doc = "formula of x that the teacher's units compute"});
  fields.push_back({.name = "units",
                    .kind = FieldKind::kInteger,
                    .low = 1,
                    .high = 1024,
                    .initial = std::int64_t{16},
                    .doc = "of the teacher's one hidden layer"});
  return {.name = "teacher",
          .doc = "Generated: what a network of one hidden layer with drawn weights (seed) and a "
                 "hidden function answers on [-sqrt(3), sqrt(3)); far: by half of that on either "
                 "side. Whether a search finds a function that is known to be there.",
          .generated = true,
          .inputs = {.shape = Features(4)},
          .targets = {.shape = Features(1)},
          .fields = std::move(fields)};
}

}  // namespace actsearch::datasets
