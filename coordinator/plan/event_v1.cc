// Logs of version 1, read as today's events. They repeat the trial in each proposal, know one
// loss and one accuracy, count time-outs as outcomes, and do not say what a candidate costs.
#include <cmath>
#include <utility>

#include "coordinator/plan/event_json.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/expr/cost.h"
#include "search_spaces/expr/fingerprint.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/slots_space.h"

namespace actsearch::plan {
namespace {

constexpr std::string_view kAccuracy = "accuracy";

// Status of today for one of version 1, and why, where the word has gone.
struct End {
  Status status = Status::kScored;
  std::string reason;
};

End ReadEnd(JsonReader& reader) {
  const std::string text = reader.Text("status");
  if (const auto status = StatusNamed(text)) return {*status, ""};
  if (!AttemptEndNamed(text)) reader.Complain("status", "a known status");
  return {Status::kQuarantined, "its only attempt was " + text};
}

RungValue RungFromJson(const Json& json, JsonReader& reader, std::string_view key) {
  if (!json.is_array() || json.size() != 3) {
    reader.Complain(key, "[step, loss, accuracy]");
    return {};
  }
  return {.step = reader.IntOf(json[0], key),
          .loss = reader.NumberOf(json[1], key),
          .metrics = {{std::string(kAccuracy), reader.NumberOf(json[2], key)}}};
}

Outcome ReadOutcomeV1(JsonReader& reader) {
  Outcome outcome;
  const End end = ReadEnd(reader);
  outcome.status = end.status;
  outcome.reason = end.reason;
  const double loss = reader.Number("loss");
  const double accuracy = reader.Number("accuracy");
  const bool may_have_loss = end.status == Status::kScored || end.status == Status::kDuplicate;
  if (may_have_loss && std::isfinite(loss)) {
    outcome.losses = {loss};
    outcome.metrics = {{std::string(kAccuracy), accuracy}};
  }
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
  if (reader.Has("duplicate_of")) outcome.duplicate_of = reader.Unsigned("duplicate_of");
  JsonReader timing = reader.Object("timing");
  outcome.timing = {.total_seconds = timing.Number("total_seconds"),
                    .seconds_per_step = timing.Number("seconds_per_step"),
                    .worker = timing.Text("worker")};
  reader.Take(timing);
  return outcome;
}

// Cost and key of the candidate, as far as this program still reads its formulas.
void Measure(Proposed& proposed, int slots) {
  const auto texts = SplitSlots(proposed.candidate);
  int cost = 0;
  std::uint64_t key = 0;
  for (const std::string_view text : texts) {
    const auto f = expr::Parse(text);
    if (!f) return;
    const std::uint64_t one = expr::FingerprintOf(*f).exact;
    cost += expr::Cost(*f);
    key = texts.size() > 1 ? HashCombine(key, one) : one;
  }
  // A single function stands in every slot.
  proposed.cost = texts.size() == 1 ? slots * cost : cost;
  proposed.fingerprint = key;
}

Proposed ReadProposedV1(JsonReader& reader, int slots) {
  Proposed proposed;
  proposed.index = reader.Unsigned("index");
  proposed.stage = ReadStage(reader);
  if (reader.Has("name")) proposed.name = reader.Text("name");
  JsonReader trial = reader.Object("trial");
  proposed.candidate = trial.Text("formula");
  proposed.learning_rate = trial.Number("learning_rate");
  proposed.seed = trial.Unsigned("seed");
  proposed.hurdles = ReadHurdles(trial);
  reader.Take(trial);
  Measure(proposed, slots);
  return proposed;
}

}  // namespace

Event ReadEventV1(JsonReader& reader, int slots) {
  const std::string event = reader.Text("event");
  if (event == "created") {
    return Created{.spec_json = reader.Text("spec"),
                   .request_id = reader.Text("request_id"),
                   .wall_ms = static_cast<std::int64_t>(reader.Unsigned("wall_ms"))};
  }
  if (event == "proposed") return ReadProposedV1(reader, slots);
  if (event == "observed") {
    Observed observed{.index = reader.Unsigned("index"), .outcome = {}};
    JsonReader outcome = reader.Object("outcome");
    observed.outcome = ReadOutcomeV1(outcome);
    reader.Take(outcome);
    return observed;
  }
  if (event != "changed") reader.Complain("event", "one that this program knows");
  return ReadChanged(reader);
}

}  // namespace actsearch::plan
