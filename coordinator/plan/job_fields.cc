#include "coordinator/plan/job_fields.h"

#include <algorithm>
#include <concepts>
#include <limits>
#include <type_traits>
#include <utility>

#include "evaluators/catalogue/datasets.h"
#include "evaluators/catalogue/tasks.h"

namespace actsearch::plan {
namespace {

constexpr std::string_view kOrderings[] = {"index", "arrival"};
constexpr std::string_view kSchedules[] = {"shares", "halving", "asha"};
constexpr std::string_view kShapes[] = {"layer", "channel"};
constexpr double kLargestSeed = 9007199254740991;  // 2^53 - 1: exact in every JSON reader

std::vector<std::string_view> NameList(auto&& names) {
  return {std::begin(names), std::end(names)};
}
std::vector<std::string_view> SpaceNames() { return Spaces().Names(); }
std::vector<std::string_view> ShapeNames() { return NameList(kShapes); }
std::vector<std::string_view> StrategyNames() { return strategies::Strategies().Names(); }
std::vector<std::string_view> TaskNames() { return catalogue::Tasks().Names(); }
std::vector<std::string_view> DatasetNames() { return catalogue::Datasets().Names(); }
std::vector<std::string_view> ScheduleNames() { return NameList(kSchedules); }
std::vector<std::string_view> OrderingNames() { return NameList(kOrderings); }
std::vector<std::string_view> BaselineNames() {  // of any space
  std::vector<std::string_view> names;
  for (const SpaceRow& space : Spaces().Rows()) {
    const auto known = space.known();
    names.insert(names.end(), known.begin(), known.end());
  }
  return names;
}

// Members of a JobSpec to values of the table, and back.
FieldValue ToValue(bool member) { return member; }
FieldValue ToValue(int member) { return std::int64_t{member}; }
FieldValue ToValue(std::uint64_t member) {
  constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(member, kLargest));  // every bound is far below
}
FieldValue ToValue(double member) { return member; }
FieldValue ToValue(const std::string& member) { return member; }
FieldValue ToValue(HurdleSchedule member) {
  return std::string(kSchedules[static_cast<std::size_t>(member)]);
}
FieldValue ToValue(Ordering member) {
  return std::string(kOrderings[static_cast<std::size_t>(member)]);
}
FieldValue ToValue(const std::vector<double>& member) { return member; }
FieldValue ToValue(const std::vector<std::string>& member) { return member; }

template <class Enum>
void FromNames(Enum& member, std::span<const std::string_view> names, const FieldValue& value) {
  const auto at = std::ranges::find(names, std::string_view(std::get<std::string>(value)));
  if (at != names.end()) member = static_cast<Enum>(at - names.begin());
}
void FromValue(Ordering& member, const FieldValue& value) { FromNames(member, kOrderings, value); }
void FromValue(HurdleSchedule& member, const FieldValue& value) {
  FromNames(member, kSchedules, value);
}
template <class T>
void FromValue(T& member, const FieldValue& value) {
  if constexpr (std::integral<T> && !std::same_as<T, bool>) {
    member = static_cast<T>(std::get<std::int64_t>(value));
  } else {
    member = std::get<T>(value);
  }
}

// What a row says beside its name and its members.
struct Bounds {
  double low = 0;
  double high = 0;
  int min_size = 0;
  int max_size = 0;
  std::vector<std::string_view> (*known)() = nullptr;
};

template <auto... kPath>
Field Row(std::string_view name, const Bounds& bounds, std::string_view doc) {
  const JobSpec model;
  Field row;
  row.name = name;
  row.initial = ToValue((model.*....*kPath));
  row.kind = static_cast<FieldKind>(row.initial.index());
  row.low = bounds.low;
  row.high = bounds.high;
  row.min_size = bounds.min_size;
  row.max_size = bounds.max_size;
  row.known = bounds.known;
  row.doc = doc;
  row.get = [](const JobSpec& spec) { return ToValue((spec.*....*kPath)); };
  row.set = [](JobSpec& spec, const FieldValue& value) { FromValue((spec.*....*kPath), value); };
  return row;
}

constexpr Bounds kNameText = {.min_size = 1, .max_size = 128};

std::vector<Field> NameAndSpaceRows() {
  using S = SpaceSpec;
  constexpr auto kSpace = &JobSpec::space;
  return {
      Row<&JobSpec::name>("name", kNameText, "what people call the job"),
      Row<kSpace, &S::name>("space.name", {.min_size = 1, .max_size = 64, .known = SpaceNames},
                            "which candidates exist"),
      Row<kSpace, &S::max_nodes>("space.max_nodes", {1, 64}, "largest graph of a candidate"),
      Row<kSpace, &S::max_parameters>("space.max_parameters", {0, 8},
                                      "most learnable parameters of a candidate"),
      Row<kSpace, &S::parameter_shape>("space.parameter_shape",
                                       {.min_size = 1, .max_size = 64, .known = ShapeNames},
                                       "learnable parameters: one a layer or one a channel"),
      Row<kSpace, &S::operators>("space.operators", {.max_size = 256},
                                 "operators that candidates may use; empty: all of the space"),
      Row<kSpace, &S::unary>("space.unary", {.max_size = 256},
                             "operators or primitives of one argument; empty: all operators"),
      Row<kSpace, &S::binary>("space.binary", {.max_size = 256},
                              "operators or primitives of two arguments; empty: all operators"),
      Row<kSpace, &S::shape>("space.shape", {.max_size = 1024},
                             "formula with slots, such as binary(unary(x), unary(x)): the space is "
                             "all its fillings; empty: formulas of any form"),
      Row<&JobSpec::strategy, &StrategySpec::name>(
          "strategy.name", {.min_size = 1, .max_size = 64, .known = StrategyNames},
          "how the next candidate is found; its options stand beside the name"),
  };
}

std::vector<Field> TaskRows() {
  using S = TaskSpec;
  constexpr auto kTask = &JobSpec::task;
  return {
      Row<kTask, &S::name>("task.name", {.min_size = 1, .max_size = 64, .known = TaskNames},
                           "proxy network that is trained"),
      Row<kTask, &S::dataset>("task.dataset",
                              {.min_size = 1, .max_size = 64, .known = DatasetNames},
                              "what it is trained on; unless given, the first that fits the task"),
      Row<kTask, &S::data_dir>("task.data_dir", {.max_size = 4096},
                               "folder of the data files, or the file; empty for generated data"),
      Row<kTask, &S::digest>("task.digest", {.max_size = 16},
                             "of the data, as 'job get' shows it: workers with others are set "
                             "aside; empty: what the first worker has"),
      Row<kTask, &S::steps>("task.steps", {1, 1e7}, "optimizer steps of a training"),
      Row<kTask, &S::batch>("task.batch", {2, 65536}, "examples of a step"),
      Row<kTask, &S::learning_rate>("task.learning_rate", {1e-8, 10},
                                     "of the optimizer, at its highest"),
  };
}

std::vector<Field> SiteRows() {
  using S = SiteSpec;
  constexpr auto kSites = &JobSpec::sites;
  return {
      Row<kSites, &S::searched>("sites.searched", {.min_size = 1, .max_size = 64},
                                "where candidates stand in the network: names of sites, or of "
                                "roles for all their sites"),
      Row<kSites, &S::share>("sites.share", {},
                             "one candidate for all searched sites; false: one for each"),
      Row<kSites, &S::fill>("sites.fill", {.max_size = 64},
                            "SITE=PART or ROLE=PART: what stands in the other sites, as "
                            "norm=batch_norm"),
  };
}

std::vector<Field> RejectionRows() {
  constexpr auto kGates = &JobSpec::gates;
  constexpr auto kHurdles = &JobSpec::hurdles;
  return {
      Row<kGates, &GateOptions::probes>("gates.probes", {},
                                        "look at the candidate's values before training"),
      Row<kGates, &GateOptions::chance>("gates.chance", {},
                                        "reject what is no better than chance after chance_steps"),
      Row<kGates, &GateOptions::chance_steps>("gates.chance_steps", {1, 1e7},
                                              "optimizer steps before the look"),
      Row<kGates, &GateOptions::chance_margin>(
          "gates.chance_margin", {0, 10},
          "reject when the loss exceeds this times that of the best blind guess"),
      Row<kHurdles, &HurdleSpec::schedule>(
          "hurdles.schedule", {.min_size = 1, .max_size = 64, .known = ScheduleNames},
          "where hurdles stand and who passes: shares: at rungs, the better keep; halving: bands "
          "that double, the better half; asha: at steps / eta^k, the better 1/eta"),
      Row<kHurdles, &HurdleSpec::rungs>("hurdles.rungs", {0.001, 0.999, 0, 16},
                                        "of shares: rungs as shares of the steps, ascending"),
      Row<kHurdles, &HurdleSpec::keep>(
          "hurdles.keep", {0.01, 1, 1, 16},
          "of shares: share of candidates that pass a hurdle, or one for each rung; 1 with any: "
          "record only"),
      Row<kHurdles, &HurdleSpec::count>("hurdles.count", {1, 16},
                                        "of halving and asha: number of hurdles"),
      Row<kHurdles, &HurdleSpec::eta>("hurdles.eta", {1.1, 100}, "of asha: 1/eta passes"),
      Row<kHurdles, &HurdleSpec::min_observed>("hurdles.min_observed", {1, 1e6},
                                               "losses known at a rung before it rejects"),
  };
}

std::vector<Field> SearchRows() {
  using S = SearchSpec;
  constexpr auto kSearch = &JobSpec::search;
  return {
      Row<kSearch, &S::candidates>(
          "search.candidates", {0, 1e7},
          "proposals of the search stage; 0 with finals.functions: no search"),
      Row<kSearch, &S::seed>("search.seed", {0, kLargestSeed}, "root of all randomness of the job"),
      Row<kSearch, &S::parallelism>("search.parallelism", {1, 4096},
                                    "candidates that may be trained at once"),
      Row<kSearch, &S::window>(
          "search.window", {0, 65536},
          "proposal i may use outcomes before i - window; 0: twice the parallelism"),
      Row<kSearch, &S::ordering>("search.ordering",
                                 {.min_size = 1, .max_size = 64, .known = OrderingNames},
                                 "outcomes reach the strategy by index (repeatable) or on arrival"),
      Row<kSearch, &S::audits>("search.audits", {0, 1000},
                               "rejected candidates of each rule that are trained to the end all "
                               "the same, to count wrong rejections"),
      Row<kSearch, &S::max_trial_seconds>("search.max_trial_seconds", {0.1, 604800},
                                          "a training that lasts longer is TIMED_OUT: another "
                                          "worker tries"),
      Row<kSearch, &S::max_attempts>("search.max_attempts", {1, 1000},
                                     "a candidate that timed out, ran out of memory or lost its "
                                     "worker so often is QUARANTINED"),
      Row<kSearch, &S::cache>("search.cache", {},
                              "take the outcome of the very same training, on such a machine by "
                              "this program, from earlier jobs of the store"),
  };
}

std::vector<Field> RacingRows() {
  using S = RacingSpec;
  constexpr auto kRacing = &JobSpec::racing;
  return {
      Row<kRacing, &S::best>("racing.best", {0, 1000},
                             "the best candidates so far that are trained again, with other "
                             "seeds, while the search runs; each counts in search.candidates"),
      Row<kRacing, &S::trainings>("racing.trainings", {1, 100},
                                  "of each of them in all; losses are their means"),
  };
}

std::vector<Field> FinalRows() {
  using S = FinalSpec;
  constexpr auto kFinals = &JobSpec::finals;
  return {
      Row<kFinals, &S::finalists>("finals.finalists", {0, 1000},
                                  "best candidates that are trained again on other data"),
      Row<kFinals, &S::apart>("finals.apart", {0, 10},
                              "least distance between two finalists in what they do; ReLU and GELU "
                              "are 0.09 apart, GELU and SiLU 0.11; 0: the best, however alike"),
      Row<kFinals, &S::select_seeds>("finals.select_seeds", {1, 100},
                                     "trainings behind the choice of a learning rate"),
      Row<kFinals, &S::seeds>("finals.seeds", {1, 100}, "trainings behind each reported number"),
      Row<kFinals, &S::learning_rates>("finals.learning_rates", {1e-3, 1e3, 1, 16},
                                       "tried for each function, times task.learning_rate"),
      Row<kFinals, &S::octaves>("finals.octaves", {0, 10},
                                "factors of 2 by which the rates are extended at each end, for "
                                "each function whose best rate stands there"),
      Row<kFinals, &S::stops>("finals.stops", {0.001, 1, 1, 16},
                              "shares of the steps after which a training may stop, ascending; "
                              "chosen with the rate"),
      Row<kFinals, &S::functions>("finals.functions", {.max_size = 32},
                                  "formulas or known names, compared beside the finalists"),
      Row<kFinals, &S::baselines>("finals.baselines", {.max_size = 64, .known = BaselineNames},
                                  "known functions treated as finalists"),
  };
}

std::vector<Field> ConfirmRows() {
  using S = ConfirmSpec;
  constexpr auto kConfirm = &JobSpec::confirm;
  return {
      Row<kConfirm, &S::steps>("confirm.steps", {1, 1000},
                               "the best finalist and the best baselines are compared again at so "
                               "many times the steps; 1: not"),
      Row<kConfirm, &S::width>("confirm.width", {1, 64},
                               "and in a network so many times as wide; 1: not"),
      Row<kConfirm, &S::baselines>("confirm.baselines", {0, 64},
                                   "how many of the best baselines take part"),
  };
}

std::vector<Field> AllRows() {
  std::vector<Field> rows;
  for (const auto part :
       {NameAndSpaceRows, TaskRows, SiteRows, RejectionRows, SearchRows, RacingRows,
        FinalRows, ConfirmRows}) {
    for (Field& row : part()) rows.push_back(row);
  }
  return rows;
}

}  // namespace

std::span<const Field> JobFields() {
  static const std::vector<Field> rows = AllRows();
  return rows;
}

}  // namespace actsearch::plan
