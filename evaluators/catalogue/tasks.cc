#include "evaluators/catalogue/tasks.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "evaluators/catalogue/recipe.h"
#include "evaluators/tasks/rows.h"
#include "search_spaces/base/names.h"

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

// Without task.data_dir the files are where each worker's --data says. Null: it takes none.
Result<const DatasetInfo*> CheckData(const TaskInfo& info, const TaskSpec& task) {
  if (!info.takes_data) return nullptr;
  const auto dataset = Datasets().Find(task.dataset);
  if (!dataset) return Wrong("task.dataset", dataset.error().message);
  const Result<void> fits = CheckFits(info, (*dataset)->inputs, (*dataset)->targets);
  if (!fits) {
    return Wrong("task.dataset", "'" + task.dataset + "' has " + fits.error().message);
  }
  return *dataset;
}

bool IsUnknown(const Signature& signature) { return Numbers(signature.shape) == 0; }

// Whether a signature that the files may still decide can be of this kind.
bool Has(const Signature& signature, ValueKind kind) {
  return IsUnknown(signature) || signature.kind == kind;
}

bool IsSequence(const Signature& signature) {
  return signature.shape.kind == Shape::Kind::kSequence;
}

bool Fits(const TaskInfo& task, const Signature& inputs, const Signature& targets) {
  const Wants& wants = task.wants;
  if (!Has(inputs, wants.inputs) || !Has(targets, wants.targets)) return false;
  if (IsSequence(inputs) != wants.sequences || IsSequence(targets) != wants.sequences) return false;
  return !wants.planes || IsUnknown(inputs) || inputs.shape.kind == Shape::Kind::kSpatial;
}

std::string ToText(const Wants& wants) {
  if (wants.sequences) return "sequences of tokens";
  const std::string in = wants.planes ? "images" : "numbers";
  return in + (wants.targets == ValueKind::kTokens ? " with classes" : " with numbers as targets");
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

Result<void> CheckFits(const TaskInfo& task, const Signature& inputs, const Signature& targets) {
  if (Fits(task, inputs, targets)) return {};
  std::vector<std::string_view> others;
  for (const DatasetInfo& dataset : Datasets().Rows()) {
    if (Fits(task, dataset.inputs, dataset.targets)) others.push_back(dataset.name);
  }
  std::string message = ToText(inputs) + " and " + ToText(targets) + " as targets; '" +
                        std::string(task.name) + "' takes " + ToText(task.wants) + ": " +
                        ListNames(others);
  for (const TaskInfo& other : Tasks().Rows()) {
    if (other.sketch == nullptr || !Fits(other, inputs, targets)) continue;
    message += "; for these data give task.name: " + std::string(other.name);
    break;
  }
  return Fail(ErrorCode::kInvalid, std::move(message));
}

Result<void> CheckNetwork(const TaskInfo& task, const Fields& fields, const DataFacts& data) {
  if (task.sketch == nullptr) return {};
  const Result<void> fits = CheckFits(task, data.inputs, data.targets);
  if (!fits) return Wrong("task.dataset", "the data have " + fits.error().message);
  const Result<void> recipe = CheckRecipe(RecipeOf(fields), task.wants, data.inputs);
  if (!recipe) return recipe;
  const Result<Blueprint> network = task.sketch(fields, data);
  if (!network) return std::unexpected(network.error());
  return {};
}

const DatasetInfo* FirstFitting(const TaskInfo& task) {
  if (!task.takes_data) return nullptr;
  const DatasetInfo* first = nullptr;
  for (const DatasetInfo& dataset : Datasets().Rows()) {
    if (!Fits(task, dataset.inputs, dataset.targets)) continue;
    if (dataset.generated) return &dataset;
    if (first == nullptr) first = &dataset;
  }
  return first;
}

std::vector<FieldRow> FieldsOf(const TaskInfo& task, const DatasetInfo* dataset) {
  std::vector<FieldRow> fields = task.fields;
  if (task.sketch != nullptr) {
    fields.insert(fields.end(), RecipeRows().begin(), RecipeRows().end());
  }
  if (dataset != nullptr) {
    fields.insert(fields.end(), dataset->fields.begin(), dataset->fields.end());
  }
  return fields;
}

double TrivialLoss(const TaskSpec& task, const DataFacts* data, Split split) {
  const auto info = Tasks().Find(task.name);
  const auto dataset = Datasets().Find(task.dataset);
  if (!info || (*info)->trivial_loss == nullptr || (data == nullptr && !dataset)) {
    return std::nan("");
  }
  const DataFacts facts = data != nullptr ? *data : PublishedFacts(**dataset);
  return (*info)->trivial_loss(facts, ScoredSubset(task, split));
}

void Widen(TaskSpec& task, int factor) {
  const auto info = Tasks().Find(task.name);
  if (!info) return;
  for (const std::string_view name : (*info)->widths) {
    FieldValue& value = task.fields[std::string(name)];
    if (auto* width = std::get_if<std::int64_t>(&value)) *width *= factor;
    if (auto* widths = std::get_if<std::vector<std::int64_t>>(&value)) {
      for (std::int64_t& width : *widths) width *= factor;
    }
  }
}

Result<TaskSpec> CheckTask(TaskSpec task) {
  const auto row = Tasks().Find(task.name);
  if (!row) return Wrong("task.name", row.error().message);
  const Result<const DatasetInfo*> dataset = CheckData(**row, task);
  if (!dataset) return std::unexpected(dataset.error());
  if (Result<void> ok = CheckDigest(**row, task.digest); !ok) return std::unexpected(ok.error());
  Result<Fields> fields = CompleteFields("task", FieldsOf(**row, *dataset), task.fields);
  if (!fields) return std::unexpected(fields.error());
  task.fields = *std::move(fields);
  if ((*row)->sketch == nullptr) return task;
  const Result<void> recipe =
      CheckRecipe(RecipeOf(task.fields), (*row)->wants, (*dataset)->inputs);
  if (!recipe) return std::unexpected(recipe.error());
  return task;
}

}  // namespace actsearch::catalogue
