#include "coordinator/plan/event.h"

#include <array>
#include <charconv>
#include <utility>

#include "coordinator/plan/event_json.h"
#include "coordinator/plan/json.h"
#include "search_spaces/base/hash.h"

namespace actsearch::plan {
namespace {

using namespace std::string_view_literals;

constexpr int kVersion = 2;  // raise it when an old reader would misread a new event
constexpr std::array kStages = {"search"sv, "audit"sv, "select"sv, "confirm"sv, "final"sv,
                              "done"sv};
constexpr std::array kCodes = {"INVALID"sv, "NOT_FOUND"sv,   "EXISTS"sv,
                               "PRECONDITION"sv, "STALE"sv,  "UNAVAILABLE"sv,
                               "CORRUPT"sv, "OUT_OF_MEMORY"sv, "INTERNAL"sv};
static_assert(kCodes.size() == static_cast<std::size_t>(ErrorCode::kInternal) + 1);
constexpr std::array kValueKinds = {"numbers"sv, "tokens"sv};
constexpr std::array kShapes = {"features"sv, "spatial"sv, "sequence"sv};

template <class Enum, std::size_t N>
Enum ReadName(JsonReader& reader, std::string_view key,
              const std::array<std::string_view, N>& names) {
  const std::string text = reader.Text(key);
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  reader.Complain(key, "a known one");
  return {};
}

Json Head(std::string_view event) { return {{"v", kVersion}, {"event", event}}; }

Json SignatureJson(const catalogue::Signature& signature) {
  const Shape& shape = signature.shape;
  return {{"kind", kValueKinds[static_cast<std::size_t>(signature.kind)]},
          {"shape", kShapes[static_cast<std::size_t>(shape.kind)]},
          {"channels", shape.channels},
          {"height", shape.height},
          {"width", shape.width},
          {"length", shape.length},
          {"classes", signature.classes}};
}

catalogue::Signature ReadSignature(JsonReader signature, JsonReader& outer) {
  const auto size = [&](std::string_view key) {
    return static_cast<std::int64_t>(signature.Unsigned(key));
  };
  const catalogue::Signature value = {
      .kind = ReadName<catalogue::ValueKind>(signature, "kind", kValueKinds),
      .shape = {ReadName<Shape::Kind>(signature, "shape", kShapes), size("channels"),
                size("height"), size("width"), size("length")},
      .classes = signature.Int("classes")};
  outer.Take(signature);
  return value;
}

Json BodyJson(const Created& created) {
  Json json = Head("created");
  json["version"] = created.version;
  json["request_id"] = created.request_id;
  json["wall_ms"] = created.wall_ms;
  if (created.checks) json["checks"] = true;
  json["spec"] = created.spec_json;
  return json;
}

Json BodyJson(const Proposed& proposed) {
  Json json = Head("proposed");
  json["index"] = proposed.index;
  json["stage"] = Name(proposed.stage);
  json["candidate"] = proposed.candidate;
  if (!proposed.name.empty()) json["name"] = proposed.name;
  if (proposed.original) json["original"] = *proposed.original;
  if (proposed.given) json["given"] = true;
  if (proposed.stage > Stage::kAudit) {
    json["entrant"] = proposed.entrant;
    json["setting"] = Name(proposed.setting);
  }
  if (proposed.stage > Stage::kAudit || proposed.replicate > 0) {
    json["replicate"] = proposed.replicate;
  }
  json["cost"] = proposed.cost;
  json["fingerprint"] = HexDigits(proposed.fingerprint);
  json["learning_rate"] = proposed.learning_rate;
  json["seed"] = proposed.seed;
  json["hurdles"] = Json::array();
  for (const Hurdle& hurdle : proposed.hurdles) {
    Json item = Json::array({hurdle.step, NumberToJson(hurdle.max_loss)});
    if (hurdle.network != 0) item.push_back(hurdle.network);
    json["hurdles"].push_back(std::move(item));
  }
  if (!proposed.stops.empty()) json["stops"] = proposed.stops;
  return json;
}

Json BodyJson(const Observed& observed) {
  Json json = Head("observed");
  json["index"] = observed.index;
  json["outcome"] = ToJson(observed.outcome);
  return json;
}

Json BodyJson(const Attempted& attempted) {
  Json json = Head("attempted");
  if (attempted.index) json["index"] = *attempted.index;
  const Attempt& attempt = attempted.attempt;
  json["worker"] = attempt.worker;
  json["end"] = Name(attempt.end);
  if (!attempt.error.message.empty()) {
    json["code"] = kCodes[static_cast<std::size_t>(attempt.error.code)];
    json["message"] = attempt.error.message;
  }
  return json;
}

Json BodyJson(const Checked& checked) {
  Json json = Head("checked");
  json["digest"] = checked.data.digest;
  json["inputs"] = SignatureJson(checked.data.inputs);
  json["targets"] = SignatureJson(checked.data.targets);
  const auto rows = checked.data.Rows();
  json["rows"] = std::vector<std::int64_t>(rows.begin(), rows.end());
  for (const catalogue::Reference& reference : checked.data.references) {
    Json losses = Json::array();
    for (std::size_t i = 0; i < json["rows"].size(); ++i) {
      losses.push_back(NumberToJson(reference.losses[i]));
    }
    json["references"].push_back({{"name", reference.name}, {"losses", std::move(losses)}});
  }
  return json;
}

Json BodyJson(const Changed& changed) {
  Json json = Head("changed");
  json["state"] = changed.state;
  if (changed.candidates != 0) json["candidates"] = changed.candidates;
  if (!changed.reason.empty()) json["reason"] = changed.reason;
  return json;
}

Created ReadCreated(JsonReader& reader) {
  return {.spec_json = reader.Text("spec"),
          .request_id = reader.Text("request_id"),
          .wall_ms = static_cast<std::int64_t>(reader.Unsigned("wall_ms")),
          .version = reader.Text("version"),
          .checks = reader.Has("checks") && reader.Flag("checks")};
}

std::uint64_t ReadFingerprint(JsonReader& reader) {
  const std::string text = reader.Text("fingerprint");
  std::uint64_t key = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, key, 16);
  if (read.ec != std::errc() || read.ptr != end) {
    reader.Complain("fingerprint", "a hexadecimal number");
  }
  return key;
}

Setting ReadSetting(JsonReader& reader) {
  if (const auto setting = SettingNamed(reader.Text("setting"))) return *setting;
  reader.Complain("setting", "a known one");
  return Setting::kBase;
}

Proposed ReadProposed(JsonReader& reader) {
  Proposed proposed;
  proposed.index = reader.Unsigned("index");
  proposed.stage = ReadStage(reader);
  proposed.candidate = reader.Text("candidate");
  if (reader.Has("name")) proposed.name = reader.Text("name");
  for (const auto key : {"original", "finalist"}) {  // the latter in older logs
    if (reader.Has(key)) proposed.original = reader.Unsigned(key);
  }
  if (reader.Has("given")) proposed.given = reader.Flag("given");
  if (reader.Has("entrant")) proposed.entrant = reader.Int("entrant");
  if (reader.Has("setting")) proposed.setting = ReadSetting(reader);
  if (reader.Has("replicate")) proposed.replicate = reader.Int("replicate");
  if (reader.Has("stops")) {
    for (const Json& stop : reader.Array("stops")) {
      proposed.stops.push_back(reader.IntOf(stop, "stops"));
    }
  }
  proposed.cost = reader.Int("cost");
  proposed.fingerprint = ReadFingerprint(reader);
  proposed.learning_rate = reader.Number("learning_rate");
  proposed.seed = reader.Unsigned("seed");
  proposed.hurdles = ReadHurdles(reader);
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

Attempted ReadAttempted(JsonReader& reader) {
  Attempted attempted;
  if (reader.Has("index")) attempted.index = reader.Unsigned("index");
  attempted.attempt.worker = reader.Text("worker");
  if (const auto end = AttemptEndNamed(reader.Text("end"))) {
    attempted.attempt.end = *end;
  } else {
    reader.Complain("end", "a known end of an attempt");
  }
  if (reader.Has("message")) {
    attempted.attempt.error = {ReadName<ErrorCode>(reader, "code", kCodes), reader.Text("message")};
  }
  return attempted;
}

std::vector<catalogue::Reference> ReadReferences(JsonReader& reader) {
  std::vector<catalogue::Reference> references;
  for (const Json& item : reader.Array("references")) {
    JsonReader inner(item, "references");
    catalogue::Reference reference{.name = inner.Text("name")};
    const Json& losses = inner.Array("losses");
    for (std::size_t i = 0; i < std::min(losses.size(), reference.losses.size()); ++i) {
      reference.losses[i] = inner.NumberOf(losses[i], "losses");
    }
    reader.Take(inner);
    references.push_back(std::move(reference));
  }
  return references;
}

Checked ReadChecked(JsonReader& reader) {
  catalogue::DataFacts data;
  data.digest = reader.Text("digest");
  data.inputs = ReadSignature(reader.Object("inputs"), reader);
  data.targets = ReadSignature(reader.Object("targets"), reader);
  const Json& rows = reader.Array("rows");
  if (rows.size() != 4 && rows.size() != data.rows.size()) {
    reader.Complain("rows", "four or seven numbers");
  }
  for (std::size_t i = 0; i < std::min(rows.size(), data.rows.size()); ++i) {
    data.rows[i] = reader.IntOf(rows[i], "rows");
  }
  if (reader.Has("references")) data.references = ReadReferences(reader);
  return {std::move(data)};
}

Event ReadEvent(JsonReader& reader) {
  const std::string event = reader.Text("event");
  if (event == "created") return ReadCreated(reader);
  if (event == "proposed") return ReadProposed(reader);
  if (event == "observed") return ReadObserved(reader);
  if (event == "attempted") return ReadAttempted(reader);
  if (event == "checked") return ReadChecked(reader);
  if (event != "changed") reader.Complain("event", "one that this program knows");
  return ReadChanged(reader);
}

}  // namespace

std::string_view Name(Stage stage) { return kStages[static_cast<std::size_t>(stage)]; }

Stage ReadStage(JsonReader& reader) { return ReadName<Stage>(reader, "stage", kStages); }

std::vector<Hurdle> ReadHurdles(JsonReader& reader) {
  std::vector<Hurdle> hurdles;
  for (const Json& hurdle : reader.Array("hurdles")) {
    if (!hurdle.is_array() || hurdle.size() < 2 || hurdle.size() > 3) {
      reader.Complain("hurdles", "a list of [step, max_loss]");
      break;
    }
    hurdles.push_back({reader.IntOf(hurdle[0], "hurdles"), reader.NumberOf(hurdle[1], "hurdles"),
                       hurdle.size() == 3 ? reader.IntOf(hurdle[2], "hurdles") : 0});
  }
  return hurdles;
}

Changed ReadChanged(JsonReader& reader) {
  Changed changed;
  changed.state = reader.Text("state");
  if (reader.Has("candidates")) changed.candidates = reader.Unsigned("candidates");
  if (reader.Has("reason")) changed.reason = reader.Text("reason");
  return changed;
}

std::string EventToJson(const Event& event) {
  return std::visit([](const auto& body) { return JsonToText(BodyJson(body)); }, event);
}

Result<Event> EventFromJson(std::string_view json, int slots) {
  const Result<Json> document = JsonFromText(json);
  if (!document) return Fail(ErrorCode::kCorrupt, "event: " + document.error().message);
  JsonReader reader(*document, "event");
  const int version = reader.Int("v");
  if (reader.Ok() && (version < 1 || version > kVersion)) {
    return Fail(ErrorCode::kCorrupt, "event.v is " + std::to_string(version) +
                                         ", this program reads 1 to " + std::to_string(kVersion) +
                                         ": use the version of actsearch that wrote the log");
  }
  Event event = version == 1 ? ReadEventV1(reader, slots) : ReadEvent(reader);
  if (!reader.Ok()) return std::unexpected(reader.TakeError());
  return event;
}

}  // namespace actsearch::plan
