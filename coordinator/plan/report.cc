#include "coordinator/plan/report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include "coordinator/plan/entrants.h"
#include "coordinator/plan/standings.h"
#include "coordinator/plan/statistics.h"
#include "coordinator/plan/tuning.h"
#include "coordinator/plan/verdict.h"

namespace actsearch::plan {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

double MedianStepSeconds(std::span<const Record> trials) {
  std::vector<double> seconds;
  for (const Record& trial : trials) {
    if (IsScored(trial)) seconds.push_back(trial.outcome->timing.seconds_per_step);
  }
  return Median(std::move(seconds));
}

FrontRow SearchRow(const Record& record, double loss) {
  FrontRow row;
  row.index = record.index;
  row.candidate = record.candidate;
  row.cost = record.cost;
  row.search_loss = loss;
  row.learning_rate = record.learning_rate;
  row.seconds_per_step = record.outcome->timing.seconds_per_step;
  return row;
}

std::vector<FrontRow> SearchFront(std::span<const Record> search) {
  const Standings standings(search);
  std::vector<double> losses(search.size(), std::nan(""));
  for (const auto& [loss, index] : standings.BestFirst()) losses[index] = loss;
  std::vector<Point> points;
  for (const Record& record : search) points.push_back({losses[record.index], record.cost});
  const std::vector<bool> on_front = NonDominated(points);
  std::vector<FrontRow> rows;
  for (std::size_t i = 0; i < search.size(); ++i) {
    if (!on_front[i]) continue;
    rows.push_back(SearchRow(search[i], losses[i]));
    rows.back().on_front = true;
  }
  std::ranges::stable_sort(rows, {}, [](const FrontRow& row) { return *row.search_loss; });
  return rows;
}

FrontRow FinalistRow(std::span<const Record> records, std::uint64_t index) {
  Standings standings;
  for (const Record& record : StageOf(records, Stage::kSearch)) {
    if (record.outcome && CandidateOf(record) == index) standings.Add(record);
  }
  return SearchRow(records[index], standings.Of(index).Mean());
}

// A given function or a baseline.
FrontRow NamedRow(const Record& first_select) {
  FrontRow row;
  row.index = first_select.index;
  row.candidate = first_select.candidate;
  row.name = first_select.name;
  row.baseline = IsBaseline(first_select);
  row.given = first_select.given;
  row.cost = first_select.cost;
  row.learning_rate = first_select.learning_rate;
  return row;
}

// `trials`: one row's trials on the select split.
void AddSelect(FrontRow& row, std::span<const Record> trials) {
  if (const std::optional<Choice> best = BestChoice(trials)) {
    row.select_loss = best->loss;
    row.learning_rate = best->learning_rate;
    row.at_edge = best->at_edge;
    row.stop = best->stop;
  }
  const double seconds = MedianStepSeconds(trials);
  if (seconds > 0) row.seconds_per_step = seconds;
}

// Over the trials that were scored, in the order in which the first names its metrics.
std::vector<MetricEstimate> EstimateMetrics(std::span<const Outcome* const> scored) {
  std::vector<MetricEstimate> estimates;
  for (const Metric& metric : scored.front()->metrics) {
    std::vector<double> values;
    for (const Outcome* outcome : scored) {
      const double value = ValueOf(outcome->metrics, metric.name);
      if (!std::isnan(value)) values.push_back(value);
    }
    estimates.push_back({metric.name, EstimateMean(values)});
  }
  return estimates;
}

// `trials`: one row's trials of the final stage; `losses` theirs.
void AddFinal(FrontRow& row, std::span<const Record> trials, std::span<const Training> losses) {
  std::vector<const Outcome*> scored;
  for (const Record& trial : trials) {
    if (IsScored(trial)) scored.push_back(&*trial.outcome);
    if (trial.outcome && !IsScored(trial)) ++row.failures;
  }
  if (scored.empty()) return;
  std::vector<double> values;
  for (const Training& training : losses) values.push_back(training.loss);
  row.loss = EstimateMean(values);
  row.metrics = EstimateMetrics(scored);
  row.seconds_per_step = MedianStepSeconds(trials);
}

FrontRow EntrantRow(const History& history, const FinalLosses& losses, const Record& entrant,
                    Setting setting) {
  const std::span<const Record> records = history.Records();
  FrontRow row = entrant.original ? FinalistRow(records, *entrant.original) : NamedRow(entrant);
  row.entrant = entrant.entrant;
  row.setting = setting;
  AddSelect(row, TrialsOf(TunedOf(records), row.entrant, setting));
  AddFinal(row, TrialsOf(StageOf(records, Stage::kFinal), row.entrant, setting),
           losses.At(row.entrant, setting));
  return row;
}

// As many ranks better as there are rows that are clearly better.
void AddRanks(std::vector<FrontRow>& rows, const FinalLosses& losses) {
  struct Pair {
    FrontRow *a, *b;
    double mean;
  };
  std::vector<Pair> pairs;
  std::vector<double> p;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      if (!rows[i].loss || !rows[j].loss || rows[i].setting != rows[j].setting) continue;
      const Difference difference =
          losses.Between(rows[i].entrant, rows[j].entrant, rows[i].setting);
      pairs.push_back({&rows[i], &rows[j], difference.mean});
      p.push_back(difference.p);
    }
  }
  Holm(p);
  for (FrontRow& row : rows) row.rank = row.loss ? 1 : 0;
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    if (p[k] < kSignificance) ++(pairs[k].mean < 0 ? pairs[k].b : pairs[k].a)->rank;
  }
}

void MarkFront(std::vector<FrontRow>& rows, bool by_final_loss) {
  std::vector<Point> points;
  for (const FrontRow& row : rows) {
    const std::optional<double> final_loss =
        row.loss ? std::optional(row.loss->mean) : std::nullopt;
    const std::optional<double>& loss = by_final_loss ? final_loss : row.search_loss;
    points.push_back({loss.value_or(std::nan("")), row.cost});
  }
  const std::vector<bool> on_front = NonDominated(points);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].on_front = on_front[i];
}

}  // namespace

Estimate EstimateMean(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  if (values.empty()) return {};
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  Estimate estimate{mean, mean, mean, static_cast<int>(values.size())};
  if (values.size() == 1) return estimate;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double half = StudentQuantile(estimate.seeds - 1) * std::sqrt(squares / (n - 1) / n);
  estimate.low = mean - half;
  estimate.high = mean + half;
  return estimate;
}

std::vector<bool> NonDominated(std::span<const Point> points) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!std::isnan(points[i].loss)) order.push_back(i);
  }
  std::ranges::sort(order, {},
                    [&](std::size_t i) { return std::pair(points[i].loss, points[i].cost); });
  std::vector<bool> kept(points.size(), false);
  const Point* last = nullptr;  // the cheapest so far
  for (const std::size_t i : order) {
    const Point& point = points[i];
    const bool is_equal = last && last->loss == point.loss && last->cost == point.cost;
    if (last && point.cost >= last->cost && !is_equal) continue;
    kept[i] = true;
    last = &point;
  }
  return kept;
}

std::vector<FrontRow> Front(const History& history, const FinalLosses& losses) {
  const std::span<const Record> records = history.Records();
  if (StageOf(records, Stage::kSelect).empty()) {
    return SearchFront(StageOf(records, Stage::kSearch));
  }
  std::vector<FrontRow> rows;
  std::size_t finalists = 0;
  for (const auto& [number, entrant] : losses.Entrants()) {
    if (entrant.original) ++finalists;
    rows.push_back(EntrantRow(history, losses, entrant, Setting::kBase));
  }
  const Stage stage = history.CurrentStage();
  if (stage > Stage::kSelect) {
    const auto loss = [](const FrontRow& row) { return row.select_loss.value_or(kInfinity); };
    std::ranges::stable_sort(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(finalists),
                             {}, loss);
  }
  MarkFront(rows, stage == Stage::kDone);
  if (stage == Stage::kDone) AddRanks(rows, losses);
  return rows;
}

std::vector<FrontRow> ConfirmRows(const History& history, const FinalLosses& losses) {
  std::set<std::pair<Setting, int>> tuned;
  for (const Record& trial : StageOf(history.Records(), Stage::kConfirm)) {
    tuned.emplace(trial.setting, trial.entrant);
  }
  std::vector<FrontRow> rows;
  for (const auto& [setting, number] : tuned) {
    rows.push_back(EntrantRow(history, losses, losses.Entrants().at(number), setting));
  }
  if (history.CurrentStage() == Stage::kDone) AddRanks(rows, losses);
  return rows;
}

}  // namespace actsearch::plan
