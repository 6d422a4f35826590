// The events of a job's log and their JSON text, one document each with a version
// field: the only durable truth about a job. An event holds all that is needed to show what
// it tells of; nothing has to be parsed or derived anew. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "evaluators/catalogue/datasets.h"
#include "search_spaces/base/error.h"
#include "search_spaces/trial.h"

namespace actsearch::plan {

// The search; rejected candidates trained all the same, to count wrong rejections; rates and
// stopping points chosen on the select split, first in the job's own setting, then in those to
// confirm in; one look at the final split in all settings.
enum class Stage { kSearch, kAudit, kSelect, kConfirm, kFinal, kDone };
std::string_view Name(Stage stage);  // search, audit, select, ...

struct Created {
  std::string spec_json;  // JobSpecToJson, checked and complete
  std::string request_id;
  std::int64_t wall_ms = 0;
  std::string version;    // ProgramVersion; empty in logs of version 1, which do not say
  bool checks = false;    // a worker must say what the data are before anything is proposed
};

inline constexpr int kNoEntrant = -1;  // logs of before do not say it

// What is a trial's own; the rest of it is the job's (TrialOf).
struct Proposed {
  std::uint64_t index = 0;
  Stage stage = Stage::kSearch;
  std::string candidate;        // in the space's canonical text
  std::string name;             // of the zoo, for baselines; as people wrote it, for given ones
  double learning_rate = 0;
  std::uint64_t seed = 0;
  std::vector<Hurdle> hurdles;
  int cost = 0;                 // of the graph, in additions
  std::uint64_t fingerprint = 0;  // Space::KeyOf: equal ones are one candidate
  std::optional<std::uint64_t> original;  // the search candidate that a repeat of the search, an
                                          // audit or a later trial is of
  bool given = false;           // a later trial is of one of finals.functions
  int entrant = kNoEntrant;     // of later trials: whose, counted from 0 (entrants.h)
  Setting setting = Setting::kBase;
  int replicate = 0;            // the which-th of the same
  std::vector<int> stops;       // as in Trial

  bool operator==(const Proposed&) const = default;
};

struct Observed {
  std::uint64_t index = 0;
  Outcome outcome;
};

// A worker's go at a trial came to nothing. Without an index: at telling what the data are.
struct Attempted {
  std::optional<std::uint64_t> index;
  Attempt attempt;
};

// A worker has said what the data are: from here on trials carry their digest.
struct Checked {
  catalogue::DataFacts data;
};

// The job was paused, resumed, extended, cancelled, or has finished.
struct Changed {
  std::string state;               // Name(JobState), or "extended"
  std::uint64_t candidates = 0;    // extended: the new total
  std::string reason;
};

using Event = std::variant<Created, Proposed, Observed, Attempted, Checked, Changed>;

std::string EventToJson(const Event& event);

// Also of logs of version 1. `slots` are those of the job's space, which only such logs need:
// they do not say what a candidate costs. kCorrupt says what is wrong where.
Result<Event> EventFromJson(std::string_view json, int slots = 1);

std::string OutcomeToJson(const Outcome& outcome);
Result<Outcome> OutcomeFromJson(std::string_view json);

}  // namespace actsearch::plan
