// The two values that travel between coordinator and workers: a Trial says what
// to train and when to give up; an Outcome says what came of it. Plain values
// without I/O; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace actsearch {

// Which disjoint part of the data a trial is scored on (design.md section 7).
enum class Split { kSearch, kSelect, kFinal };

// Names of the rows of evaluators/tasks and evaluators/datasets, here because job
// files are checked where the evaluators are not linked.
inline constexpr std::array<std::string_view, 4> kTaskNames = {"mlp", "cnn", "noop", "table"};
inline constexpr std::array<std::string_view, 3> kDatasetNames = {"glyphs", "mnist", "cifar10"};
inline constexpr std::array<std::string_view, 2> kNormalizationNames = {"none", "batch"};

// A proxy network, its data and its budget. No hidden layers means the task's own.
struct TaskSpec {
  std::string name = "mlp";       // row of evaluators/tasks
  std::string dataset = "glyphs"; // row of evaluators/datasets
  std::string data_dir;           // folder of the files; empty for generated data
  int steps = 300;                // optimizer steps
  int batch = 128;                // examples a step
  double learning_rate = 1e-3;    // Adam
  std::vector<int> hidden;        // units (mlp) or channels (cnn) of each layer
  std::string normalization = "none";    // none | batch

  bool operator==(const TaskSpec&) const = default;
};

// At `step` training steps the loss on the trial's split is taken; above
// `max_loss` the trial is rejected. Infinity means: record, never reject.
struct Hurdle {
  int step = 0;
  double max_loss = 0;

  bool operator==(const Hurdle&) const = default;
};

// Which early-rejection rules apply; the rows are those of evaluators/gates.
struct GateOptions {
  bool probes = true;             // scalar probes before training
  bool chance = true;             // "no better than chance after chance_steps"
  int chance_steps = 100;         // optimizer steps
  double chance_margin = 0.98;    // reject when loss > margin * ln(classes)

  bool operator==(const GateOptions&) const = default;
};

struct Trial {
  std::string formula;            // text of the candidate language; several: slots_space.h
  TaskSpec task;
  Split split = Split::kSearch;
  std::uint64_t seed = 0;         // weights, batch order
  GateOptions gates;
  std::vector<Hurdle> hurdles;    // ascending steps
  bool audit = false;             // when a rule rejects: note it, train on, report both

  bool operator==(const Trial&) const = default;
};

// How an evaluation ended: one word for each end (design.md section 4).
enum class Status {
  kScored,
  kRejected,
  kDuplicate,
  kLost,
  kPreempted,
  kTimedOut,
  kOutOfMemory,
  kQuarantined,
  kCancelled,
};

// Which rule threw a candidate out, and what it saw.
struct Rejection {
  std::string stage;   // probe | training | hurdle
  std::string rule;    // non_finite, constant, chance, ...
  std::string detail;  // the value that was seen and the bound, for people

  bool operator==(const Rejection&) const = default;
};

struct RungValue {
  int step = 0;
  double loss = 0;      // mean cross-entropy, nats
  double accuracy = 0;  // share of right answers, 0 to 1

  bool operator==(const RungValue&) const = default;
};

// What differs between two runs of the same trial; never read by strategies.
struct Timing {
  double total_seconds = 0;     // gates, training and scoring
  double seconds_per_step = 0;  // median over training steps
  std::string worker;           // name of the worker that trained it
};

struct Outcome {
  Status status = Status::kScored;
  double loss = 0;      // on the trial's split after the last step; finite when kScored
  double accuracy = 0;
  std::vector<RungValue> rungs;        // one for each hurdle reached
  std::optional<Rejection> rejection;  // set when kRejected
  std::optional<RungValue> audit;      // full training of an audited rejection
  std::optional<std::uint64_t> duplicate_of;  // index, set when kDuplicate
  Timing timing;
};

// Units or channels of the task's hidden layers, its own where none are given; empty for tasks
// without a network. Each layer is followed by one activation.
std::vector<int> HiddenOf(const TaskSpec& task);

// Ends that tell of workers and people, not of the candidate.
bool SaysNothing(Status status);

std::string_view Name(Split split);    // search, select, final
std::string_view Name(Status status);  // SCORED, REJECTED, ... as in the glossary
std::optional<Split> SplitNamed(std::string_view name);
std::optional<Status> StatusNamed(std::string_view name);

}  // namespace actsearch
