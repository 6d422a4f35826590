// The events of a job's log and their JSON text, one document each with a version
// field: the only durable truth about a job. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "search_spaces/base/error.h"
#include "search_spaces/trial.h"

namespace actsearch::plan {

enum class Stage { kSearch, kSelect, kFinal, kDone };
std::string_view Name(Stage stage);  // search, select, final, done

struct Created {
  std::string spec_json;    // JobSpecToJson, checked and complete
  std::string request_id;
  std::int64_t wall_ms = 0;
};

struct Proposed {
  std::uint64_t index = 0;
  Stage stage = Stage::kSearch;
  std::string name;         // of the zoo, for baselines
  Trial trial;              // its task is the job's but for learning_rate
};

struct Observed {
  std::uint64_t index = 0;
  Outcome outcome;
};

// The job was paused, resumed, extended, cancelled, or has failed or finished.
struct Changed {
  std::string state;               // Name(JobState), or "extended"
  std::uint64_t candidates = 0;    // extended: the new total
  std::string reason;
};

using Event = std::variant<Created, Proposed, Observed, Changed>;

std::string EventToJson(const Event& event);
// `task` completes the trials of Proposed events, which do not repeat it.
Result<Event> EventFromJson(std::string_view json, const TaskSpec& task);

std::string OutcomeToJson(const Outcome& outcome);
Result<Outcome> OutcomeFromJson(std::string_view json);

}  // namespace actsearch::plan
