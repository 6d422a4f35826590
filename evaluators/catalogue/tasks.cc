#include "evaluators/catalogue/tasks.h"

#include <algorithm>
#include <string>

#include "evaluators/tasks/rows.h"

namespace actsearch::catalogue {
namespace {

std::unexpected<Error> Wrong(const std::string& field, const std::string& what) {
  return Fail(ErrorCode::kInvalid, field + ": " + what);
}

Result<void> CheckDigest(const TaskInfo& info, const std::string& digest) {
  if (!digest.empty() && !info.takes_data && !info.needs_folder) {
    return Wrong("task.digest",
                 "task '" + std::string(info.name) + "' reads no data; leave it out");
  }
  const bool hexadecimal = std::ranges::all_of(
      digest, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (digest.empty() || (digest.size() == 16 && hexadecimal)) return {};
  return Wrong("task.digest", "'" + digest.substr(0, 80) +
                                  "' is not 16 hexadecimal digits in lower case, as 'job get' "
                                  "shows them");
}

// Without task.data_dir the files are where each worker's --data says.
Result<void> CheckData(const TaskInfo& info, const TaskSpec& task) {
  if (!info.takes_data) return {};
  const auto dataset = Datasets().Find(task.dataset);
  if (!dataset) return Wrong("task.dataset", dataset.error().message);
  return {};
}

}  // namespace

Costs& Costs::operator+=(const Costs& other) {
  parameters += other.parameters;
  multiplications += other.multiplications;
  return *this;
}

const Registry<TaskInfo>& Tasks() {
#define ACTSEARCH_ROW(name) tasks::name##Row(),
  static const Registry<TaskInfo> rows("task", {ACTSEARCH_TASKS(ACTSEARCH_ROW)});
#undef ACTSEARCH_ROW
  return rows;
}

const MetricInfo* FindMetric(std::string_view name) {
  for (const TaskInfo& task : Tasks().Rows()) {
    for (const MetricInfo& metric : task.metrics) {
      if (metric.name == name) return &metric;
    }
  }
  return nullptr;
}

DataFacts PublishedFacts(const DatasetInfo& dataset) {
  return {.digest = "", .inputs = dataset.inputs, .targets = dataset.targets};
}

Result<TaskSpec> CheckTask(TaskSpec task) {
  const auto row = Tasks().Find(task.name);
  if (!row) return Wrong("task.name", row.error().message);
  if (Result<void> ok = CheckData(**row, task); !ok) return std::unexpected(ok.error());
  if (Result<void> ok = CheckDigest(**row, task.digest); !ok) return std::unexpected(ok.error());
  Result<Fields> fields = CompleteFields("task", (*row)->fields, task.fields);
  if (!fields) return std::unexpected(fields.error());
  task.fields = *std::move(fields);
  return task;
}

}  // namespace actsearch::catalogue
