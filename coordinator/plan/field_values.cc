// Reading and setting fields by name.
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "coordinator/plan/job_fields.h"
#include "evaluators/catalogue/tasks.h"
#include "search_spaces/base/registry.h"

namespace actsearch::plan {
namespace {

constexpr std::string_view kTask = "task";
constexpr std::string_view kStrategy = "strategy";

struct Spelling {
  std::string_view before;
  std::string_view now;
};
constexpr Spelling kSpellings[] = {
    {"space.slots", "one candidate for each site is sites.share: false now"},
    {"search.audit_share", "how many rejections of each rule are trained is search.audits now"},
    {"task.normalization", "batch normalization is sites.fill: [norm=batch_norm] now"},
};

std::string_view SectionOf(std::string_view name) {
  const auto dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

std::string_view RestOf(std::string_view name) { return name.substr(name.find('.') + 1); }

std::unexpected<Error> Wrong(std::string_view name, const std::string& what) {
  return Fail(ErrorCode::kInvalid, std::string(name) + ": " + what);
}

const Field* Find(std::string_view name) {
  const auto at = std::ranges::find(JobFields(), name, &Field::name);
  return at == JobFields().end() ? nullptr : &*at;
}

std::optional<FieldRow> RowNamed(const std::vector<FieldRow>& rows, std::string_view name) {
  const auto at = std::ranges::find(rows, name, &FieldRow::name);
  return at == rows.end() ? std::nullopt : std::optional(*at);
}

// Null: the task takes none, or there is none of this name.
const catalogue::DatasetInfo* DatasetOf(const JobSpec& spec, const catalogue::TaskInfo& task) {
  const auto dataset = catalogue::Datasets().Find(spec.task.dataset);
  return task.takes_data && dataset ? *dataset : nullptr;
}

// Of the chosen task and data set; where one of the two names is a mistake, anyone's.
std::optional<FieldRow> FindTaskField(const JobSpec& spec, std::string_view name) {
  if (SectionOf(name) != kTask) return std::nullopt;
  const auto chosen = catalogue::Tasks().Find(spec.task.name);
  const auto* dataset = chosen ? DatasetOf(spec, **chosen) : nullptr;
  if (chosen) {
    const auto row = RowNamed(catalogue::FieldsOf(**chosen, dataset), RestOf(name));
    if (row || dataset != nullptr || !(*chosen)->takes_data) return row;
  }
  for (const catalogue::DatasetInfo& other : catalogue::Datasets().Rows()) {
    if (const auto row = RowNamed(other.fields, RestOf(name))) return row;
  }
  for (const catalogue::TaskInfo& task : catalogue::Tasks().Rows()) {
    if (const auto row = RowNamed(catalogue::FieldsOf(task, nullptr), RestOf(name))) return row;
  }
  return std::nullopt;
}

bool IsOption(std::string_view name) {
  return SectionOf(name) == kStrategy && !RestOf(name).empty() && Find(name) == nullptr;
}

void DropFields(JobSpec& spec, const std::vector<FieldRow>& rows) {
  for (const FieldRow& row : rows) spec.task.fields.erase(std::string(row.name));
}

void DropFieldsOf(JobSpec& spec, std::string_view dataset) {
  const auto before = catalogue::Datasets().Find(dataset);
  if (before) DropFields(spec, (*before)->fields);
}

// Another task has other fields of its own, and another data set unless the one there fits. The
// recipe stays.
void ChangeTask(JobSpec& spec, std::string_view before) {
  const auto old_task = catalogue::Tasks().Find(before);
  const auto task = catalogue::Tasks().Find(spec.task.name);
  if (old_task) DropFields(spec, (*old_task)->fields);
  if (!task || (*task)->sketch == nullptr) spec.task.fields.clear();
  const auto dataset = catalogue::Datasets().Find(spec.task.dataset);
  if (!task || !dataset || !(*task)->takes_data) return;
  if (catalogue::CheckFits(**task, (*dataset)->inputs, (*dataset)->targets)) return;
  DropFieldsOf(spec, spec.task.dataset);
  spec.task.dataset = catalogue::FirstFitting(**task)->name;
}

void SetMember(JobSpec& spec, const Field& field, const FieldValue& value) {
  const std::string task = spec.task.name, dataset = spec.task.dataset;
  const std::string strategy = spec.strategy.name;
  field.set(spec, value);
  if (spec.task.dataset != dataset) DropFieldsOf(spec, dataset);
  if (spec.task.name != task) ChangeTask(spec, task);
  if (spec.strategy.name != strategy) spec.strategy.options.clear();
}

}  // namespace

std::vector<std::string_view> SectionNames() {
  std::vector<std::string_view> names;
  for (const Field& field : JobFields()) {
    const std::string_view section = SectionOf(field.name);
    const std::string_view name = section.empty() ? field.name : section;
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

std::vector<std::string_view> FieldNames(const JobSpec& spec, std::string_view section) {
  std::vector<std::string_view> names;
  for (const Field& field : JobFields()) {
    if (!section.empty() && SectionOf(field.name) == section) names.push_back(RestOf(field.name));
  }
  const auto task = catalogue::Tasks().Find(spec.task.name);
  if (section == kTask && task) {
    for (const FieldRow& row : catalogue::FieldsOf(**task, DatasetOf(spec, **task))) {
      names.push_back(row.name);
    }
  }
  return names;
}

std::string_view NewSpelling(std::string_view name) {
  const auto at = std::ranges::find(kSpellings, name, &Spelling::before);
  return at == std::end(kSpellings) ? std::string_view() : at->now;
}

Result<FieldKind> KindOf(const JobSpec& spec, std::string_view name) {
  if (const Field* field = Find(name)) return field->kind;
  if (const auto row = FindTaskField(spec, name)) return row->kind;
  if (IsOption(name)) return FieldKind::kNumber;
  if (const std::string_view now = NewSpelling(name); !now.empty()) {
    return Fail(ErrorCode::kNotFound, std::string(now));
  }
  const std::string_view section = SectionOf(name);
  const auto known = FieldNames(spec, section);
  if (known.empty()) {
    const std::string_view top = section.empty() ? name : section;
    return std::unexpected(UnknownName("section", top, SectionNames()));
  }
  return std::unexpected(
      UnknownName("field of section '" + std::string(section) + "'", RestOf(name), known));
}

Result<void> SetField(JobSpec& spec, std::string_view name, const FieldValue& value) {
  const Result<FieldKind> kind = KindOf(spec, name);
  if (!kind) return Wrong(name, kind.error().message);
  const Field* field = Find(name);
  const std::optional<FieldRow> row =
      field != nullptr ? std::optional<FieldRow>(*field) : FindTaskField(spec, name);
  static constexpr double kAny = std::numeric_limits<double>::max();
  const FieldRow option{.kind = FieldKind::kNumber, .low = -kAny, .high = kAny};
  Result<FieldValue> checked = Checked(row.value_or(option), name, value);
  if (!checked) return std::unexpected(checked.error());
  if (field != nullptr) {
    SetMember(spec, *field, *checked);
  } else if (row) {
    spec.task.fields[std::string(RestOf(name))] = *std::move(checked);
  } else {
    spec.strategy.options[std::string(RestOf(name))] = std::get<double>(*checked);
  }
  return {};
}

void PutLoggedField(JobSpec& spec, std::string_view name, const FieldValue& value) {
  const auto number = [&]() -> std::optional<double> {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    if (const auto* real = std::get_if<double>(&value)) return *real;
    return std::nullopt;
  }();
  if (const Field* field = Find(name)) {
    const Result<FieldValue> adapted = Adapted(field->kind, value);
    if (adapted) field->set(spec, *adapted);
  } else if (SectionOf(name) == kTask) {
    spec.task.fields[std::string(RestOf(name))] = value;
  } else if (IsOption(name) && number) {
    spec.strategy.options[std::string(RestOf(name))] = *number;
  }
}

Result<void> CheckField(const Field& field, const JobSpec& spec) {
  const Result<FieldValue> checked = Checked(field, field.name, field.get(spec));
  if (!checked) return std::unexpected(checked.error());
  return {};
}

}  // namespace actsearch::plan
