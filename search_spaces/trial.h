// The values that travel between coordinator and workers: a Trial says what to train and
// when to give up; an Outcome says what came of the candidate; an Attempt says that one
// worker's go at it ended without any. Plain values without I/O; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/base/error.h"
#include "search_spaces/base/fields.h"
#include "search_spaces/site.h"

namespace actsearch {

// Which disjoint part of the data a trial is scored on (design.md section 7).
enum class Split { kSearch, kSelect, kFinal };
inline constexpr std::size_t kSplits = 3;

// A proxy network, its data and its budget. Names are rows of evaluators/catalogue, which
// also says which `fields` a task has.
struct TaskSpec {
  std::string name = "mlp";
  std::string dataset = "glyphs";
  std::string data_dir;        // folder of the files, or the file; empty for generated data
  std::string digest;          // of the data, 16 hexadecimal digits; empty: any
  int steps = 300;             // optimizer steps
  int batch = 128;             // examples a step
  double learning_rate = 1e-3; // of the optimizer, at its highest
  Fields fields;               // hidden: [128, 128], ...

  bool operator==(const TaskSpec&) const = default;
};

// Which sites of the task's network the candidate fills, and what stands in the others.
struct SiteSpec {
  std::vector<std::string> searched = {"activation"};  // names of sites, or of roles: all of it
  bool share = true;               // one candidate for all searched sites, or one for each
  std::vector<std::string> fill;   // SITE=PART or ROLE=PART; elsewhere Site::initial stands

  bool operator==(const SiteSpec&) const = default;
};

// At `step` training steps of a network the loss on the trial's split is taken; above
// `max_loss` the trial is rejected. Infinity means: record, never reject.
struct Hurdle {
  int step = 0;
  double max_loss = 0;
  int network = 0;

  bool operator==(const Hurdle&) const = default;
};

// Which early-rejection rules apply; the rows are those of evaluators/gates.
struct GateOptions {
  bool probes = true;             // the space's gates, before training
  bool chance = true;             // "no better than chance after chance_steps"
  int chance_steps = 100;         // optimizer steps
  double chance_margin = 0.98;    // reject when loss > margin * the task's trivial loss

  bool operator==(const GateOptions&) const = default;
};

struct Trial {
  std::string space = "activations";  // that made the candidate
  std::string candidate;          // in the space's text; one for each site: slots_space.h
  SiteSpec sites;
  TaskSpec task;
  Split split = Split::kSearch;
  std::uint64_t seed = 0;         // weights, batch order, draws
  int replicate = 0;              // the which-th training of its kind, for kept ones
  GateOptions gates;
  std::vector<Hurdle> hurdles;    // ascending steps
  // Steps at which the loss counts, ascending; training ends at the last. Empty: after
  // task.steps alone. The learning rate follows its schedule over task.steps all the same.
  std::vector<int> stops;
  bool unit_losses = false;       // send the loss of each unit of the split home

  bool operator==(const Trial&) const = default;
};

// How the evaluation of a candidate ended: one word for each end (design.md section 4).
enum class Status { kScored, kRejected, kDuplicate, kQuarantined, kCancelled };

// How one worker's go at a trial ended when it says nothing of the candidate: the trial goes
// elsewhere.
enum class AttemptEnd {
  kLost,         // the worker vanished
  kPreempted,    // the worker had to go
  kTimedOut,     // beyond search.max_trial_seconds
  kOutOfMemory,  // of the worker's device
  kError,        // the worker cannot judge it: no data, other data, dead device, older version
};

struct Attempt {
  AttemptEnd end = AttemptEnd::kLost;
  Error error;         // what the worker said; of kError always
  std::string worker;  // its name

  // Not compared: only logged and shown.
};

// Which rule threw a candidate out, and what it saw.
struct Rejection {
  std::string stage;   // probe | training | hurdle
  std::string rule;    // non_finite, constant, chance, ...
  std::string detail;  // the value that was seen and the bound, for people

  bool operator==(const Rejection&) const = default;
};

// A number of a network beside its loss; the task's row says which there are.
struct Metric {
  std::string name;  // accuracy
  double value = 0;

  bool operator==(const Metric&) const = default;
};
// NaN when there is none of this name.
double ValueOf(const std::vector<Metric>& metrics, std::string_view name);

struct RungValue {
  int step = 0;
  double loss = 0;  // mean over the split, in the task's unit (nats)
  std::vector<Metric> metrics;
  int network = 0;

  bool operator==(const RungValue&) const = default;
};

// What differs between two runs of the same trial; never read by strategies.
struct Timing {
  double total_seconds = 0;     // gates, training and scoring
  double seconds_per_step = 0;  // median over training steps
  std::string worker;           // name of the worker that trained it
  bool cached = false;          // it was trained earlier, for another trial that is the same
};

struct Outcome {
  Status status = Status::kScored;
  std::vector<double> losses;          // one a network, on the trial's split: the least of those
                                       // at its stops; finite when kScored, empty when not scored
  std::vector<Metric> metrics;         // of the last network, at the same stop
  int step = 0;                        // at which that was; 0: not scored
  std::vector<RungValue> rungs;        // one for each hurdle and stop reached
  std::optional<Rejection> rejection;  // set when kRejected
  std::optional<std::uint64_t> duplicate_of;  // index, set when kDuplicate
  std::string reason;                  // of kQuarantined: how its attempts ended
  std::string data_digest;             // of the data that it was trained and scored on; empty: none
  bool measured = false;               // holds measured objectives (time, memory): a repetition
                                       // would differ
  std::vector<float> unit_losses;      // by unit of the split, at that stop; empty unless asked
                                       // for. Beyond kMostUnitLosses units, means of neighbours
  Timing timing;

  double Loss() const;  // mean of the losses: what strategies see; NaN without one
};

inline constexpr std::size_t kMostUnitLosses = 4096;  // float16 each on the wire: 8 KB

std::string_view Name(Split split);      // search, select, final
std::string_view Name(Status status);    // SCORED, REJECTED, ... as in the glossary
std::string_view Name(AttemptEnd end);   // LOST, PREEMPTED, TIMED_OUT, OUT_OF_MEMORY, ERROR
std::optional<Split> SplitNamed(std::string_view name);
std::optional<Status> StatusNamed(std::string_view name);
std::optional<AttemptEnd> AttemptEndNamed(std::string_view name);

}  // namespace actsearch
