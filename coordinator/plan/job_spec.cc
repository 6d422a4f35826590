#include "coordinator/plan/job_spec.h"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

#include "coordinator/plan/job_fields.h"
#include "coordinator/plan/json.h"
#include "evaluators/catalogue/recipe.h"
#include "evaluators/catalogue/sites.h"
#include "evaluators/catalogue/tasks.h"
#include "search_spaces/base/registry.h"

namespace actsearch::plan {
namespace {

constexpr int kVersion = 2;
constexpr std::string_view kStrategyPrefix = "strategy.";
constexpr std::string_view kSettings[] = {"base", "longer", "wider", "fair"};

std::unexpected<Error> Wrong(std::string_view field, const std::string& what) {
  return Fail(ErrorCode::kInvalid, std::string(field) + ": " + what);
}

Result<void> CompleteStrategy(StrategySpec& strategy) {
  const auto row = strategies::Strategies().Find(strategy.name);
  if (!row) return Wrong("strategy.name", row.error().message);
  for (const auto& [name, value] : strategy.options) {
    // One by one, so that the error names the field.
    const auto ok = strategies::CompleteOptions(**row, {{name, value}});
    if (!ok) return Wrong(std::string(kStrategyPrefix) + name, ok.error().message);
  }
  auto complete = strategies::CompleteOptions(**row, strategy.options);
  if (!complete) return Wrong("strategy.name", complete.error().message);
  strategy.options = std::move(*complete);
  return {};
}

Result<void> CheckLists(const JobSpec& spec) {
  const std::vector<double>& rungs = spec.hurdles.rungs;
  if (!std::ranges::is_sorted(rungs, std::less_equal<double>())) {
    return Wrong("hurdles.rungs", ToText(rungs) + " must ascend, without repetition");
  }
  const std::vector<double>& keep = spec.hurdles.keep;
  const bool by_rung = spec.hurdles.schedule == HurdleSchedule::kShares && keep.size() > 1;
  if (by_rung && keep.size() != rungs.size()) {
    return Wrong("hurdles.keep", ToText(keep) + " has " + std::to_string(keep.size()) +
                                     " shares for " + std::to_string(rungs.size()) +
                                     " rungs; give one for all or one for each");
  }
  const FinalSpec& finals = spec.finals;
  const std::set<double> rates(finals.learning_rates.begin(), finals.learning_rates.end());
  if (rates.size() != finals.learning_rates.size()) {
    return Wrong("finals.learning_rates", ToText(finals.learning_rates) + " repeats a value");
  }
  if (!std::ranges::is_sorted(finals.stops, std::less_equal<double>())) {
    return Wrong("finals.stops", ToText(finals.stops) + " must ascend, without repetition");
  }
  const std::set<std::string> baselines(finals.baselines.begin(), finals.baselines.end());
  if (baselines.size() != finals.baselines.size()) {
    return Wrong("finals.baselines", ToText(finals.baselines) + " repeats a name");
  }
  const auto space = Spaces().Find(spec.space.name);
  if (!space) return Wrong("space.name", space.error().message);
  const auto known = (*space)->known();
  for (const std::string& name : finals.baselines) {
    if (std::ranges::find(known, name) != known.end()) continue;
    return Wrong("finals.baselines",
                 UnknownName("function of space '" + spec.space.name + "'", name, known).message);
  }
  return {};
}

// Given functions are texts that people wrote: read now, so that errors come before a job exists.
Result<void> CheckFunctions(const JobSpec& spec) {
  const auto space = Spaces().Find(spec.space.name);
  if (!space) return Wrong("space.name", space.error().message);
  std::set<std::string> names;
  for (const std::string& text : spec.finals.functions) {
    if (const auto read = (*space)->read(text); !read) {
      return Wrong("finals.functions", "'" + text + "': " + read.error().message);
    }
    const auto& baselines = spec.finals.baselines;
    if (!names.insert(text).second || std::ranges::find(baselines, text) != baselines.end()) {
      return Wrong("finals.functions", "'" + text + "' is named twice; leave it out here or in "
                                       "finals.baselines");
    }
  }
  if (spec.search.candidates > 0 || !spec.finals.functions.empty()) return {};
  return Wrong("search.candidates", "0 and no finals.functions: nothing is to be done");
}

// What is confirmed in must be a network too.
Result<void> CheckConfirm(const JobSpec& spec) {
  constexpr std::int64_t kMostSteps = 10'000'000;
  if (std::int64_t{spec.task.steps} * spec.confirm.steps > kMostSteps) {
    return Wrong("confirm.steps", std::to_string(spec.confirm.steps) + " times task.steps is more "
                                      "than " + std::to_string(kMostSteps));
  }
  for (const Setting setting : ConfirmSettings(spec)) {
    if (const auto ok = catalogue::CheckTask(TaskAt(spec, setting)); !ok) {
      return Wrong("confirm." + std::string(setting == Setting::kWider ? "width" : "steps"),
                   ok.error().message);
    }
  }
  return {};
}

// Also takes the default down to a short training: 100 steps are no mistake of
// somebody who only wrote `steps: 50`.
Result<void> FitChanceSteps(JobSpec& spec) {
  int& chance_steps = spec.gates.chance_steps;
  if (!spec.gates.chance || chance_steps <= spec.task.steps) return {};
  if (chance_steps != GateOptions().chance_steps) {
    return Wrong("gates.chance_steps", std::to_string(chance_steps) + " is more than task.steps (" +
                                           std::to_string(spec.task.steps) +
                                           "); lower it or set gates.chance: false");
  }
  chance_steps = spec.task.steps;
  return {};
}

// A folder that nobody would read is a mistake.
Result<void> CheckFolder(const TaskSpec& task) {
  const auto info = catalogue::Tasks().Find(task.name);
  const auto dataset = catalogue::Datasets().Find(task.dataset);
  if (task.data_dir.empty() || !info || !(*info)->takes_data || !dataset) return {};
  if (!(*dataset)->generated) return {};
  return Wrong("task.data_dir", "data set '" + task.dataset +
                                    "' is generated and reads no files; name in task.dataset what "
                                    "they are ('actsearch data PLACE' says it), or leave the "
                                    "folder out");
}

// How many functions a candidate has follows from the sites that the task offers.
Result<void> PlaceCandidates(JobSpec& spec) {
  Result<TaskSpec> task = catalogue::CheckTask(spec.task);
  if (!task) return std::unexpected(task.error());
  spec.task = *std::move(task);
  if (Result<void> ok = CheckFolder(spec.task); !ok) return ok;
  const auto info = catalogue::Tasks().Find(spec.task.name);
  if (!info) return Wrong("task.name", info.error().message);
  spec.space.slots = 1;
  spec.space.absorbs.clear();
  const auto space = Spaces().Find(spec.space.name);
  if (!space) return Wrong("space.name", space.error().message);
  // The space checks what only it knows, and names the field itself.
  if (const auto made = MakeSpace(spec.space); !made) return std::unexpected(made.error());
  const auto sites = catalogue::PlanSites(**info, spec.task.fields, spec.sites, (*space)->role);
  if (!sites) return std::unexpected(sites.error());
  spec.space.slots = sites->slots;
  spec.space.absorbs = sites->absorbs;
  return {};
}

Result<void> CheckStrategyFits(const JobSpec& spec) {
  const auto space = MakeSpace(spec.space);
  if (!space) return std::unexpected(space.error());
  const auto strategy = strategies::Strategies().Find(spec.strategy.name);
  if (!strategy || !(*strategy)->needs_finite || (*space)->Size()) return {};
  return Wrong("strategy.name", "'" + spec.strategy.name +
                                    "' tries every candidate, and this space has no end; give "
                                    "space.shape or another strategy");
}

Result<void> CheckAcrossFields(JobSpec& spec) {
  if (Result<void> ok = CheckLists(spec); !ok) return ok;
  if (Result<void> ok = FitChanceSteps(spec); !ok) return ok;
  if (Result<void> ok = PlaceCandidates(spec); !ok) return ok;
  if (Result<void> ok = CheckFunctions(spec); !ok) return ok;
  if (Result<void> ok = CheckConfirm(spec); !ok) return ok;
  if (Result<void> ok = CheckStrategyFits(spec); !ok) return ok;
  if (spec.search.window == 0) spec.search.window = 2 * spec.search.parallelism;
  return {};
}

Json ToJson(const FieldValue& value) {
  return std::visit([](const auto& v) { return Json(v); }, value);
}

template <class T>
std::vector<T> ItemsAs(const Json& array) {
  std::vector<T> items;
  for (const Json& item : array) items.push_back(item.get<T>());
  return items;
}

bool All(const Json& array, bool (*holds)(const Json&)) {
  return std::ranges::all_of(array, holds);
}

bool IsInteger(const Json& json) {
  // Larger ones are no int64; every bound is far below.
  return json.is_number_integer() &&
         !(json.is_number_unsigned() && json.get<std::uint64_t>() > (std::uint64_t{1} << 62));
}
bool IsNumber(const Json& json) { return json.is_number(); }
bool IsText(const Json& json) { return json.is_string(); }

Result<FieldValue> ValueFromJson(const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (IsInteger(json)) return json.get<std::int64_t>();
  if (IsNumber(json)) return json.get<double>();
  if (IsText(json)) return json.get<std::string>();
  if (json.is_array()) {
    if (All(json, IsInteger)) return ItemsAs<std::int64_t>(json);
    if (All(json, IsNumber)) return ItemsAs<double>(json);
    if (All(json, IsText)) return ItemsAs<std::string>(json);
  }
  return Fail(ErrorCode::kInvalid, JsonToText(json).substr(0, 80) + " is no value of a field");
}

// What version 1 said with fields that are gone.
void PutGoneField(JobSpec& spec, const std::string& name, const FieldValue& value) {
  const auto* slots = std::get_if<std::int64_t>(&value);
  const auto* text = std::get_if<std::string>(&value);
  if (name == "space.slots" && slots != nullptr) {
    spec.space.slots = static_cast<int>(*slots);
    spec.sites.share = *slots == 1;
  }
  if (name == "task.normalization" && text != nullptr && *text == "batch") {
    spec.sites.fill = {"norm=batch_norm"};
  }
}

// What jobs did that do not say.
void AsBeforeConfirm(JobSpec& spec) {
  spec.search.audits = 0;
  spec.finals.octaves = 0;
  spec.finals.stops = {1};
  spec.confirm = {.steps = 1, .width = 1, .baselines = 0};
}

void Put(JobSpec& spec, const std::string& name, const Json& json, int version) {
  const Result<FieldValue> value = ValueFromJson(json);
  if (!value) return;
  if (version == 1 && !NewSpelling(name).empty()) return PutGoneField(spec, name, *value);
  PutLoggedField(spec, name, *value);
}

}  // namespace

Result<JobSpec> CheckJobSpec(JobSpec spec) {
  for (const Field& field : JobFields()) {
    if (Result<void> ok = CheckField(field, spec); !ok) return std::unexpected(ok.error());
  }
  if (Result<void> ok = CompleteStrategy(spec.strategy); !ok) return std::unexpected(ok.error());
  if (Result<void> ok = CheckAcrossFields(spec); !ok) return std::unexpected(ok.error());
  return spec;
}

std::string_view Name(Setting setting) { return kSettings[static_cast<std::size_t>(setting)]; }

std::optional<Setting> SettingNamed(std::string_view name) {
  const auto at = std::ranges::find(kSettings, name);
  if (at == std::end(kSettings)) return std::nullopt;
  return static_cast<Setting>(at - std::begin(kSettings));
}

std::vector<Setting> ConfirmSettings(const JobSpec& spec) {
  const auto task = catalogue::Tasks().Find(spec.task.name);
  std::vector<Setting> settings;
  if (!task || (*task)->one_budget) return settings;
  if (spec.confirm.steps > 1) settings.push_back(Setting::kLonger);
  if (spec.confirm.width > 1 && !(*task)->widths.empty()) settings.push_back(Setting::kWider);
  if (catalogue::StartOf(spec.task.fields) == catalogue::StartKind::kUser) {
    settings.push_back(Setting::kFair);
  }
  return settings;
}

TaskSpec TaskAt(const JobSpec& spec, Setting setting) {
  TaskSpec task = spec.task;
  if (setting == Setting::kLonger) task.steps *= spec.confirm.steps;
  if (setting == Setting::kWider) catalogue::Widen(task, spec.confirm.width);
  if (setting == Setting::kFair) {
    catalogue::PutStart(catalogue::StartKind::kFair, task.fields);
  }
  return task;
}

bool NeedsCheck(const JobSpec& spec) {
  const auto task = catalogue::Tasks().Find(spec.task.name);
  if (!task) return false;
  if ((*task)->needs_folder) return true;
  const auto dataset = catalogue::Datasets().Find(spec.task.dataset);
  if (!(*task)->takes_data || !dataset) return false;
  // Generated data are known, unless fields say what is generated.
  return !(*dataset)->generated || !(*dataset)->fields.empty() || !spec.task.digest.empty();
}

std::string JobSpecToJson(const JobSpec& spec) {
  Json json = {{"v", kVersion}};
  for (const Field& field : JobFields()) {
    const auto dot = field.name.find('.');
    if (dot == std::string_view::npos) {
      json[std::string(field.name)] = ToJson(field.get(spec));
    } else {
      const std::string section(field.name.substr(0, dot));
      json[section][std::string(field.name.substr(dot + 1))] = ToJson(field.get(spec));
    }
  }
  for (const auto& [name, value] : spec.strategy.options) json["strategy"][name] = value;
  for (const auto& [name, value] : spec.task.fields) json["task"][name] = ToJson(value);
  return JsonToText(json);
}

Result<JobSpec> JobSpecFromJson(std::string_view text) {
  const Result<Json> json = JsonFromText(text);
  if (!json) return Fail(ErrorCode::kCorrupt, "job spec: " + json.error().message);
  JsonReader reader(*json, "job spec");
  const int version = reader.Int("v");
  if (!reader.Ok()) return std::unexpected(reader.TakeError());
  if (version < 1 || version > kVersion) {
    return Fail(ErrorCode::kCorrupt, "job spec.v is " + std::to_string(version) +
                                         ", this program reads 1 to " + std::to_string(kVersion));
  }
  JobSpec spec;
  if (!json->contains("confirm")) AsBeforeConfirm(spec);
  if (!json->contains("racing")) spec.racing.best = 0;
  for (const auto& [section, value] : json->items()) {
    if (!value.is_object()) {
      Put(spec, section, value, version);
      continue;
    }
    for (const auto& [key, field] : value.items()) Put(spec, section + "." + key, field, version);
  }
  return spec;
}

}  // namespace actsearch::plan
