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

const FieldRow* FieldOfTask(const catalogue::TaskInfo& task, std::string_view name) {
  const auto at = std::ranges::find(task.fields, name, &FieldRow::name);
  return at == task.fields.end() ? nullptr : &*at;
}

// The chosen task's field; of a task that is not there, whose name is a mistake, anyone's.
const FieldRow* FindTaskField(const JobSpec& spec, std::string_view name) {
  if (SectionOf(name) != kTask) return nullptr;
  if (const auto task = catalogue::Tasks().Find(spec.task.name)) {
    return FieldOfTask(**task, RestOf(name));
  }
  for (const catalogue::TaskInfo& task : catalogue::Tasks().Rows()) {
    if (const FieldRow* row = FieldOfTask(task, RestOf(name))) return row;
  }
  return nullptr;
}

bool IsOption(std::string_view name) {
  return SectionOf(name) == kStrategy && !RestOf(name).empty() && Find(name) == nullptr;
}

void SetMember(JobSpec& spec, const Field& field, const FieldValue& value) {
  const std::string task = spec.task.name;
  const std::string strategy = spec.strategy.name;
  field.set(spec, value);
  if (spec.task.name != task) spec.task.fields.clear();
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
    for (const FieldRow& row : (*task)->fields) names.push_back(row.name);
  }
  return names;
}

std::string_view NewSpelling(std::string_view name) {
  const auto at = std::ranges::find(kSpellings, name, &Spelling::before);
  return at == std::end(kSpellings) ? std::string_view() : at->now;
}

Result<FieldKind> KindOf(const JobSpec& spec, std::string_view name) {
  if (const Field* field = Find(name)) return field->kind;
  if (const FieldRow* row = FindTaskField(spec, name)) return row->kind;
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
  const FieldRow* row = field != nullptr ? field : FindTaskField(spec, name);
  static constexpr double kAny = std::numeric_limits<double>::max();
  const FieldRow option{.kind = FieldKind::kNumber, .low = -kAny, .high = kAny};
  Result<FieldValue> checked = Checked(row != nullptr ? *row : option, name, value);
  if (!checked) return std::unexpected(checked.error());
  if (field != nullptr) {
    SetMember(spec, *field, *checked);
  } else if (row != nullptr) {
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
