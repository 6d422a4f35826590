// A strategy decides what to try next. It is a deterministic state machine
// (design.md section 4): its proposals depend only on its options, the space, the
// generators it is handed and the outcomes it has observed, in index order. It
// does no I/O and asks no clock. Not thread-safe: the Plan of one job owns one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/base/error.h"
#include "search_spaces/base/registry.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/space.h"
#include "search_spaces/trial.h"

namespace actsearch::strategies {

class Strategy {
 public:
  virtual ~Strategy() = default;

  // The candidate with this index; called once for each index, ascending. `rng`
  // belongs to this index alone. Nothing: the space is exhausted, the job ends.
  virtual std::optional<Candidate> Propose(std::uint64_t index, Rng& rng) = 0;

  // The outcome of proposal `index`; once for each, ascending, possibly delayed
  // behind later proposals. A DUPLICATE carries the loss of the candidate it
  // repeats, when that one was scored.
  virtual void Observe(std::uint64_t index, const Candidate& candidate,
                       const Outcome& outcome) = 0;

  // A candidate that was observed as scored has been trained again, with another seed: `loss` is
  // the mean over its `trainings`, infinite when one failed. In index order with Observe's calls.
  // Strategies that remember losses of candidates correct them.
  virtual void Revise(const Candidate&, double /*loss*/, int /*trainings*/) {}

  // A scored candidate that another strategy of the same job proposed and that this one is
  // free to learn from; it must not count on any. In index order with Observe's calls.
  virtual void Adopt(const Candidate&, double /*loss*/) {}
};

// One named number that the job file may set; out of [low, high] is an error.
struct OptionRow {
  std::string_view name;
  double initial;
  double low;
  double high;
  bool integer;
  std::string_view doc;
};

using Options = std::map<std::string, double, std::less<>>;

// An option that is there, as all are once they are complete.
inline double ValueOf(const Options& options, std::string_view name) {
  return options.find(name)->second;
}
inline std::size_t SizeOf(const Options& options, std::string_view name) {
  return static_cast<std::size_t>(ValueOf(options, name));
}

struct StrategyRow {
  std::string_view name;
  std::string_view doc;
  std::vector<OptionRow> options;
  // `options` is complete and in bounds (CompleteOptions); `space` outlives the strategy.
  std::unique_ptr<Strategy> (*make)(const Space& space, const Options& options);
  bool needs_finite = false;  // works on spaces with a Size() only
};

const Registry<StrategyRow>& Strategies();

// Checks names and bounds and fills in the defaults. kInvalid names the option,
// its bounds and the nearest known name.
Result<Options> CompleteOptions(const StrategyRow& row, const Options& given);

}  // namespace actsearch::strategies
