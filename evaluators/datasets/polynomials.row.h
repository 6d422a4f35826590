#pragma once

#include "evaluators/datasets/functions.row.h"

namespace actsearch::datasets {

inline catalogue::DatasetInfo PolynomialsRow() {
  std::vector<FieldRow> fields = FunctionFields();
  fields.push_back(VariablesRow());
  fields.push_back({.name = "degree",
                    .kind = FieldKind::kInteger,
                    .low = 1,
                    .high = 10,
                    .initial = std::int64_t{5},
                    .doc = "of the polynomial"});
  return {.name = "polynomials",
          .doc = "Generated: a polynomial with normal coefficients (seed) on [-1, 1); far: to 2 on "
                 "either side.",
          .generated = true,
          .inputs = {.shape = Features(1)},
          .targets = {.shape = Features(1)},
          .fields = std::move(fields)};
}

}  // namespace actsearch::datasets
