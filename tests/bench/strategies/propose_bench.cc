// propose_bench [NAME...]: microseconds of processor time of Propose and Observe together for
// each strategy, or those named, on a space without end and on one of 40,000 fillings, over the
// candidates 1 to 1,000, 9,001 to 10,000 and 99,001 to 100,000. A strategy whose first 1,000
// took longer than --slow (ms each) ends at 10,000. "-": it is slow, or the space was exhausted.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "coordinator/strategies/strategy.h"
#include "search_spaces/base/hash.h"

namespace actsearch::strategies {
namespace {

constexpr std::uint64_t kWindow = 8;
constexpr std::uint64_t kSpan = 1000;
constexpr std::array<std::uint64_t, 3> kEnds = {1000, 10000, 100000};

struct NamedSpace {
  std::string name;
  SpaceSpec spec;
};

std::vector<NamedSpace> SpacesToServe() {
  return {{"infinite", {}},
          {"40000",
           {.unary = {"identity", "neg", "abs", "square", "cube", "sqrt", "log_abs", "exp", "sin",
                      "cos", "tanh", "atan", "asinh", "relu", "sigmoid", "softplus", "gaussian",
                      "erf", "sinh", "cosh"},
            .binary = {"add", "mul", "sub", "max", "min"},
            .shape = "binary(unary(unary(x)), unary(x))"}}};
}

// A loss that any change of the candidate changes; a fifth is rejected.
Outcome Judge(const Candidate& candidate) {
  const std::uint64_t hash = HashText(candidate.text);
  if (hash % 5 == 0) return {.status = Status::kRejected};
  return {.status = Status::kScored, .losses = {static_cast<double>(hash >> 11) * 0x1.0p-53}};
}

// Proposes and observes as a Plan does, candidates up to index `end`; false when exhausted.
class Run {
 public:
  Run(const StrategyRow& row, const Space& space)
      : strategy_(row.make(space, *CompleteOptions(row, {}))) {}

  bool Until(std::uint64_t end) {
    for (std::uint64_t index = candidates_.size(); index < end; ++index) {
      if (index > kWindow) {
        const std::uint64_t due = index - kWindow - 1;
        strategy_->Observe(due, candidates_[due], Judge(candidates_[due]));
      }
      Rng rng = root_.Fork("propose", index);
      std::optional<Candidate> candidate = strategy_->Propose(index, rng);
      if (!candidate) return false;
      candidates_.push_back(*std::move(candidate));
    }
    return true;
  }

 private:
  std::unique_ptr<Strategy> strategy_;
  Rng root_{1};
  std::vector<Candidate> candidates_;
};

// Nothing where the strategy did not get.
std::vector<double> MicrosecondsAt(const StrategyRow& row, const Space& space, double slow_ms) {
  std::vector<double> spans;
  Run run(row, space);
  for (const std::uint64_t end : kEnds) {
    if (!spans.empty() && spans.front() > 1e3 * slow_ms && end > kEnds[1]) break;
    if (!run.Until(end - kSpan)) break;
    const std::clock_t start = std::clock();
    if (!run.Until(end)) break;
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    spans.push_back(1e6 * seconds / static_cast<double>(kSpan));
  }
  return spans;
}

void Print(const StrategyRow& row, const NamedSpace& named, double slow_ms) {
  const auto space = std::move(*MakeSpace(named.spec));
  if (row.needs_finite && !space->Size()) return;
  const std::vector<double> spans = MicrosecondsAt(row, *space, slow_ms);
  std::printf("%-12.*s %-10s", static_cast<int>(row.name.size()), row.name.data(),
              named.name.c_str());
  for (std::size_t i = 0; i < kEnds.size(); ++i) {
    if (i < spans.size()) {
      std::printf(" %16.0f", spans[i]);
    } else {
      std::printf(" %16s", "-");
    }
  }
  std::printf("\n");
  std::fflush(stdout);
}

int Measure(const std::vector<std::string>& names, double slow_ms) {
  for (const std::string& name : names) {
    if (const auto row = Strategies().Find(name); !row) {
      std::fprintf(stderr, "propose_bench: %s\n", row.error().message.c_str());
      return 1;
    }
  }
  std::printf("%-12s %-10s %16s %16s %16s   us a candidate\n", "strategy", "space", "1-1000",
              "9001-10000", "99001-100000");
  for (const StrategyRow& row : Strategies().Rows()) {
    if (!names.empty() && std::ranges::find(names, row.name) == names.end()) continue;
    for (const NamedSpace& named : SpacesToServe()) Print(row, named, slow_ms);
  }
  return 0;
}

}  // namespace
}  // namespace actsearch::strategies

int main(int argc, char** argv) {
  std::vector<std::string> names;
  double slow_ms = 1;
  CLI::App app{"Measures what a strategy's proposals cost."};
  app.add_option("names", names, "strategies; all when none is given");
  app.add_option("--slow", slow_ms, "ms a candidate from which only 10,000 are proposed")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return actsearch::strategies::Measure(names, slow_ms);
}
