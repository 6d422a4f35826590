#include "coordinator/plan/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "coordinator/plan/finals.h"

namespace actsearch::plan {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// 97.5 % quantile of Student's t with `freedom` >= 1 degrees.
double StudentQuantile(int freedom) {
  constexpr std::array kTable = {12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060,
                                 2.2622,  2.2281, 2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199,
                                 2.1098,  2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639,
                                 2.0595,  2.0555, 2.0518, 2.0484, 2.0452, 2.0423};
  const auto row = static_cast<std::size_t>(freedom - 1);
  if (row < kTable.size()) return kTable[row];
  // Expansion about the normal quantile (Abramowitz and Stegun 1964, 26.7.5).
  constexpr double z = 1.959964;
  constexpr double z3 = z * z * z;
  const double f = freedom;
  return z + (z3 + z) / (4 * f) + (5 * z3 * z * z + 16 * z3 + 3 * z) / (96 * f * f);
}

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

FrontRow SearchRow(const Record& record) {
  FrontRow row;
  row.index = record.index;
  row.candidate = record.candidate;
  row.cost = record.cost;
  row.search_loss = record.outcome->Loss();
  row.learning_rate = record.learning_rate;
  row.seconds_per_step = record.outcome->timing.seconds_per_step;
  return row;
}

std::vector<FrontRow> SearchFront(std::span<const Record> search) {
  std::vector<Point> points;
  for (const Record& record : search) {
    points.push_back({IsScored(record) ? record.outcome->Loss() : std::nan(""), record.cost});
  }
  const std::vector<bool> on_front = NonDominated(points);
  std::vector<FrontRow> rows;
  for (std::size_t i = 0; i < search.size(); ++i) {
    if (!on_front[i]) continue;
    rows.push_back(SearchRow(search[i]));
    rows.back().on_front = true;
  }
  std::ranges::stable_sort(rows, {}, [](const FrontRow& row) { return *row.search_loss; });
  return rows;
}

FrontRow BaselineRow(const Record& first_select) {
  FrontRow row;
  row.index = first_select.index;
  row.candidate = first_select.candidate;
  row.name = first_select.name;
  row.baseline = true;
  row.cost = first_select.cost;
  row.learning_rate = first_select.learning_rate;
  return row;
}

// `trials`: one row's trials of the select stage.
void AddSelect(FrontRow& row, std::span<const Record> trials) {
  if (const std::optional<RateChoice> best = BestRate(trials)) {
    row.select_loss = best->loss;
    row.learning_rate = best->learning_rate;
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

// `trials`: one row's trials of the final stage.
void AddFinal(FrontRow& row, std::span<const Record> trials) {
  std::vector<const Outcome*> scored;
  std::vector<double> losses;
  for (const Record& trial : trials) {
    if (!IsScored(trial)) continue;
    losses.push_back(trial.outcome->Loss());
    scored.push_back(&*trial.outcome);
  }
  if (scored.empty()) return;
  row.loss = EstimateMean(losses);
  row.metrics = EstimateMetrics(scored);
  row.seconds_per_step = MedianStepSeconds(trials);
}

// Trials of one row stand together: the end of those that begin at `begin`.
std::size_t EndOfRow(std::span<const Record> trials, std::size_t begin) {
  std::size_t end = begin;
  while (end < trials.size() && trials[end].name == trials[begin].name &&
         trials[end].candidate == trials[begin].candidate) {
    ++end;
  }
  return end;
}

std::span<const Record> TrialsOf(std::span<const Record> trials, const FrontRow& row) {
  std::size_t begin = 0;
  while (begin < trials.size() &&
         (trials[begin].name != row.name || trials[begin].candidate != row.candidate)) {
    ++begin;
  }
  return trials.subspan(begin, EndOfRow(trials, begin) - begin);
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

std::vector<FrontRow> Front(const History& history) {
  const std::span<const Record> search = StageOf(history.Records(), Stage::kSearch);
  const std::span<const Record> select = StageOf(history.Records(), Stage::kSelect);
  const std::span<const Record> final_trials = StageOf(history.Records(), Stage::kFinal);
  if (select.empty()) return SearchFront(search);
  std::vector<FrontRow> rows;
  for (const std::uint64_t index : history.Finalists()) {
    if (IsScored(search[index])) rows.push_back(SearchRow(search[index]));
  }
  const std::size_t finalists = rows.size();
  for (std::size_t begin = 0; begin < select.size(); begin = EndOfRow(select, begin)) {
    if (!select[begin].name.empty()) rows.push_back(BaselineRow(select[begin]));
  }
  for (FrontRow& row : rows) {
    AddSelect(row, TrialsOf(select, row));
    AddFinal(row, TrialsOf(final_trials, row));
  }
  const Stage stage = history.CurrentStage();
  if (stage == Stage::kFinal || stage == Stage::kDone) {
    const auto loss = [](const FrontRow& row) { return row.select_loss.value_or(kInfinity); };
    std::ranges::stable_sort(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(finalists),
                             {}, loss);
  }
  MarkFront(rows, stage == Stage::kDone);
  return rows;
}

std::vector<RejectionCount> CountRejections(std::span<const Record> records) {
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
  for (const Record& record : StageOf(records, Stage::kSearch)) {
    if (!record.outcome || !record.outcome->rejection) continue;
    if (record.outcome->status != Status::kRejected) continue;
    ++counts[{record.outcome->rejection->stage, record.outcome->rejection->rule}];
  }
  std::vector<RejectionCount> rows;
  for (const auto& [key, count] : counts) rows.push_back({key.first, key.second, count});
  return rows;
}

AuditCount CountAudits(std::span<const Record> records) {
  std::vector<double> scored;
  std::vector<double> audited;
  for (const Record& record : StageOf(records, Stage::kSearch)) {
    if (IsScored(record)) scored.push_back(record.outcome->Loss());
    if (!record.outcome || record.outcome->status != Status::kRejected) continue;
    if (record.outcome->audit) audited.push_back(record.outcome->audit->loss);
  }
  AuditCount count{.audited = audited.size()};
  if (scored.empty()) return count;
  const auto tenth = scored.begin() + static_cast<std::ptrdiff_t>((scored.size() - 1) / 10);
  std::ranges::nth_element(scored, tenth);
  count.false_rejections = static_cast<std::uint64_t>(
      std::ranges::count_if(audited, [&](double loss) { return loss <= *tenth; }));
  return count;
}

}  // namespace actsearch::plan
