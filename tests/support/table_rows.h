// What the tables of the catalogue hold, so that tests of every network and part follow them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "evaluators/catalogue/parts.h"
#include "evaluators/catalogue/tasks.h"

namespace actsearch::test {

// Tasks that train a network.
inline std::vector<std::string> NetworkTasks() {
  std::vector<std::string> names;
  for (const catalogue::TaskInfo& task : catalogue::Tasks().Rows()) {
    if (task.sketch != nullptr) names.emplace_back(task.name);
  }
  return names;
}

inline std::vector<std::string> PartNames(Role role) {
  std::vector<std::string> names;
  for (const catalogue::PartInfo& part : catalogue::Parts().Rows()) {
    if (part.role == role) names.emplace_back(part.name);
  }
  return names;
}

// Networks are as wide as `hidden` where the task has that field, else as it has them.
inline Fields WithHidden(const std::string& task, std::vector<std::int64_t> hidden) {
  for (const FieldRow& field : (*catalogue::Tasks().Find(task))->fields) {
    if (field.name == "hidden") return {{"hidden", std::move(hidden)}};
  }
  return {};
}

}  // namespace actsearch::test
