#include "coordinator/plan/event.h"

#include <array>
#include <optional>
#include <utility>

#include "coordinator/plan/json.h"

namespace actsearch::plan {
namespace {

constexpr int kVersion = 1;  // raise it when an old reader would misread a new event
constexpr std::array<std::string_view, 4> kStages = {"search", "select", "final", "done"};

std::optional<Stage> StageNamed(std::string_view name) {
  for (std::size_t i = 0; i < kStages.size(); ++i) {
    if (kStages[i] == name) return static_cast<Stage>(i);
  }
  return std::nullopt;
}

Json RungToJson(const RungValue& rung) {
  return Json::array({rung.step, NumberToJson(rung.loss), NumberToJson(rung.accuracy)});
}

RungValue RungFromJson(const Json& json, JsonReader& reader, std::string_view key) {
  if (!json.is_array() || json.size() != 3) {
    reader.Complain(key, "[step, loss, accuracy]");
    return {};
  }
  return {.step = reader.IntOf(json[0], key),
          .loss = reader.NumberOf(json[1], key),
          .accuracy = reader.NumberOf(json[2], key)};
}

Json OutcomeJson(const Outcome& outcome) {
  Json json = {{"status", Name(outcome.status)},
               {"loss", NumberToJson(outcome.loss)},
               {"accuracy", NumberToJson(outcome.accuracy)}};
  for (const RungValue& rung : outcome.rungs) json["rungs"].push_back(RungToJson(rung));
  if (outcome.rejection) {
    json["rejection"] = {{"stage", outcome.rejection->stage},
                         {"rule", outcome.rejection->rule},
                         {"detail", outcome.rejection->detail}};
  }
  if (outcome.audit) json["audit"] = RungToJson(*outcome.audit);
  if (outcome.duplicate_of) json["duplicate_of"] = *outcome.duplicate_of;
  const Timing& timing = outcome.timing;
  json["timing"] = {{"total_seconds", NumberToJson(timing.total_seconds)},
                    {"seconds_per_step", NumberToJson(timing.seconds_per_step)},
                    {"worker", timing.worker}};
  return json;
}

Outcome ReadOutcome(JsonReader& reader) {
  Outcome outcome;
  const std::string status = reader.Text("status");
  if (const auto named = StatusNamed(status)) {
    outcome.status = *named;
  } else {
    reader.Complain("status", "a known status");
  }
  outcome.loss = reader.Number("loss");
  outcome.accuracy = reader.Number("accuracy");
  if (reader.Has("rungs")) {
    for (const Json& rung : reader.Array("rungs")) {
      outcome.rungs.push_back(RungFromJson(rung, reader, "rungs"));
    }
  }
  if (reader.Has("rejection")) {
    JsonReader rejection = reader.Object("rejection");
    outcome.rejection =
        Rejection{rejection.Text("stage"), rejection.Text("rule"), rejection.Text("detail")};
    reader.Take(rejection);
  }
  if (reader.Has("audit")) outcome.audit = RungFromJson(reader.Array("audit"), reader, "audit");
  if (reader.Has("duplicate_of")) outcome.duplicate_of = reader.Unsigned("duplicate_of");
  JsonReader timing = reader.Object("timing");
  outcome.timing = {.total_seconds = timing.Number("total_seconds"),
                    .seconds_per_step = timing.Number("seconds_per_step"),
                    .worker = timing.Text("worker")};
  reader.Take(timing);
  return outcome;
}

Json TrialJson(const Trial& trial) {
  Json hurdles = Json::array();
  for (const Hurdle& hurdle : trial.hurdles) {
    hurdles.push_back(Json::array({hurdle.step, NumberToJson(hurdle.max_loss)}));
  }
  return {{"formula", trial.formula},
          {"learning_rate", trial.task.learning_rate},
          {"split", Name(trial.split)},
          {"seed", trial.seed},
          {"gates",
           {{"probes", trial.gates.probes},
            {"chance", trial.gates.chance},
            {"chance_steps", trial.gates.chance_steps},
            {"chance_margin", trial.gates.chance_margin}}},
          {"hurdles", std::move(hurdles)},
          {"audit", trial.audit}};
}

GateOptions ReadGates(JsonReader gates, JsonReader& outer) {
  const GateOptions options = {.probes = gates.Flag("probes"),
                               .chance = gates.Flag("chance"),
                               .chance_steps = gates.Int("chance_steps"),
                               .chance_margin = gates.Number("chance_margin")};
  outer.Take(gates);
  return options;
}

Trial ReadTrial(JsonReader& reader, const TaskSpec& task) {
  Trial trial;
  trial.task = task;
  trial.formula = reader.Text("formula");
  trial.task.learning_rate = reader.Number("learning_rate");
  if (const auto split = SplitNamed(reader.Text("split"))) {
    trial.split = *split;
  } else {
    reader.Complain("split", "search, select or final");
  }
  trial.seed = reader.Unsigned("seed");
  trial.gates = ReadGates(reader.Object("gates"), reader);
  for (const Json& hurdle : reader.Array("hurdles")) {
    if (!hurdle.is_array() || hurdle.size() != 2) {
      reader.Complain("hurdles", "a list of [step, max_loss]");
      break;
    }
    trial.hurdles.push_back(
        {reader.IntOf(hurdle[0], "hurdles"), reader.NumberOf(hurdle[1], "hurdles")});
  }
  trial.audit = reader.Flag("audit");
  return trial;
}

Json BodyJson(const Created& created) {
  return {{"v", kVersion},
          {"event", "created"},
          {"request_id", created.request_id},
          {"wall_ms", created.wall_ms},
          {"spec", created.spec_json}};
}

Json BodyJson(const Proposed& proposed) {
  Json json = {{"v", kVersion},
               {"event", "proposed"},
               {"index", proposed.index},
               {"stage", Name(proposed.stage)}};
  if (!proposed.name.empty()) json["name"] = proposed.name;
  json["trial"] = TrialJson(proposed.trial);
  return json;
}

Json BodyJson(const Observed& observed) {
  return {{"v", kVersion},
          {"event", "observed"},
          {"index", observed.index},
          {"outcome", OutcomeJson(observed.outcome)}};
}

Json BodyJson(const Changed& changed) {
  Json json = {{"v", kVersion}, {"event", "changed"}, {"state", changed.state}};
  if (changed.candidates != 0) json["candidates"] = changed.candidates;
  if (!changed.reason.empty()) json["reason"] = changed.reason;
  return json;
}

Created ReadCreated(JsonReader& reader) {
  return {.spec_json = reader.Text("spec"),
          .request_id = reader.Text("request_id"),
          .wall_ms = static_cast<std::int64_t>(reader.Unsigned("wall_ms"))};
}

Proposed ReadProposed(JsonReader& reader, const TaskSpec& task) {
  Proposed proposed;
  proposed.index = reader.Unsigned("index");
  if (const auto stage = StageNamed(reader.Text("stage"))) {
    proposed.stage = *stage;
  } else {
    reader.Complain("stage", "search, select or final");
  }
  if (reader.Has("name")) proposed.name = reader.Text("name");
  JsonReader trial = reader.Object("trial");
  proposed.trial = ReadTrial(trial, task);
  reader.Take(trial);
  return proposed;
}

Observed ReadObserved(JsonReader& reader) {
  Observed observed;
  observed.index = reader.Unsigned("index");
  JsonReader outcome = reader.Object("outcome");
  observed.outcome = ReadOutcome(outcome);
  reader.Take(outcome);
  return observed;
}

Changed ReadChanged(JsonReader& reader) {
  Changed changed;
  changed.state = reader.Text("state");
  if (reader.Has("candidates")) changed.candidates = reader.Unsigned("candidates");
  if (reader.Has("reason")) changed.reason = reader.Text("reason");
  return changed;
}

Event ReadEvent(JsonReader& reader, const TaskSpec& task) {
  const std::string event = reader.Text("event");
  if (event == "created") return ReadCreated(reader);
  if (event == "proposed") return ReadProposed(reader, task);
  if (event == "observed") return ReadObserved(reader);
  if (event != "changed") reader.Complain("event", "created, proposed, observed or changed");
  return ReadChanged(reader);
}

}  // namespace

std::string_view Name(Stage stage) { return kStages[static_cast<std::size_t>(stage)]; }

std::string EventToJson(const Event& event) {
  return std::visit([](const auto& body) { return JsonToText(BodyJson(body)); }, event);
}

Result<Event> EventFromJson(std::string_view json, const TaskSpec& task) {
  const Result<Json> document = JsonFromText(json);
  if (!document) return Fail(ErrorCode::kCorrupt, "event: " + document.error().message);
  JsonReader reader(*document, "event");
  const int version = reader.Int("v");
  if (reader.Ok() && version != kVersion) {
    return Fail(ErrorCode::kCorrupt, "event.v is " + std::to_string(version) +
                                         ", this program reads " + std::to_string(kVersion) +
                                         ": use the version of actsearch that wrote the log");
  }
  Event event = ReadEvent(reader, task);
  if (!reader.Ok()) return std::unexpected(reader.TakeError());
  return event;
}

std::string OutcomeToJson(const Outcome& outcome) { return JsonToText(OutcomeJson(outcome)); }

Result<Outcome> OutcomeFromJson(std::string_view json) {
  const Result<Json> document = JsonFromText(json);
  if (!document) return Fail(ErrorCode::kCorrupt, "outcome: " + document.error().message);
  JsonReader reader(*document, "outcome");
  Outcome outcome = ReadOutcome(reader);
  if (!reader.Ok()) return std::unexpected(reader.TakeError());
  return outcome;
}

}  // namespace actsearch::plan
