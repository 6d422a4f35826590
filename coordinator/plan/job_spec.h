// What a person asks for: one search, as the job file says it. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/strategies/strategy.h"
#include "search_spaces/base/error.h"
#include "search_spaces/space.h"
#include "search_spaces/trial.h"

namespace actsearch::plan {

// Proposal i may use the outcomes of proposals before i - window.
enum class Ordering { kIndex, kArrival };

struct SearchSpec {
  std::uint64_t candidates = 300;
  std::uint64_t seed = 1;
  int parallelism = 4;       // candidates that may be trained at once
  int window = 0;            // 0: twice the parallelism
  Ordering ordering = Ordering::kIndex;
  int audits = 10;           // rejected candidates of each rule that are trained all the same
  double max_trial_seconds = 600;  // an attempt is TIMED_OUT after that
  int max_attempts = 5;            // that came to nothing, then the candidate is QUARANTINED
  bool cache = true;               // outcomes of the same training in earlier jobs serve too

  bool operator==(const SearchSpec&) const = default;
};

// While the search runs, the `best` candidates by mean loss are trained again, with other seeds,
// until each has `trainings`: strategies and finalists go by means, not by lucky draws.
struct RacingSpec {
  int best = 0;       // 0: nobody is
  int trainings = 3;

  bool operator==(const RacingSpec&) const = default;
};

// Where the rungs of a training stand, and who passes the hurdles there.
enum class HurdleSchedule {
  kShares,   // at `rungs`, shares of the task's steps; the better `keep` of the losses pass
  kHalving,  // `count` hurdles between bands of steps that double; the better half passes, so
             // that every band costs as much (So et al. 2021, "Primer", appendix)
  kAsha,     // `count` rungs at steps / eta^k; the better 1/eta passes (Li et al. 2020)
};

// A loss is compared with those seen at its rung, once `min_observed` are known.
struct HurdleSpec {
  HurdleSchedule schedule = HurdleSchedule::kShares;
  std::vector<double> rungs = {0.1, 0.33};
  std::vector<double> keep = {0.5};  // of kShares, one for all rungs or one for each; only 1
                                     // with any schedule: record only
  int min_observed = 16;
  int count = 4;   // of kHalving and kAsha
  double eta = 3;  // of kAsha

  bool operator==(const HurdleSpec&) const = default;
};

// Who is compared after the search, and how each is tuned: alike for all (design.md section 7).
struct FinalSpec {
  int finalists = 5;
  double apart = 0.1;    // least distance between two of them (likeness.h)
  std::vector<std::string> functions;  // formulas or known names that take part beside finalists
  int select_seeds = 3;  // trainings behind the choice of a learning rate
  int seeds = 10;        // trainings behind each reported number
  std::vector<double> learning_rates = {0.5, 1, 2};  // times the task's
  int octaves = 3;       // by which they are extended at each end, while the best stands there
  std::vector<double> stops = {0.125, 0.25, 0.5, 0.75, 1};  // shares of the steps
  std::vector<std::string> baselines = {"relu", "gelu", "silu"};  // names of the zoo

  bool operator==(const FinalSpec&) const = default;
};

// The best finalist, given functions and the best baselines once more, longer and wider.
struct ConfirmSpec {
  int steps = 3;      // times task.steps; 1: not longer
  int width = 2;      // times the widths of the network; 1: not wider
  int baselines = 2;  // the best by select loss take part

  bool operator==(const ConfirmSpec&) const = default;
};

struct StrategySpec {
  std::string name = "surrogate";
  strategies::Options options;

  bool operator==(const StrategySpec&) const = default;
};

struct JobSpec {
  std::string name = "search";
  SpaceSpec space;
  StrategySpec strategy;
  TaskSpec task;
  SiteSpec sites;
  GateOptions gates;
  HurdleSpec hurdles;
  SearchSpec search;
  RacingSpec racing;
  FinalSpec finals;
  ConfirmSpec confirm;

  bool operator==(const JobSpec&) const = default;
};

// Names, bounds, task, data set, sites and cross-field rules against the tables; fills in
// derived defaults (window, strategy options, fields of the task, space.slots). kInvalid names
// the field as the job file spells it (search.candidates), the value, the bounds and a
// suggestion.
Result<JobSpec> CheckJobSpec(JobSpec spec);

// Whether a worker must say what the job's data are before anything is trained. Data that are
// generated are the same everywhere, but may not be those of task.digest.
bool NeedsCheck(const JobSpec& spec);

// The job's own task, then those in which its results must hold; for recipes that people start
// themselves (task.start: user) the same from a fair start too: what of a gain is the start's.
enum class Setting { kBase, kLonger, kWider, kFair };
std::string_view Name(Setting setting);  // base, longer, wider, fair
std::optional<Setting> SettingNamed(std::string_view name);

// Those that the job confirms in; none where the task has one budget.
std::vector<Setting> ConfirmSettings(const JobSpec& spec);

// The task with the steps, the network and the start of a setting.
TaskSpec TaskAt(const JobSpec& spec, Setting setting);

std::string JobSpecToJson(const JobSpec& spec);

// As far as this program knows the fields; bounds and names are not checked. kCorrupt when the
// text is no spec. Also of specs of version 1.
Result<JobSpec> JobSpecFromJson(std::string_view json);

}  // namespace actsearch::plan
