// Fields that all families of known functions have. Torch-free; any thread.
#pragma once

#include "evaluators/catalogue/datasets.h"

namespace actsearch::datasets {

inline std::vector<FieldRow> FunctionFields() {
  return {{.name = "examples",
           .kind = FieldKind::kInteger,
           .low = 64,
           .high = 1e6,
           .initial = std::int64_t{4096},
           .doc = "points to learn from; a quarter as many for each score, at least 256"},
          {.name = "seed",
           .kind = FieldKind::kInteger,
           .low = 0,
           .high = 1e9,
           .initial = std::int64_t{1},
           .doc = "of the points, and of the function where it is drawn"},
          catalogue::RangeRow()};
}

inline FieldRow VariablesRow() {
  return {.name = "variables",
          .kind = FieldKind::kInteger,
          .low = 1,
          .high = 8,
          .initial = std::int64_t{1},
          .doc = "inputs of the function"};
}

}  // namespace actsearch::datasets
