// What hurdles spare on a tabular benchmark, and whom they cost: all functions of the table
// come by once in a random order, through the hurdles that a job with these settings hands out.
//   hurdles_bench --table DIR [--orders 50] [--tune]
//                 [--setting RUNG[:RUNG...],keep=SHARE[:SHARE...][,min_observed=N]]...
// saved: training steps without hurdles and gates / with hurdles. recall: how many of the true top
// 10 (TableWorld) are trained to the end. Both are means over orders and trainings,
// for hurdles alone and behind the gates, as in a job. Beside them what the best fixed thresholds
// save in hindsight at a recall of 0.95: good is 0.8 of it, at that recall. Rungs are shares of the
// steps, moved to the nearest that the table recorded.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "coordinator/plan/rungs.h"
#include "tests/bench/strategies/hindsight.h"
#include "tests/bench/strategies/hurdle_stream.h"
#include "tests/bench/strategies/table_search.h"

namespace actsearch::bench {
namespace {

using plan::HurdleSpec;

constexpr double kRecall = 0.95;
constexpr double kGood = 0.8;  // of what hindsight saves

struct Settings {
  std::string table;
  std::vector<std::string> hurdles;
  int orders = 50;
  bool tune = false;
};

struct Entry {
  std::string name;
  HurdleSpec hurdles;  // on recorded rungs
  double saved = 0;
  double recall = 0;
  double saved_with_gates = 0;
  double recall_with_gates = 0;

};

HurdleSpec Halving(int count) {
  return {.schedule = plan::HurdleSchedule::kHalving, .count = count};
}

HurdleSpec Asha(double eta, int count) {
  return {.schedule = plan::HurdleSchedule::kAsha, .count = count, .eta = eta};
}

// "0.03:0.1", or nothing.
std::vector<double> Numbers(const std::string& text) {
  std::vector<double> numbers;
  std::stringstream parts(text);
  for (std::string part; std::getline(parts, part, ':');) numbers.push_back(std::stod(part));
  return numbers;
}

// "0.03:0.1,keep=0.3,min_observed=32"
Result<HurdleSpec> ReadSetting(const std::string& text) {
  HurdleSpec spec;
  std::stringstream parts(text);
  std::string part;
  std::getline(parts, part, ',');
  spec.rungs = Numbers(part);
  while (std::getline(parts, part, ',')) {
    if (part.starts_with("keep=")) {
      spec.keep = Numbers(part.substr(5));
    } else if (part.starts_with("min_observed=")) {
      spec.min_observed = std::stoi(part.substr(13));
    } else {
      return Fail(ErrorCode::kInvalid, "--setting " + text + ": '" + part +
                                           "' is neither keep=SHARE[:SHARE...] nor min_observed=N");
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
  std::string rungs;
  for (const plan::Rung& rung : plan::RungsOf(entry.hurdles, table.task.steps)) {
    if (rung.passing == 1) continue;
    char text[40];
    std::snprintf(text, sizeof text, "%d:%.2g ", rung.step, rung.passing);
    rungs += text;
  }
  std::printf("%-24s %-56s %5d  %6.2f %7.3f  %6.2f %7.3f\n", entry.name.c_str(), rungs.c_str(),
              entry.hurdles.min_observed, entry.saved, entry.recall, entry.saved_with_gates,
              entry.recall_with_gates);
}

// Every recorded rung with a share of its own, behind gates. The search begins at the shares that
// pass in hindsight, all raised until the recall is reached, and changes one or two at a time as
// long as that spares more.
class Tuning {
 public:
  Tuning(const tables::Table& table, const std::vector<std::size_t>& top)
      : table_(table), top_(top) {}

  Entry Run(const Hindsight& hindsight) {
    best_ = Begin(hindsight);
    while (Step()) {
    }
    return best_;
  }

 private:
  static constexpr int kOrders = 8;
  static constexpr double kNotch = 0.05, kLeast = 0.1;

  Entry With(std::vector<double> keep) const {
    HurdleSpec spec{.rungs = {}, .keep = std::move(keep)};
    for (const int rung : table_.rungs) {
      spec.rungs.push_back((rung - 0.5) / table_.task.steps);
    }
    return {"tuned on this table", spec};
  }

  Entry Begin(const Hindsight& hindsight) const {
    std::vector<Entry> entries;
    for (int raised = 0; raised <= 10; ++raised) {
      std::vector<double> keep;
      for (const double share : hindsight.passing) {
        keep.push_back(share + (1 - share) * raised / 10);
      }
      entries.push_back(With(keep));
    }
    JudgeAll(table_, top_, kOrders, entries);
    for (const Entry& entry : entries) {
      if (entry.recall_with_gates >= kRecall) return entry;
    }
    return entries.back();
  }

  // Each share a notch lower, alone or with another a notch higher.
  std::vector<Entry> Neighbours() const {
    std::vector<Entry> entries;
    const std::vector<double>& keep = best_.hurdles.keep;
    for (std::size_t low = 0; low < keep.size(); ++low) {
      std::vector<double> lowered = keep;
      lowered[low] = std::max(kLeast, lowered[low] - kNotch);
      entries.push_back(With(lowered));
      for (std::size_t high = 0; high < keep.size(); ++high) {
        std::vector<double> both = lowered;
        both[high] = std::min(1.0, both[high] + kNotch);
        if (high != low && both[high] > keep[high]) entries.push_back(With(both));
      }
    }
    return entries;
  }

  bool Step() {
    std::vector<Entry> entries = Neighbours();
    JudgeAll(table_, top_, kOrders, entries);
    std::erase_if(entries, [&](const Entry& entry) {
      return entry.recall_with_gates < kRecall ||
             entry.saved_with_gates <= best_.saved_with_gates;
    });
    if (entries.empty()) return false;
    best_ = *std::ranges::max_element(entries, {}, &Entry::saved_with_gates);
    return true;
  }

  const tables::Table& table_;
  const std::vector<std::size_t>& top_;
  Entry best_;
};

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
  const Hindsight alone = BestInHindsight(table, top, kRecall, false);
  const Hindsight gated = BestInHindsight(table, top, kRecall, true);
  if (settings.tune) entries->push_back(Tuning(table, top).Run(gated));
  JudgeAll(table, top, settings.orders, *entries);
  std::printf("%zu functions of %d steps, %d trainings each; %d orders; recall of the true top "
              "%d\n%-24s %-56s %5s  %6s %7s  %s\n",
              table.rows.size(), table.task.steps, table.Seeds(), settings.orders, kTop,
              "hurdles", "who passes, by step", "after", "saved", "recall", "both with gates");
  for (const Entry& entry : *entries) Print(table, entry);
  std::printf("%-24s %-56s %5s  %6.2f %7.3f  %6.2f %7.3f\n", "best in hindsight", "", "",
              alone.saved, alone.recall, gated.saved, gated.recall);
  const Entry* best = nullptr;  // of those that recall enough
  for (const Entry& entry : *entries) {
    const bool is_more = best == nullptr || entry.saved_with_gates > best->saved_with_gates;
    if (entry.recall_with_gates >= kRecall && is_more) best = &entry;
  }
  const Entry& usual = entries->front();
  const double share = best == nullptr ? 0 : best->saved_with_gates / gated.saved;
  std::printf("hurdles default_saved=%.2f default_recall=%.3f hindsight=%.2f best=\"%s\" "
              "best_saved=%.2f best_of_hindsight=%.2f good=%s\n",
              usual.saved_with_gates, usual.recall_with_gates, gated.saved,
              best == nullptr ? "none" : best->name.c_str(),
              best == nullptr ? 0 : best->saved_with_gates, share, share >= kGood ? "yes" : "no");
  return 0;
}

}  // namespace
}  // namespace actsearch::bench

int main(int argc, char** argv) {
  actsearch::bench::Settings settings;
  CLI::App app{"Judges hurdles on a tabular benchmark."};
  app.add_option("--table", settings.table, "folder of the table")->required();
  app.add_option("--setting", settings.hurdles,
                 "RUNG[:RUNG...],keep=SHARE[:SHARE...][,min_observed=N], beside the usual ones");
  app.add_option("--orders", settings.orders, "random orders")->capture_default_str();
  app.add_flag("--tune", settings.tune, "also shares chosen on this table (a minute)");
  CLI11_PARSE(app, argc, argv);
  return actsearch::bench::Compare(settings);
}
