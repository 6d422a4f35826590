#include <utility>

#include "coordinator/plan/base64.h"
#include "coordinator/plan/event_json.h"
#include "search_spaces/base/half.h"

namespace actsearch::plan {
namespace {

Json MetricsToJson(const std::vector<Metric>& metrics) {
  Json json = Json::object();
  for (const Metric& metric : metrics) json[metric.name] = NumberToJson(metric.value);
  return json;
}

std::vector<Metric> MetricsFromJson(const Json& json, JsonReader& reader, std::string_view key) {
  std::vector<Metric> metrics;
  if (!json.is_object()) {
    reader.Complain(key, "an object of numbers");
    return metrics;
  }
  for (const auto& [name, value] : json.items()) {
    metrics.push_back({name, reader.NumberOf(value, key)});
  }
  return metrics;
}

// [step, loss, metrics], with a fourth number for another network than the first.
Json RungToJson(const RungValue& rung) {
  Json json = Json::array({rung.step, NumberToJson(rung.loss), MetricsToJson(rung.metrics)});
  if (rung.network != 0) json.push_back(rung.network);
  return json;
}

RungValue RungFromJson(const Json& json, JsonReader& reader, std::string_view key) {
  if (!json.is_array() || json.size() < 3 || json.size() > 4) {
    reader.Complain(key, "[step, loss, metrics]");
    return {};
  }
  return {.step = reader.IntOf(json[0], key),
          .loss = reader.NumberOf(json[1], key),
          .metrics = MetricsFromJson(json[2], reader, key),
          .network = json.size() == 4 ? reader.IntOf(json[3], key) : 0};
}

// What few outcomes have.
void AddRareParts(const Outcome& outcome, Json& json) {
  if (outcome.rejection) {
    json["rejection"] = {{"stage", outcome.rejection->stage},
                         {"rule", outcome.rejection->rule},
                         {"detail", outcome.rejection->detail}};
  }
  if (outcome.duplicate_of) json["duplicate_of"] = *outcome.duplicate_of;
  if (!outcome.reason.empty()) json["reason"] = outcome.reason;
  if (!outcome.data_digest.empty()) json["data_digest"] = outcome.data_digest;
  if (outcome.measured) json["measured"] = true;
  if (!outcome.unit_losses.empty()) {
    const ScaledHalves units = PackScaled(outcome.unit_losses);
    json["unit_losses"] = ToBase64(units.bytes);
    if (units.scale != 1) json["unit_scale"] = units.scale;
  }
}

std::vector<float> ReadUnitLosses(JsonReader& reader) {
  const auto bytes = FromBase64(reader.Text("unit_losses"));
  const double scale = reader.Has("unit_scale") ? reader.Number("unit_scale") : 1;
  auto losses = bytes ? UnpackScaled(*bytes, scale) : Result<std::vector<float>>();
  if (bytes && losses) return *std::move(losses);
  reader.Complain("unit_losses", "a list of half-precision numbers in base64");
  return {};
}

void ReadRareParts(JsonReader& reader, Outcome& outcome) {
  if (reader.Has("rejection")) {
    JsonReader rejection = reader.Object("rejection");
    outcome.rejection =
        Rejection{rejection.Text("stage"), rejection.Text("rule"), rejection.Text("detail")};
    reader.Take(rejection);
  }
  if (reader.Has("duplicate_of")) outcome.duplicate_of = reader.Unsigned("duplicate_of");
  if (reader.Has("reason")) outcome.reason = reader.Text("reason");
  if (reader.Has("data_digest")) outcome.data_digest = reader.Text("data_digest");
  if (reader.Has("measured")) outcome.measured = reader.Flag("measured");
  if (reader.Has("unit_losses")) outcome.unit_losses = ReadUnitLosses(reader);
}

}  // namespace

Json ToJson(const Outcome& outcome) {
  Json json = {{"status", Name(outcome.status)}};
  if (!outcome.losses.empty()) {
    json["losses"] = Json::array();
    for (const double loss : outcome.losses) json["losses"].push_back(NumberToJson(loss));
  }
  if (!outcome.metrics.empty()) json["metrics"] = MetricsToJson(outcome.metrics);
  if (outcome.step > 0) json["step"] = outcome.step;
  for (const RungValue& rung : outcome.rungs) json["rungs"].push_back(RungToJson(rung));
  AddRareParts(outcome, json);
  const Timing& timing = outcome.timing;
  json["timing"] = {{"total_seconds", NumberToJson(timing.total_seconds)},
                    {"seconds_per_step", NumberToJson(timing.seconds_per_step)},
                    {"worker", timing.worker}};
  if (timing.cached) json["timing"]["cached"] = true;
  return json;
}

Outcome ReadOutcome(JsonReader& reader) {
  Outcome outcome;
  if (const auto named = StatusNamed(reader.Text("status"))) {
    outcome.status = *named;
  } else {
    reader.Complain("status", "a known status");
  }
  if (reader.Has("losses")) {
    for (const Json& loss : reader.Array("losses")) {
      outcome.losses.push_back(reader.NumberOf(loss, "losses"));
    }
  }
  if (reader.Has("metrics")) {
    outcome.metrics = MetricsFromJson(reader.Member("metrics"), reader, "metrics");
  }
  if (reader.Has("step")) outcome.step = reader.Int("step");
  if (reader.Has("rungs")) {
    for (const Json& rung : reader.Array("rungs")) {
      outcome.rungs.push_back(RungFromJson(rung, reader, "rungs"));
    }
  }
  ReadRareParts(reader, outcome);
  JsonReader timing = reader.Object("timing");
  outcome.timing = {.total_seconds = timing.Number("total_seconds"),
                    .seconds_per_step = timing.Number("seconds_per_step"),
                    .worker = timing.Text("worker"),
                    .cached = timing.Has("cached") && timing.Flag("cached")};
  reader.Take(timing);
  return outcome;
}

std::string OutcomeToJson(const Outcome& outcome) { return JsonToText(ToJson(outcome)); }

Result<Outcome> OutcomeFromJson(std::string_view json) {
  const Result<Json> document = JsonFromText(json);
  if (!document) return Fail(ErrorCode::kCorrupt, "outcome: " + document.error().message);
  JsonReader reader(*document, "outcome");
  Outcome outcome = ReadOutcome(reader);
  if (!reader.Ok()) return std::unexpected(reader.TakeError());
  return outcome;
}

}  // namespace actsearch::plan
