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

// Fields of a small network: layers as wide as `hidden` where the task has that field, else of
// 8 numbers and 2 heads.
inline Fields SmallFields(const std::string& task, std::vector<std::int64_t> hidden) {
  Fields fields;
  for (const FieldRow& field : (*catalogue::Tasks().Find(task))->fields) {
    if (field.name == "hidden") fields["hidden"] = hidden;
    if (field.name == "width") fields["width"] = std::int64_t{8};
    if (field.name == "heads") fields["heads"] = std::int64_t{2};
  }
  return fields;
}

// Facts of small data that the task can be given: planes and 3 classes, or as it wants.
inline catalogue::DataFacts SmallFacts(const std::string& task, const Shape& planes, int classes) {
  const catalogue::Wants& wants = (*catalogue::Tasks().Find(task))->wants;
  catalogue::DataFacts facts;
  facts.inputs.shape = planes;
  facts.targets = {catalogue::ValueKind::kTokens, Features(1), classes};
  if (wants.sequences) {
    facts.inputs = facts.targets = {catalogue::ValueKind::kTokens, Sequence(6, 1), 7};
  } else if (wants.targets == catalogue::ValueKind::kNumbers) {
    facts.inputs.shape = Features(5);
    facts.targets = {.shape = Features(2)};
  }
  return facts;
}

// What a data set of job files must be for the task: generated, so that tests need no files.
inline std::string GeneratedData(const std::string& task) {
  const catalogue::TaskInfo& info = **catalogue::Tasks().Find(task);
  for (const catalogue::DatasetInfo& row : catalogue::Datasets().Rows()) {
    if (row.generated && catalogue::CheckFits(info, row.inputs, row.targets)) {
      return std::string(row.name);
    }
  }
  return "";
}

}  // namespace actsearch::test
