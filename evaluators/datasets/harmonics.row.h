#pragma once

#include "evaluators/datasets/functions.row.h"

namespace actsearch::datasets {

inline catalogue::DatasetInfo HarmonicsRow() {
  std::vector<FieldRow> fields = FunctionFields();
  fields.push_back(VariablesRow());
  fields.push_back({.name = "tones",
                    .kind = FieldKind::kInteger,
                    .low = 1,
                    .high = 32,
                    .initial = std::int64_t{3},
                    .doc = "sines that are added"});
  fields.push_back({.name = "highest",
                    .kind = FieldKind::kNumber,
                    .low = 1,
                    .high = 100,
                    .initial = 4.0,
                    .doc = "most radians a unit of a variable; the least is 1"});
  return {.name = "harmonics",
          .doc = "Generated: a sum of sines of drawn frequencies, phases and amplitudes (seed) on "
                 "[-pi, pi); far: to 2 pi on either side.",
          .generated = true,
          .inputs = {.shape = Features(1)},
          .targets = {.shape = Features(1)},
          .fields = std::move(fields)};
}

}  // namespace actsearch::datasets
