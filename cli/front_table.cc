#include "cli/front_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <tuple>
#include <vector>

#include "cli/record_tables.h"
#include "cli/records.h"
#include "coordinator/plan/verdict.h"
#include "evaluators/catalogue/tasks.h"

namespace actsearch::cli {
namespace {

using Rows = std::vector<const v1::FrontRow*>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double OrInfinity(double value) { return std::isfinite(value) ? value : kInfinity; }

// By setting, rank and final loss, once any has one; before that as the server has them.
Rows Ranked(const auto& messages) {
  Rows rows;
  for (const auto& row : messages) rows.push_back(&row);
  const auto is_final = [](const auto* row) { return row->has_loss(); };
  if (!std::ranges::any_of(rows, is_final)) return rows;
  std::ranges::stable_sort(rows, {}, [](const v1::FrontRow* row) {
    return std::tuple(plan::SettingNamed(row->setting()),
                      row->rank() > 0 ? row->rank() : std::numeric_limits<int>::max(),
                      row->has_loss() ? OrInfinity(row->loss().mean()) : kInfinity);
  });
  return rows;
}

// So many digits behind the point, in scientific form where many would stand before it.
std::string Fixed(double value, int digits, bool with_sign = false) {
  char text[40];
  const std::string form =
      std::string(with_sign ? "%+.*" : "%.*") + (std::abs(value) >= 1e6 ? "e" : "f");
  std::snprintf(text, sizeof text, form.c_str(), digits, value);
  return text;
}

std::string Interval(const v1::Estimate& estimate, double scale, int digits) {
  const std::string mean = Fixed(scale * estimate.mean(), digits);
  if (estimate.seeds() < 2) return mean;
  return mean + " [" + Fixed(scale * estimate.low(), digits) + ", " +
         Fixed(scale * estimate.high(), digits) + "]";
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
std::vector<std::string> MetricNames(const Rows& rows) {
  std::vector<std::string> names;
  for (const v1::FrontRow* row : rows) {
    for (const auto& metric : row->metrics()) {
      const bool is_new = std::ranges::find(names, metric.name()) == names.end();
      if (is_new) names.push_back(metric.name());
    }
  }
  return names;
}

std::string NameOf(const v1::FrontRow& row) {
  return row.name().empty() ? row.formula() : row.name();
}

// A name and the formula behind it, where they differ.
std::string FormulaText(const v1::FrontRow& row) {
  const bool says_more = !row.name().empty() && row.name() != row.formula();
  return says_more ? row.name() + ": " + row.formula() : row.formula();
}

std::string LossText(const v1::FrontRow& row) {
  std::string text = row.has_loss() ? Interval(row.loss(), 1, 4) : "-";
  if (row.failures() > 0) text += " (" + std::to_string(row.failures()) + " failed)";
  return text;
}

std::string RateText(const v1::FrontRow& row) {
  return Short(row.learning_rate()) + (row.at_edge() ? " (edge)" : "");
}

std::string KindText(const v1::FrontRow& row) {
  const std::string kind = row.baseline() ? "baseline" : row.given() ? "given" : "found";
  return row.on_front() ? kind + " *" : kind;
}

std::string StopText(const v1::FrontRow& row) {
  return row.stop() > 0 ? std::to_string(row.stop()) : "-";
}

std::string RankText(const v1::FrontRow& row) {
  return row.rank() > 0 ? std::to_string(row.rank()) : "-";
}

bool AnyIs(const Rows& rows, auto holds) { return std::ranges::any_of(rows, holds); }

// What the marks in the table mean, as far as there are any.
std::string Legend(const Rows& rows) {
  std::string text;
  if (AnyIs(rows, [](const auto* row) { return row->rank() > 0; })) {
    text +=
        "RANK: 1 and how many are better, by tests of all pairs (Holm); a verdict tests its own "
        "pairs only\n";
  }
  if (AnyIs(rows, [](const auto* row) { return row->on_front(); })) {
    text += "* on the front: no other has both a lower loss and a lower cost\n";
  }
  if (AnyIs(rows, [](const auto* row) { return row->at_edge(); })) {
    text += "(edge): no learning rate beyond it was tried (finals.octaves), so that it may do "
            "better than here\n";
  }
  return text;
}

std::string SearchText(const v1::FrontRow& row) {
  return row.baseline() || row.given() ? "-" : Short(row.search_loss());
}

std::string Found(const v1::Comparison& comparison) {
  if (!(comparison.p_adjusted() < plan::kSignificance)) return "not told apart";
  return comparison.mean() < 0 ? "better" : "worse";
}

// Whether more than one candidate was compared.
bool HasSeveral(const v1::GetFrontResponse& front) {
  return std::ranges::any_of(front.comparisons(), [&](const v1::Comparison& comparison) {
    return comparison.entrant() != front.comparisons(0).entrant();
  });
}

Document RowDocuments(const Rows& rows) {
  Document documents = Document::array();
  for (const v1::FrontRow* row : rows) documents.push_back(FrontDocument(*row));
  return documents;
}

std::map<int, const v1::FrontRow*> ByEntrant(const v1::GetFrontResponse& front) {
  std::map<int, const v1::FrontRow*> entrants;
  for (const v1::FrontRow& row : front.rows()) entrants[row.entrant()] = &row;
  return entrants;
}

std::string NameIn(const std::map<int, const v1::FrontRow*>& entrants, int number) {
  const auto at = entrants.find(number);
  return at == entrants.end() ? "-" : NameOf(*at->second);
}

}  // namespace

std::string FrontText(const v1::GetFrontResponse& front) {
  const Rows rows = Ranked(front.rows());
  const std::vector<std::string> metrics = MetricNames(rows);
  std::vector<std::string> headings;  // outlive the table's views of them
  for (const std::string& name : metrics) headings.push_back(MetricHeading(name) + " [95 % CI]");
  std::vector<Column> columns = {{"RANK", true}, {"FINAL LOSS [95 % CI]"}};
  for (const std::string& heading : headings) columns.push_back({heading});
  columns.insert(columns.end(), {{"SEARCH LOSS", true},
                                 {"SELECT LOSS", true},
                                 {"LR", true},
                                 {"STOP", true},
                                 {"COST", true},
                                 {"STEP", true},
                                 {"KIND"},
                                 {"FORMULA"}});
  Table table(std::move(columns));
  for (const v1::FrontRow* row : rows) {
    std::vector<std::string> cells = {RankText(*row), LossText(*row)};
    for (const std::string& name : metrics) cells.push_back(MetricText(*row, name));
    cells.insert(cells.end(),
                 {SearchText(*row), Short(row->select_loss()), RateText(*row), StopText(*row),
                  std::to_string(row->cost()), Duration(row->seconds_per_step()), KindText(*row),
                  FormulaText(*row)});
    table.Add(std::move(cells));
  }
  if (table.Empty()) return "No candidate has been scored yet.\n";
  return table.ToText() + Legend(rows);
}

std::string ConfirmText(const v1::GetFrontResponse& front) {
  Table table({{"SETTING"},
               {"RANK", true},
               {"FINAL LOSS [95 % CI]"},
               {"SELECT LOSS", true},
               {"LR", true},
               {"STOP", true},
               {"KIND"},
               {"FUNCTION"}});
  for (const v1::FrontRow* row : Ranked(front.confirm())) {
    table.Add({row->setting(), RankText(*row), LossText(*row), Short(row->select_loss()),
               RateText(*row), StopText(*row), KindText(*row), NameOf(*row)});
  }
  return table.Empty() ? "" : table.ToText() + "\n";
}

std::string ComparisonText(const v1::GetFrontResponse& front) {
  const auto entrants = ByEntrant(front);
  std::vector<Column> columns = {{"SETTING"},
                                 {"AGAINST"},
                                 {"LOSS DIFFERENCE [95 % CI]"},
                                 {"P (HOLM)", true},
                                 {"LEAST VISIBLE", true},
                                 {"IT IS"}};
  const bool names = HasSeveral(front);
  if (names) columns.push_back({"FUNCTION"});
  Table table(std::move(columns));
  for (const v1::Comparison& comparison : front.comparisons()) {
    const std::string gap = Fixed(comparison.mean(), 4, true) + " [" +
                            Fixed(comparison.low(), 4, true) + ", " +
                            Fixed(comparison.high(), 4, true) + "]";
    std::vector<std::string> cells = {
        comparison.setting(), NameIn(entrants, comparison.baseline()), gap,
        Short(comparison.p_adjusted(), 2),
        comparison.least() > 0 ? Short(comparison.least(), 2) : "-", Found(comparison)};
    if (names) cells.push_back(NameIn(entrants, comparison.entrant()));
    table.Add(std::move(cells));
  }
  if (table.Empty()) return "";
  return table.ToText() +
         "LEAST VISIBLE: the smallest difference that this final split can show, however many the "
         "seeds\n\n";
}

Document FrontDocuments(const v1::GetFrontResponse& front) {
  return RowDocuments(Ranked(front.rows()));
}

Document ConfirmDocuments(const v1::GetFrontResponse& front) {
  return RowDocuments(Ranked(front.confirm()));
}

Document ComparisonDocuments(const v1::GetFrontResponse& front) {
  const auto entrants = ByEntrant(front);
  Document documents = Document::array();
  for (const v1::Comparison& comparison : front.comparisons()) {
    documents.push_back({{"function", NameIn(entrants, comparison.entrant())},
                         {"baseline", NameIn(entrants, comparison.baseline())},
                         {"setting", comparison.setting()},
                         {"difference", comparison.mean()},
                         {"low", comparison.low()},
                         {"high", comparison.high()},
                         {"p", comparison.p()},
                         {"p_holm", comparison.p_adjusted()},
                         {"freedom", comparison.freedom()},
                         {"seeds", comparison.seeds()},
                         {"units", comparison.units()},
                         {"least_visible", comparison.least()},
                         {"is", Found(comparison)}});
  }
  return documents;
}

Document VerdictDocuments(const v1::GetFrontResponse& front) {
  const auto entrants = ByEntrant(front);
  Document documents = Document::array();
  for (const v1::Verdict& verdict : front.verdicts()) {
    documents.push_back({{"function", NameIn(entrants, verdict.entrant())},
                         {"finding", verdict.finding()},
                         {"text", verdict.text()}});
  }
  return documents;
}

}  // namespace actsearch::cli
