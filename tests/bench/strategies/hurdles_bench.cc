// What hurdles spare on a tabular benchmark, and whom they cost: all functions of the table
// come by once in a random order, through the hurdles that a job with these settings hands out.
//   hurdles_bench --table DIR [--orders 50] [--scan]
//                 [--setting RUNG[:RUNG...],keep=SHARE[,min_observed=N]]...
// saved: training steps without hurdles and gates / with hurdles. recall: how many of the true top
// 10 (TableWorld) are trained to the end. Both are means over orders and trainings,
// for hurdles alone and behind the gates, as in a job; good is 5 and 0.95 there. Rungs are shares
// of the steps, moved to the nearest that the table recorded.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/strategies/hurdle_stream.h"
#include "tests/bench/strategies/table_search.h"

namespace actsearch::bench {
namespace {

using plan::HurdleSpec;

struct Settings {
  std::string table;
  std::vector<std::string> hurdles;
  int orders = 50;
  bool scan = false;
};

struct Entry {
  std::string name;
  HurdleSpec hurdles;  // on recorded rungs
  double saved = 0;
  double recall = 0;
  double saved_with_gates = 0;
  double recall_with_gates = 0;

  bool IsGood() const { return saved_with_gates >= 5 && recall_with_gates >= 0.95; }
};

HurdleSpec Halving(int count) {
  return {.schedule = plan::HurdleSchedule::kHalving, .count = count};
}

HurdleSpec Asha(double eta, int count) {
  return {.schedule = plan::HurdleSchedule::kAsha, .count = count, .eta = eta};
}

// "0.03:0.1,keep=0.3,min_observed=32"
Result<HurdleSpec> ReadSetting(const std::string& text) {
  HurdleSpec spec{.rungs = {}};
  std::stringstream parts(text);
  std::string part;
  std::getline(parts, part, ',');
  std::stringstream rungs(part);
  for (std::string rung; std::getline(rungs, rung, ':');) spec.rungs.push_back(std::stod(rung));
  while (std::getline(parts, part, ',')) {
    if (part.starts_with("keep=")) {
      spec.keep = std::stod(part.substr(5));
    } else if (part.starts_with("min_observed=")) {
      spec.min_observed = std::stoi(part.substr(13));
    } else {
      return Fail(ErrorCode::kInvalid, "--setting " + text + ": '" + part +
                                           "' is neither keep=SHARE nor min_observed=N");
    }
  }
  return spec;
}

Result<std::vector<Entry>> Entries(const Settings& settings) {
  std::vector<Entry> entries{{"job default", {}},         {"halving, 1 hurdle", Halving(1)},
                             {"halving, 2", Halving(2)},  {"halving, 3", Halving(3)},
                             {"halving, 4", Halving(4)},  {"asha, eta 3, 2 rungs", Asha(3, 2)},
                             {"asha, eta 3, 3", Asha(3, 3)}, {"asha, eta 4, 2", Asha(4, 2)}};
  for (const std::string& text : settings.hurdles) {
    const Result<HurdleSpec> spec = ReadSetting(text);
    if (!spec) return std::unexpected(spec.error());
    entries.push_back({text, *spec});
  }
  return entries;
}

std::vector<std::size_t> TopRows(const TableWorld& world) {
  std::vector<std::size_t> top;
  for (std::size_t row = 0; row < world.TheTable().rows.size(); ++row) {
    if (world.TrueRank(row) <= kTop) top.push_back(row);
  }
  return top;
}

// The same orders for every setting.
void Judge(const tables::Table& table, const std::vector<std::size_t>& top, int orders,
           Entry& entry) {
  for (const bool gates : {false, true}) {
    StreamResult sum;
    for (int order = 0; order < orders; ++order) {
      for (int replicate = 0; replicate < table.Replicates(Split::kSearch); ++replicate) {
        Rng rng = Rng(1).Fork("order", static_cast<std::uint64_t>(order));
        const StreamSpec spec{.hurdles = entry.hurdles, .gates = gates};
        const StreamResult one = Stream(table, top, spec, replicate, rng);
        sum.full_steps += one.full_steps;
        sum.spent_steps += one.spent_steps;
        sum.kept += one.kept;
      }
    }
    const double asked = static_cast<double>(top.size()) * orders *
                         table.Replicates(Split::kSearch);
    (gates ? entry.saved_with_gates : entry.saved) = sum.full_steps / sum.spent_steps;
    (gates ? entry.recall_with_gates : entry.recall) = sum.kept / asked;
  }
}

void JudgeAll(const tables::Table& table, const std::vector<std::size_t>& top, int orders,
              std::vector<Entry>& entries) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < entries.size(); i = next++) {
      Judge(table, top, orders, entries[i]);
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back(work);
  }
}

void Print(const tables::Table& table, const Entry& entry) {
  std::string steps;
  for (const double share : entry.hurdles.rungs) {
    steps += (steps.empty() ? "" : ",") +
             std::to_string(static_cast<int>(std::ceil(share * table.task.steps)));
  }
  std::printf("%-28s %-24s %5.2f %5d  %6.2f %7.3f  %6.2f %7.3f\n", entry.name.c_str(),
              steps.c_str(), entry.hurdles.keep, entry.hurdles.min_observed, entry.saved,
              entry.recall, entry.saved_with_gates, entry.recall_with_gates);
}

// All sets of up to four recorded rungs with several shares, behind gates: those that no other
// beats in both.
std::vector<Entry> Scan(const tables::Table& table, const std::vector<std::size_t>& top,
                        int orders) {
  std::vector<Entry> entries;
  for (unsigned set = 1; set < 1u << table.rungs.size(); ++set) {
    if (std::popcount(set) > 4) continue;
    for (const double keep : {0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7}) {
      HurdleSpec spec{.rungs = {}, .keep = keep};
      for (std::size_t i = 0; i < table.rungs.size(); ++i) {
        if (set >> i & 1) spec.rungs.push_back((table.rungs[i] - 0.5) / table.task.steps);
      }
      entries.push_back({"scan", spec});
    }
  }
  JudgeAll(table, top, orders, entries);
  std::ranges::sort(entries, std::ranges::greater(), &Entry::saved_with_gates);
  std::vector<Entry> front;
  for (Entry& entry : entries) {
    const bool beats =
        front.empty() || entry.recall_with_gates > front.back().recall_with_gates;
    if (beats) front.push_back(std::move(entry));
  }
  return front;
}

int Refuse(const Error& error) {
  std::cerr << "hurdles_bench: " << error.message << "\n";
  return 1;
}

int Compare(const Settings& settings) {
  const auto world = TableWorld::Open(settings.table);
  if (!world) return Refuse(world.error());
  const tables::Table& table = (*world)->TheTable();
  const std::vector<std::size_t> top = TopRows(**world);
  Result<std::vector<Entry>> entries = Entries(settings);
  if (!entries) return Refuse(entries.error());
  for (Entry& entry : *entries) entry.hurdles = OnRecordedRungs(entry.hurdles, table);
  JudgeAll(table, top, settings.orders, *entries);
  std::printf("%zu functions of %d steps, %d trainings each; %d orders; recall of the true top "
              "%d\n%-28s %-24s %5s %5s  %6s %7s  %s\n",
              table.rows.size(), table.task.steps, table.Seeds(), settings.orders, kTop,
              "hurdles", "at steps", "keep", "after", "saved", "recall", "both with gates");
  const Entry* best = nullptr;
  for (const Entry& entry : *entries) {
    Print(table, entry);
    const bool better =
        best == nullptr || entry.recall_with_gates > best->recall_with_gates;
    if (entry.IsGood() && better) best = &entry;
  }
  if (settings.scan) {
    constexpr int kScanOrders = 4;
    for (const Entry& entry : Scan(table, top, kScanOrders)) Print(table, entry);
  }
  const Entry& usual = entries->front();
  std::printf("hurdles default_saved=%.2f default_recall=%.3f default_with_gates_saved=%.2f "
              "default_with_gates_recall=%.3f good=%s\n",
              usual.saved, usual.recall, usual.saved_with_gates, usual.recall_with_gates,
              best != nullptr ? best->name.c_str() : "none");
  return 0;
}

}  // namespace
}  // namespace actsearch::bench

int main(int argc, char** argv) {
  actsearch::bench::Settings settings;
  CLI::App app{"Judges hurdles on a tabular benchmark."};
  app.add_option("--table", settings.table, "folder of the table")->required();
  app.add_option("--setting", settings.hurdles,
                 "RUNG[:RUNG...],keep=SHARE[,min_observed=N], beside the usual ones");
  app.add_option("--orders", settings.orders, "random orders")->capture_default_str();
  app.add_flag("--scan", settings.scan, "also the best of all sets of up to four rungs");
  CLI11_PARSE(app, argc, argv);
  return actsearch::bench::Compare(settings);
}
