// Whether strategies find a hidden activation function of two core units. The loss of a
// candidate is that of planted_task.h; found means the teacher's affine fingerprint.
//   planted_bench [--strategy NAME[,option=value...]]... [--teacher FORMULA]...
//                 [--space units|open] [--seeds 10] [--limit 2000]
// Without --strategy: the default, evolution and random. Every proposal counts as an evaluation
// and sees all outcomes before it. A seed draws the weights of the task and the search.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "search_spaces/base/check.h"
#include "search_spaces/expr/parse.h"
#include "tests/bench/strategies/planted_task.h"
#include "tests/bench/strategies/ranks.h"
#include "tests/bench/strategies/strategy_choice.h"

namespace actsearch::bench {
namespace {

struct Settings {
  std::vector<std::string> names;
  std::vector<std::string> teachers;
  std::string space;  // empty: each
  int seeds = 10;
  int limit = 2000;
};

struct NamedSpace {
  std::string name;
  SpaceSpec spec;
};

// The functions of two core units, 65,536 fillings; and formulas of any form with the same
// operators, and numbers, which are infinitely many.
std::vector<NamedSpace> PlantedSpaces() {
  SpaceSpec open = {.max_nodes = 16,
                    .max_parameters = 0,
                    .unary = {"identity", "square", "sin", "tanh", "relu", "sigmoid", "gaussian",
                              "softplus"},
                    .binary = {"add", "mul", "sub", "max"}};
  SpaceSpec units = open;
  units.shape = "binary(unary(x), unary(binary(unary(x), unary(x))))";
  return {{"units", units}, {"open", open}};
}

const std::vector<std::string> kTeachers = {
    "x * sigmoid(x + sin(x))",
    "max(x, tanh(x * gaussian(x)))",
    "sin(x) - tanh(relu(x) * softplus(x))",
    "gaussian(x) + x * sigmoid(x)",
    "tanh(x) * softplus(max(x, sin(x)))",
};

expr::Expr GraphOf(std::string_view text) {
  Result<expr::Expr> e = expr::ParseScalar(text);
  ACTSEARCH_CHECK(e.has_value(), "not of the language: " + std::string(text));
  return *std::move(e);
}

Outcome OutcomeOf(double loss) {
  Outcome outcome;
  outcome.losses = {loss};
  if (!std::isfinite(loss)) {
    outcome.losses.clear();
    outcome.status = Status::kRejected;
    outcome.rejection = Rejection{"training", "non_finite", ""};
  }
  return outcome;
}

// Evaluations until the teacher was tried; limit + 1: never.
int Search(const Space& space, const StrategyChoice& choice, const Candidate& teacher,
           std::uint64_t seed, int limit) {
  const Rng root(seed);
  Rng weights = root.Fork("task");
  const PlantedTask task(GraphOf(teacher.text), weights);
  const std::uint64_t wanted = space.FingerprintOf(teacher).affine;
  const auto strategy = choice.row->make(space, choice.options);
  std::unordered_map<std::string, double> known;  // losses: strategies repeat themselves
  for (int i = 0; i < limit; ++i) {
    const auto index = static_cast<std::uint64_t>(i);
    Rng rng = root.Fork("propose", index);
    const std::optional<Candidate> candidate = strategy->Propose(index, rng);
    if (!candidate) break;
    const auto [entry, is_new] = known.try_emplace(candidate->text, 0);
    if (is_new) {
      if (space.FingerprintOf(*candidate).affine == wanted) return i + 1;
      entry->second = task.LossOf(GraphOf(candidate->text));
    }
    strategy->Observe(index, *candidate, OutcomeOf(entry->second));
  }
  return limit + 1;
}

// By teacher and seed.
std::vector<std::vector<double>> Run(const Space& space, const StrategyChoice& choice,
                                     const std::vector<Candidate>& teachers,
                                     const Settings& settings) {
  const auto seeds = static_cast<std::size_t>(settings.seeds);
  std::vector<std::vector<double>> found(teachers.size(), std::vector<double>(seeds));
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < teachers.size() * seeds; i = next++) {
      found[i / seeds][i % seeds] =
          Search(space, choice, teachers[i / seeds], i % seeds, settings.limit);
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back(work);
  }
  threads.clear();
  return found;
}

int Refuse(const Error& error) {
  std::cerr << "planted_bench: " << error.message << "\n";
  return 1;
}

// Prints a line for each strategy and teacher; returns what the last line says of this space.
Result<std::string> CompareIn(const NamedSpace& named, const Settings& settings) {
  const auto space = MakeSpace(named.spec);
  if (!space) return std::unexpected(space.error());
  std::vector<Candidate> teachers;
  for (const std::string& text : settings.teachers) {
    Result<Candidate> teacher = (*space)->Parse(text);
    if (!teacher) return std::unexpected(teacher.error());
    teachers.push_back(*std::move(teacher));
  }
  std::string summary;
  for (const std::string& name : settings.names) {
    const auto choice = ReadStrategy(name);
    if (!choice) return std::unexpected(choice.error());
    const auto found = Run(**space, *choice, teachers, settings);
    std::ptrdiff_t worst = settings.seeds;
    for (std::size_t t = 0; t < teachers.size(); ++t) {
      const auto successes = std::ranges::count_if(
          found[t], [&](double evaluations) { return evaluations <= settings.limit; });
      worst = std::min<std::ptrdiff_t>(worst, successes);
      std::printf("%-6s %-20s %-40s %3td  %5.0f\n", named.name.c_str(), name.c_str(),
                  settings.teachers[t].c_str(), successes, QuartilesOf(found[t]).median);
      std::fflush(stdout);
    }
    summary += " " + named.name + "_" + name + "_worst=" + std::to_string(worst);
  }
  return summary;
}

int Compare(Settings settings) {
  const std::string usual = plan::StrategySpec{}.name;
  if (settings.names.empty()) {
    settings.names = {usual, "evolution", "random"};
    if (usual == "evolution") settings.names.erase(settings.names.begin());
  }
  if (settings.teachers.empty()) settings.teachers = kTeachers;
  std::printf("of %d searches, how many tried the teacher within %d evaluations; median "
              "evaluations\n", settings.seeds, settings.limit);
  std::string summary = "planted";
  for (const NamedSpace& named : PlantedSpaces()) {
    if (!settings.space.empty() && named.name != settings.space) continue;
    const Result<std::string> part = CompareIn(named, settings);
    if (!part) return Refuse(part.error());
    summary += *part;
  }
  std::printf("%s default=%s\n", summary.c_str(), usual.c_str());
  return 0;
}

}  // namespace
}  // namespace actsearch::bench

int main(int argc, char** argv) {
  actsearch::bench::Settings settings;
  CLI::App app{"Searches for hidden activation functions."};
  app.add_option("--strategy", settings.names, "NAME[,option=value...]");
  app.add_option("--teacher", settings.teachers,
                 "FORMULA to find; five of its own if none is given");
  app.add_option("--space", settings.space, "units or open; both if not given")
      ->check(CLI::IsMember({"units", "open"}));
  app.add_option("--seeds", settings.seeds, "searches for each function")->capture_default_str();
  app.add_option("--limit", settings.limit, "evaluations of a search")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return actsearch::bench::Compare(settings);
}
