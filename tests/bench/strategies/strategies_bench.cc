// How quickly strategies find the best functions of a tabular benchmark. Each search sees one
// training of a function, on the search split; the truth is the mean of others on the final split.
//   strategies_bench --table DIR [--seeds 200] [--strategy NAME[,option=value...]]...
//                    [--peers FILE] [--dump-grid FILE]
// Searches are sequential, as those of the peers are: every proposal sees all outcomes before
// it (--window 8 is what a job with four workers sees).
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "tests/bench/strategies/ranks.h"
#include "tests/bench/strategies/strategy_choice.h"
#include "tests/bench/strategies/table_search.h"

namespace actsearch::bench {
namespace {

using strategies::Options;
using strategies::StrategyRow;

struct Settings {
  std::string table;
  std::string peers;      // results of other programs: name, seed, evaluations, three ranks
  std::string dump_grid;
  std::vector<std::string> names;
  int seeds = 200;
  int limit = 1500;
  int window = 0;
};

struct Contestant {
  std::string name;
  bool is_peer = false;
  std::vector<Found> found;  // by seed

  std::vector<double> Evaluations() const {
    std::vector<double> values;
    for (const Found& f : found) values.push_back(f.evaluations);
    return values;
  }
};

Contestant Run(const TableWorld& world, const std::string& name, const StrategyRow& row,
               const Options& options, const Settings& settings) {
  Contestant contestant{.name = name};
  contestant.found.resize(static_cast<std::size_t>(settings.seeds));
  std::atomic<int> next = 0;
  const auto work = [&] {
    for (int seed = next++; seed < settings.seeds; seed = next++) {
      contestant.found[static_cast<std::size_t>(seed)] =
          Search(world, row, options, static_cast<std::uint64_t>(seed), settings.limit,
                 settings.window);
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back(work);
  }
  threads.clear();
  return contestant;
}

std::vector<Contestant> ReadPeers(const std::string& path) {
  std::map<std::string, Contestant> peers;
  std::ifstream file(path);
  std::string name;
  int seed = 0;
  for (Found f; file >> name >> seed >> f.evaluations >> f.ranks[0] >> f.ranks[1] >> f.ranks[2];) {
    Contestant& peer = peers[name];
    peer.name = name;
    peer.is_peer = true;
    peer.found.push_back(f);
  }
  std::vector<Contestant> all;
  for (auto& [key, peer] : peers) all.push_back(std::move(peer));
  return all;
}

// What peers written in other languages search on: the numbers of options of the slots, then
// one line for each filling of the space, the last slot changing fastest: its number, its row
// (-1: no candidate), the true rank, and the search loss of each training that searches see.
Result<void> DumpGrid(const TableWorld& world, const std::string& path) {
  std::size_t unary = 0;
  std::size_t binary = 0;
  for (const ChoiceKind& kind : world.TheSpace().ChoiceKinds()) {
    if (kind.name == "unary") unary = kind.options.size();
    if (kind.name == "binary") binary = kind.options.size();
  }
  const std::uint64_t size = world.TheSpace().Size().value_or(0);
  if (size != binary * unary * unary) {
    return Fail(ErrorCode::kInvalid, "--dump-grid: space.shape is '" +
                                         world.TheTable().space.shape +
                                         "'; peers search binary(unary(x), unary(x)) only");
  }
  std::ofstream out(path);
  out << "slots " << binary << ' ' << unary << ' ' << unary << '\n';
  for (std::uint64_t i = 0; i < size; ++i) {
    const auto candidate = world.TheSpace().At(i);
    out << i;
    if (!candidate) {
      out << "\t-1\n";
      continue;
    }
    const std::size_t row = world.RowOf(*candidate);
    out << '\t' << row << '\t' << world.TrueRank(row);
    for (int k = 0; k < world.TheTable().Replicates(Split::kSearch); ++k) {
      const Outcome outcome = world.OutcomeOf(row, k);
      out << '\t' << (outcome.losses.empty() ? HUGE_VAL : outcome.Loss());
    }
    out << '\n';
  }
  if (!out.flush()) {
    return Fail(ErrorCode::kUnavailable, "--dump-grid: cannot write " + path);
  }
  return {};
}

void Print(const Contestant& c, const Contestant& random, int limit) {
  const Quartiles q = QuartilesOf(c.Evaluations());
  const auto missed = std::ranges::count_if(c.found, [&](const Found& f) {
    return f.evaluations > limit;
  });
  std::printf("%-24s %6.0f [%5.0f, %5.0f] %5.1f%%", c.name.c_str(), q.median, q.low, q.high,
              100.0 * static_cast<double>(missed) / static_cast<double>(c.found.size()));
  for (std::size_t k = 0; k < kLooks.size(); ++k) {
    std::vector<double> ranks;
    for (const Found& f : c.found) ranks.push_back(f.ranks[k]);
    const Quartiles r = QuartilesOf(ranks);
    std::printf("  %5.0f [%4.0f, %4.0f]", r.median, r.low, r.high);
  }
  double proposals = 0;
  double seconds = 0;
  for (const Found& f : c.found) {
    proposals += f.proposals;
    seconds += f.seconds;
  }
  std::printf("  %8.1e", SmallerPValue(c.Evaluations(), random.Evaluations()));
  if (!c.is_peer) std::printf("  %7.3f", 1e3 * seconds / proposals);
  std::printf("\n");
  std::fflush(stdout);
}

double Median(const Contestant& c) { return QuartilesOf(c.Evaluations()).median; }

int Refuse(const Error& error) {
  std::cerr << "strategies_bench: " << error.message << "\n";
  return 1;
}

int Compare(Settings settings) {
  const auto world = TableWorld::Open(settings.table);
  if (!world) return Refuse(world.error());
  if (!settings.dump_grid.empty()) {
    const Result<void> dumped = DumpGrid(**world, settings.dump_grid);
    return dumped ? 0 : Refuse(dumped.error());
  }
  const std::string usual = plan::StrategySpec{}.name;
  if (settings.names.empty()) {
    for (const std::string_view name : strategies::Strategies().Names()) {
      settings.names.emplace_back(name);
    }
  }
  std::erase(settings.names, "random");
  settings.names.insert(settings.names.begin(), "random");
  std::printf("%zu functions, %d trainings each; %d searches; top %d of the mean; at most %d "
              "evaluations; window %d\n",
              (*world)->TheTable().rows.size(), (*world)->TheTable().Seeds(), settings.seeds, kTop,
              settings.limit, settings.window);
  std::printf("%-24s %-22s %6s  %-17s  %-17s  %-17s  %8s  %7s\n", "strategy",
              "evaluations to top 10", "missed", "rank after 50", "after 100", "after 300",
              "p<random", "ms each");
  std::vector<Contestant> all;
  for (const std::string& name : settings.names) {
    const auto strategy = ReadStrategy(name);
    if (!strategy) return Refuse(strategy.error());
    all.push_back(Run(**world, name, *strategy->row, strategy->options, settings));
    Print(all.back(), all.front(), settings.limit);
  }
  for (Contestant& peer : ReadPeers(settings.peers)) {
    Print(peer, all.front(), settings.limit);
    all.push_back(std::move(peer));
  }
  double best_peer = HUGE_VAL;
  double ours = HUGE_VAL;
  for (const Contestant& c : all) {
    if (c.is_peer) best_peer = std::min(best_peer, Median(c));
    if (c.name == usual) ours = Median(c);
  }
  std::printf("strategies default=%s default_vs_random=%.3f default_vs_best_peer=%.3f\n",
              usual.c_str(), ours / Median(all.front()), ours / best_peer);
  return 0;
}

}  // namespace
}  // namespace actsearch::bench

int main(int argc, char** argv) {
  actsearch::bench::Settings settings;
  CLI::App app{"Compares strategies on a tabular benchmark."};
  app.add_option("--table", settings.table, "folder of the table")->required();
  app.add_option("--strategy", settings.names, "NAME[,option=value...]; all when none is given");
  app.add_option("--peers", settings.peers, "results of the peers");
  app.add_option("--dump-grid", settings.dump_grid, "write what peers search on, and end");
  app.add_option("--seeds", settings.seeds, "searches of each")->capture_default_str();
  app.add_option("--limit", settings.limit, "evaluations of a search")->capture_default_str();
  app.add_option("--window", settings.window, "outcomes that are late")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return actsearch::bench::Compare(settings);
}
