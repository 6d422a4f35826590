#pragma once

#include "evaluators/catalogue/datasets.h"
#include "evaluators/datasets/feynman_equations.h"
#include "evaluators/datasets/functions.row.h"

namespace actsearch::datasets {

inline std::vector<std::string_view> EquationNames() {
  std::vector<std::string_view> names;
  for (const Equation& equation : kEquations) names.push_back(equation.name);
  return names;
}

inline catalogue::DatasetInfo FeynmanRow() {
  std::vector<FieldRow> fields = FunctionFields();
  fields.push_back({.name = "equation",
                    .kind = FieldKind::kText,
                    .min_size = 1,
                    .max_size = 16,
                    .known = EquationNames,
                    .initial = std::string("I.6.20a"),
                    .doc = "volume, chapter and number in the lectures"});
  return {.name = "feynman",
          .doc = "Generated: an equation of the Feynman lectures (Udrescu and Tegmark 2020), "
                 "variables in their published ranges; far: above them, by half their width.",
          .generated = true,
          .inputs = {.shape = Features(1)},
          .targets = {.shape = Features(1)},
          .fields = std::move(fields)};
}

}  // namespace actsearch::datasets
