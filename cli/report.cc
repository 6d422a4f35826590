#include "cli/report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "cli/record_tables.h"
#include "cli/records.h"
#include "evaluators/catalogue/tasks.h"
#include "proto/convert.h"

namespace actsearch::cli {
namespace {

using Rows = std::vector<const v1::FrontRow*>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double OrInfinity(double value) { return std::isfinite(value) ? value : kInfinity; }

// Final loss, once all have one; before that the loss that ranks the row so far.
Rows Ranked(const v1::GetFrontResponse& front) {
  Rows rows;
  for (const auto& row : front.rows()) rows.push_back(&row);
  const bool all_final = std::ranges::all_of(rows, [](const auto* row) { return row->has_loss(); });
  const auto key = [all_final](const v1::FrontRow* row) {
    if (all_final) return row->loss().mean();
    return std::min(OrInfinity(row->select_loss()), OrInfinity(row->search_loss()));
  };
  if (all_final) std::ranges::stable_sort(rows, {}, key);
  return rows;
}

std::string Interval(const v1::Estimate& estimate, double scale, int digits) {
  char text[100];
  if (estimate.seeds() < 2) {
    std::snprintf(text, sizeof text, "%.*f", digits, scale * estimate.mean());
  } else {
    std::snprintf(text, sizeof text, "%.*f [%.*f, %.*f]", digits, scale * estimate.mean(), digits,
                  scale * estimate.low(), digits, scale * estimate.high());
  }
  return text;
}

// The interval of the mean, cut to what the metric can be: none lies beyond 100 %.
v1::Estimate Possible(v1::Estimate estimate, const catalogue::MetricInfo* metric) {
  if (metric == nullptr) return estimate;
  estimate.set_low(std::max(estimate.low(), metric->low));
  estimate.set_high(std::min(estimate.high(), metric->high));
  return estimate;
}

// Percent with two digits, all else with four.
std::string MetricText(const v1::FrontRow& row, std::string_view name) {
  const double scale = MetricScale(name);
  for (const auto& metric : row.metrics()) {
    if (metric.name() != name) continue;
    const v1::Estimate possible = Possible(metric.value(), catalogue::FindMetric(name));
    return Interval(possible, scale, scale == 1 ? 4 : 2);
  }
  return "-";
}

// Of any of the rows, in the order in which they come.
std::vector<std::string> MetricNames(const v1::GetFrontResponse& front) {
  std::vector<std::string> names;
  for (const v1::FrontRow& row : front.rows()) {
    for (const auto& metric : row.metrics()) {
      const bool is_new = std::ranges::find(names, metric.name()) == names.end();
      if (is_new) names.push_back(metric.name());
    }
  }
  return names;
}

std::string LossText(const v1::FrontRow& row) {
  return (row.name().empty() ? row.formula() : row.name()) + " (" + Interval(row.loss(), 1, 4) +
         ")";
}

bool Below(const v1::Estimate& a, const v1::Estimate& b) { return a.high() < b.low(); }

struct Contest {
  const v1::FrontRow* best = nullptr;  // finalist with the lowest select loss: the server's first
  Rows baselines;                      // best final loss first
};

Contest ContestOf(const v1::GetFrontResponse& front) {
  Contest contest;
  for (const v1::FrontRow* row : Ranked(front)) {
    if (row->baseline() && row->has_loss()) contest.baselines.push_back(row);
  }
  for (const auto& row : front.rows()) {
    if (!row.baseline() && row.has_loss() && contest.best == nullptr) contest.best = &row;
  }
  return contest;
}

// "relu, silu" of the baselines for which `holds`.
template <class Predicate>
std::string NamesOf(const Rows& baselines, Predicate holds) {
  std::string names;
  for (const v1::FrontRow* row : baselines) {
    if (holds(*row)) names += (names.empty() ? "" : ", ") + row->name();
  }
  return names;
}

// What is known of the job's data: as a worker has read them, else as they are published.
std::optional<catalogue::DataFacts> FactsOf(const v1::Job& job) {
  if (job.has_data()) {
    const auto facts = proto::FromProto(job.data());
    return facts ? std::optional(*facts) : std::nullopt;
  }
  const auto dataset = catalogue::Datasets().Find(job.spec().task().dataset());
  return dataset ? std::optional(catalogue::PublishedFacts(**dataset)) : std::nullopt;
}

// On which final losses were taken.
catalogue::Subset FinalSubset(const v1::Job& job) {
  const auto task = proto::FromProto(job.spec().task());
  return task ? catalogue::ScoredSubset(*task, Split::kFinal) : catalogue::Subset::kFinal;
}

// Loss of the best prediction that does not look at the input; NaN where there is none.
double ChanceLoss(const v1::Job& job) {
  const auto task = catalogue::Tasks().Find(job.spec().task().name());
  const auto facts = FactsOf(job);
  if (!task || !facts || (*task)->trivial_loss == nullptr) return std::nan("");
  return (*task)->trivial_loss(*facts, FinalSubset(job));
}

// "Beside these losses: unigram 3.31, bigram 2.46 (final)."
std::string AboutReferences(const v1::Job& job) {
  const auto facts = FactsOf(job);
  if (!facts || facts->references.empty()) return "";
  const catalogue::Subset subset = FinalSubset(job);
  std::string text;
  for (const catalogue::Reference& reference : facts->references) {
    text += (text.empty() ? "" : ", ") + reference.name + " " +
            Short(reference.losses[static_cast<std::size_t>(subset)], 4);
  }
  return "Beside these losses, what simple predictions cost (" +
         std::string(catalogue::Name(subset)) + "): " + text + ".";
}

constexpr double kClearlyBetter = 0.98;  // of the loss of guessing

// What tells a network that learns nothing from a search that found nothing.
std::string AboutBaselines(const v1::Job& job, const v1::GetFrontResponse& front) {
  const double guessing = kClearlyBetter * ChanceLoss(job);
  // Outside the training's range, what has learned may well be worse than guessing.
  if (std::isnan(guessing) || catalogue::IsFar(FinalSubset(job))) return "";
  std::string names;
  for (const auto& row : front.rows()) {
    if (!row.baseline()) continue;
    if (row.has_loss() && row.loss().mean() < guessing) return "";
    names += (names.empty() ? "" : ", ") + row.name();
  }
  if (names.empty() || !front.final()) return "";
  return "No baseline (" + names +
         ") learned more than guessing: look at the network and its training first (sites.fill, "
         "task.learning_rate, task.steps), then at the candidates.";
}

std::string Against(const Contest& contest) {
  const v1::Estimate& best = contest.best->loss();
  const std::string better =
      NamesOf(contest.baselines, [&](const auto& row) { return Below(best, row.loss()); });
  const std::string worse =
      NamesOf(contest.baselines, [&](const auto& row) { return Below(row.loss(), best); });
  const std::string open = NamesOf(contest.baselines, [&](const auto& row) {
    return !Below(best, row.loss()) && !Below(row.loss(), best);
  });
  std::string text;
  if (!better.empty()) text += " Clearly better than: " + better + ".";
  if (!open.empty()) text += " Not told apart from: " + open + ".";
  if (!worse.empty()) text += " Clearly worse than: " + worse + ".";
  return text;
}

std::string RejectionText(const v1::Job& job) {
  Table table({{"STAGE"}, {"RULE"}, {"REJECTED", true}, {"SHARE", true}});
  for (const auto& row : job.rejections()) {
    const double share = 100.0 * static_cast<double>(row.count()) /
                         static_cast<double>(std::max<std::uint64_t>(job.finished(), 1));
    table.Add({row.stage(), row.rule(), std::to_string(row.count()), Short(share, 3) + " %"});
  }
  return table.Empty() ? "No candidate was rejected.\n" : table.ToText();
}

std::uint64_t OutcomeCount(const v1::Job& job, const std::string& status) {
  const auto found = job.outcomes().find(status);
  return found == job.outcomes().end() ? 0 : found->second;
}

std::string CountsText(const v1::Job& job) {
  std::string text = std::to_string(job.finished()) + " candidates:";
  for (const auto& [name, count] : std::map(job.outcomes().begin(), job.outcomes().end())) {
    text += " " + std::to_string(count) + " " + name + ",";
  }
  text.back() = '.';
  const auto& audits = job.audits();
  if (audits.audited() == 0) {
    return text + " No rejection was audited: the false-rejection rate is unknown.\n";
  }
  return text + " False rejections: " + std::to_string(audits.false_rejections()) + " of " +
         std::to_string(audits.audited()) + " audited.\n";
}

double Rate(double count, double seconds) { return seconds > 0 ? count / seconds : 0; }

std::string TimeText(const RunTime& time) {
  const auto candidates = static_cast<double>(time.candidates);
  std::string text = std::to_string(time.candidates) + " candidates in " +
                     Duration(time.search_seconds) + " of search (" +
                     Short(Rate(candidates, time.search_seconds), 3) + " a second)";
  if (time.final_trials > 0) {
    text += ", then " + std::to_string(time.final_trials) + " final trainings";
  }
  return text + "; " + Duration(time.wall_seconds) + " in all (" +
         Short(Rate(candidates, time.wall_seconds), 3) + " candidates a second overall).\n";
}

}  // namespace

std::string FrontText(const v1::GetFrontResponse& front) {
  const std::vector<std::string> metrics = MetricNames(front);
  std::vector<std::string> headings;  // outlive the table's views of them
  for (const std::string& name : metrics) headings.push_back(MetricHeading(name) + " [95 % CI]");
  std::vector<Column> columns = {{"RANK", true}, {"FINAL LOSS [95 % CI]"}};
  for (const std::string& heading : headings) columns.push_back({heading});
  columns.insert(columns.end(), {{"SEARCH LOSS", true},
                                 {"SELECT LOSS", true},
                                 {"LR", true},
                                 {"COST", true},
                                 {"STEP", true},
                                 {"KIND"},
                                 {"FORMULA"}});
  Table table(std::move(columns));
  int rank = 0;
  for (const v1::FrontRow* row : Ranked(front)) {
    std::string kind = row->baseline() ? "baseline" : "found";
    if (row->on_front()) kind += " *";
    std::vector<std::string> cells = {std::to_string(++rank),
                                      row->has_loss() ? Interval(row->loss(), 1, 4) : "-"};
    for (const std::string& name : metrics) cells.push_back(MetricText(*row, name));
    cells.insert(cells.end(),
                 {Short(row->search_loss()), Short(row->select_loss()),
                  Short(row->learning_rate()), std::to_string(row->cost()),
                  Duration(row->seconds_per_step()), kind,
                  row->name().empty() ? row->formula() : row->name() + ": " + row->formula()});
    table.Add(std::move(cells));
  }
  if (table.Empty()) return "No candidate has been scored yet.\n";
  return table.ToText() + "* on the front: no other has both a lower loss and a lower cost\n";
}

std::string Verdict(const v1::GetFrontResponse& front) {
  const Contest contest = ContestOf(front);
  if (!front.final()) return "The final trainings have not ended: nothing can be said yet.";
  if (contest.best == nullptr) return "No finalist was scored: the search found nothing to report.";
  if (contest.baselines.empty()) {
    return "Without baselines nothing can be said about " + LossText(*contest.best) + ".";
  }
  const v1::FrontRow& best = *contest.best;
  const v1::FrontRow& rival = *contest.baselines.front();
  const std::string both = LossText(best) + " against the best baseline, " + LossText(rival);
  if (best.loss().seeds() < 2 || rival.loss().seeds() < 2) {
    return "Undecided: " + both + "; one seed gives no interval, raise finals.seeds.";
  }
  std::string text;
  if (Below(best.loss(), rival.loss())) {
    text = "Better: " + both + ": the intervals do not overlap.";
  } else if (Below(rival.loss(), best.loss())) {
    text = "Worse: " + both + ": the intervals do not overlap.";
  } else {
    text = "Undecided: " + both +
           ": the intervals overlap; more seeds (finals.seeds) or candidates may tell.";
  }
  return text + Against(contest);
}

std::string ReportText(const v1::Job& job, const v1::GetFrontResponse& front, const RunTime& time) {
  std::string about;
  for (const std::string& part : {AboutReferences(job), AboutBaselines(job, front)}) {
    if (!part.empty()) about += part + "\n\n";
  }
  return FrontText(front) + "\n" + Verdict(front) + "\n\n" + about +
         RejectionText(job) + "\n" +
         CountsText(job) + TimeText(time);
}

Document ReportDocument(const v1::Job& job, const v1::GetFrontResponse& front,
                        const RunTime& time) {
  Document rows = Document::array();
  for (const v1::FrontRow* row : Ranked(front)) rows.push_back(FrontDocument(*row));
  const auto candidates = static_cast<double>(time.candidates);
  return {{"job", JobDocument(job)},
          {"front", rows},
          {"final", front.final()},
          {"verdict", Verdict(front)},
          {"about_baselines", AboutBaselines(job, front)},
          {"about_references", AboutReferences(job)},
          {"duplicates", OutcomeCount(job, "DUPLICATE")},
          {"timing",
           {{"wall_seconds", time.wall_seconds},
            {"search_seconds", time.search_seconds},
            {"candidates", time.candidates},
            {"final_trials", time.final_trials},
            {"candidates_per_second_search", Rate(candidates, time.search_seconds)},
            {"candidates_per_second", Rate(candidates, time.wall_seconds)}}}};
}

}  // namespace actsearch::cli
