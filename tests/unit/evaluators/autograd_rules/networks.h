// What the tests of the rules train: each network of the tasks with each normalization, small.
#pragma once

#include <string>
#include <vector>

#include "tests/support/networks.h"
#include "tests/support/table_rows.h"
#include "tests/unit/evaluators/autograd_rules/made_up_rows.h"

namespace actsearch::test {

inline constexpr char kSmooth[] =
    "x * sigmoid(b * x) + c * sin(x) where b: channel = 1, c: layer = 0.3";

struct NamedSpec {
  std::string name;
  NetworkSpec spec;
};

inline NetworkSpec SmallSpec(const std::string& task, const std::string& norm,
                             const std::string& candidate = kSmooth) {
  Fields fields = SmallFields(task, {8, 10});
  fields["schedule"] = std::string("constant");  // as references step
  fields["warmup"] = 0.0;
  return {.task = task,
          .fields = std::move(fields),
          .candidate = candidate,
          .fill = {"norm=" + norm}};
}

// Rows that the network can be given.
inline MadeUpRows RowsFor(const NetworkSpec& spec, std::int64_t rows,
                          const Shape& planes = Spatial(3, 8, 8)) {
  return MadeUpRows(rows, SmallFacts(spec.task, planes, kClasses));
}

inline std::vector<NamedSpec> EveryNetwork(const std::string& candidate = kSmooth) {
  std::vector<NamedSpec> all;
  for (const std::string& task : NetworkTasks()) {
    for (const std::string& norm : PartNames(Role::kNorm)) {
      all.push_back({task + " " + norm, SmallSpec(task, norm, candidate)});
    }
  }
  return all;
}

}  // namespace actsearch::test
