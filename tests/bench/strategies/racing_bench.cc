// Whether training promising candidates again while a search runs is worth what it costs: searches
// of the default strategy on a tabular benchmark, with and without, at equal evaluations.
//   racing_bench --table DIR [--seeds 200] [--strategy NAME] [--race BEST,TRAININGS]...
// Gains are in the logarithm (base 2) of the true rank, paired over seeds, with 95 % intervals: of
// the best by what the search saw, and of the one that select prefers among five finalists.
#include <CLI/CLI.hpp>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "coordinator/plan/report.h"
#include "tests/bench/strategies/strategy_choice.h"
#include "tests/bench/strategies/table_search.h"

namespace actsearch::bench {
namespace {

struct Settings {
  std::string table;
  std::string strategy = plan::StrategySpec{}.name;
  std::vector<std::string> races;
  int seeds = 200;
};

std::vector<Found> Run(const TableWorld& world, const StrategyChoice& strategy,
                       const plan::RacingSpec& racing, int seeds) {
  std::vector<Found> found(static_cast<std::size_t>(seeds));
  std::atomic<int> next = 0;
  const auto work = [&] {
    for (int seed = next++; seed < seeds; seed = next++) {
      found[static_cast<std::size_t>(seed)] =
          Search(world, *strategy.row, strategy.options, static_cast<std::uint64_t>(seed),
                 kLooks.back(), 8, racing);
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back(work);
  }
  threads.clear();
  return found;
}

double MeanLog(const std::vector<double>& ranks) {
  double sum = 0;
  for (const double rank : ranks) sum += std::log2(rank);
  return std::exp2(sum / static_cast<double>(ranks.size()));
}

// Prints the geometric means and the gain of the second; true when its interval excludes 0.
bool Print(const char* what, const std::vector<double>& without, const std::vector<double>& with) {
  std::vector<double> gains;
  for (std::size_t i = 0; i < with.size(); ++i) {
    gains.push_back(std::log2(without[i]) - std::log2(with[i]));
  }
  const plan::Estimate gain = plan::EstimateMean(gains);
  std::printf("  %-28s true rank %6.1f / %6.1f  gain %+.3f [%+.3f, %+.3f]\n", what,
              MeanLog(without), MeanLog(with), gain.mean, gain.low, gain.high);
  std::fflush(stdout);
  return gain.low > 0;
}

Result<void> Compare(const Settings& settings) {
  const auto world = TableWorld::Open(settings.table);
  if (!world) return std::unexpected(world.error());
  const auto strategy = ReadStrategy(settings.strategy);
  if (!strategy) return std::unexpected(strategy.error());
  const auto without = Run(**world, *strategy, kNoRacing, settings.seeds);
  int good = 0;
  for (const std::string& text : settings.races) {
    plan::RacingSpec racing;
    if (std::sscanf(text.c_str(), "%d,%d", &racing.best, &racing.trainings) != 2) {
      return Fail(ErrorCode::kInvalid, "--race " + text + ": write BEST,TRAININGS");
    }
    const auto with = Run(**world, *strategy, racing, settings.seeds);
    std::printf("the best %d up to %d times, %d searches:\n", racing.best, racing.trainings,
                settings.seeds);
    const auto of = [](const std::vector<Found>& found, auto value) {
      std::vector<double> values;
      for (const Found& one : found) values.push_back(value(one));
      return values;
    };
    for (std::size_t k = 0; k < kLooks.size(); ++k) {
      const auto rank = [k](const Found& one) { return one.ranks[k]; };
      const std::string what = "best seen after " + std::to_string(kLooks[k]);
      Print(what.c_str(), of(without, rank), of(with, rank));
    }
    const auto chosen = [](const Found& one) { return one.chosen; };
    good += Print("chosen on select", of(without, chosen), of(with, chosen));
  }
  std::printf("racing strategy=%s settings=%zu settings_that_help=%d\n", settings.strategy.c_str(),
              settings.races.size(), good);
  return {};
}

}  // namespace
}  // namespace actsearch::bench

int main(int argc, char** argv) {
  actsearch::bench::Settings settings;
  CLI::App app{"Judges racing on a tabular benchmark."};
  app.add_option("--table", settings.table, "folder of the table")->required();
  app.add_option("--strategy", settings.strategy, "NAME[,option=value...]")->capture_default_str();
  app.add_option("--race", settings.races, "BEST,TRAININGS; three usual settings without");
  app.add_option("--seeds", settings.seeds, "searches of each")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (settings.races.empty()) settings.races = {"3,2", "5,3", "10,3"};
  const auto done = actsearch::bench::Compare(settings);
  if (!done) std::cerr << "racing_bench: " << done.error().message << "\n";
  return done ? 0 : 1;
}
