#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <vector>

#include "cli/curve_shape.h"
#include "cli/plot.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "cli/zoo_kind.h"
#include "search_spaces/activations/zoo_names.h"
#include "search_spaces/base/check.h"
#include "search_spaces/base/exact_text.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/expr/cost.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/fingerprint.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/propagation.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string name;
  Format format = Format::kTable;
};

// The same facts for programs, for people, and what people must know beside them.
struct Sheet {
  Document document;
  Table table{{{"FIELD"}, {"VALUE"}}};
  std::vector<std::string> notes;

  void AddText(std::string_view name, const std::string& text) {
    document[std::string(name)] = text;
    table.Add({std::string(name), text.empty() ? "-" : text});
  }
  void AddNumber(std::string_view key, std::string_view label, double value) {
    document[std::string(key)] = value;
    table.Add({std::string(label), Short(value)});
  }
};

std::string ShapeText(const expr::Parameter& parameter) {
  switch (parameter.shape) {
    case expr::Shape::kLayer:
      return "layer";
    case expr::Shape::kChannel:
      return "channel";
    case expr::Shape::kGroup:
      return "group(" + std::to_string(parameter.groups) + ")";
  }
  return "";
}

void AddParameters(const expr::Expr& f, Sheet& sheet) {
  Document parameters = Document::array();
  std::string text;
  for (const expr::Parameter& p : f.parameters) {
    parameters.push_back({{"name", p.name}, {"shape", ShapeText(p)}, {"initial", p.initial}});
    text +=
        (text.empty() ? "" : ", ") + p.name + ": " + ShapeText(p) + " = " + ExactText(p.initial);
  }
  sheet.document["parameters"] = std::move(parameters);
  sheet.table.Add({"parameters", text.empty() ? "none" : text});
}

void AddIdentity(const activations::ZooRow& row, const expr::Expr& f, Sheet& sheet) {
  sheet.AddText("name", std::string(row.name));
  sheet.AddText("title", std::string(row.title));
  sheet.AddText("section", std::string(row.section));
  sheet.AddText("kind", std::string(KindOf(f)));
  sheet.AddText("flags", FlagsText(row.flags));
  sheet.AddText("formula", std::string(row.formula));
  AddParameters(f, sheet);
  sheet.AddText("canonical", expr::Print(expr::Canonical(f)));
  if (expr::IsPointwise(f)) sheet.AddText("derivative", expr::Print(expr::Derive(f)));
  if (expr::IsPointwise(f) && expr::InputCount(f) > 1) {
    sheet.AddText("derivative_u", expr::Print(expr::DeriveInput(f, 1)));
  }
  sheet.AddText("fingerprint", HexDigits(expr::FingerprintOf(f).exact));
  sheet.AddNumber("cost", "cost", expr::Cost(f));
  sheet.AddText("citation", std::string(row.citation));
}

std::string IntervalText(const expr::Interval& range) {
  if (range.IsEmpty()) return "not a number";
  return "[" + (std::isinf(range.lo) ? "-inf" : Short(range.lo)) + ", " +
         (std::isinf(range.hi) ? "inf" : Short(range.hi)) + "]" +
         (range.maybe_nan ? " or not a number" : "");
}

Document IntervalDocument(const expr::Interval& range) {
  return {{"low", range.lo}, {"high", range.hi}, {"maybe_nan", range.maybe_nan}};
}

void AddRange(const expr::Expr& f, Sheet& sheet) {
  const expr::Interval range = RangeWithin(f, kRangeReach);
  sheet.document["range"] = IntervalDocument(range);
  const std::string inputs = expr::InputCount(f) > 1 ? "range, x and u" : "range";
  sheet.table.Add({inputs + " in [-5, 5]", "within " + IntervalText(range)});
}

void AddEdge(const expr::EdgeOfChaos& edge, Sheet& sheet) {
  const bool defined = std::isfinite(edge.weight_variance);
  sheet.document["edge_of_chaos"] = edge.Exists()
                                        ? Document{{"q", 1},
                                                   {"weight_variance", edge.weight_variance},
                                                   {"bias_variance", edge.bias_variance},
                                                   {"length_slope", edge.length_slope}}
                                        : Document();
  const std::string weights = "sigma_w^2 = " + Short(edge.weight_variance) +
                              " (sigma_w = " + Short(std::sqrt(edge.weight_variance)) + ")";
  const std::string biases = "sigma_b^2 = " + Short(edge.bias_variance);
  std::string text = "none: E f'^2 is 0 or not known";
  if (defined) text = "none: " + weights + " would need " + biases;
  if (edge.Exists()) text = weights + ", " + biases;
  sheet.table.Add({"edge of chaos, q = 1", text});
  if (edge.Exists()) sheet.table.Add({"dV/dq there", Short(edge.length_slope)});
}

// Moments of f(z) for a standard normal z, and what they say about deep networks.
void AddPropagation(const expr::Expr& f, const expr::Expr& slope, Sheet& sheet) {
  const expr::Propagation p = expr::PropagationOf(f, slope, expr::InitialParameters(f));
  sheet.AddNumber("mean", "mean E f(z)", p.moments.mean);
  sheet.AddNumber("variance", "variance Var f", p.moments.variance);
  sheet.AddNumber("second_moment", "second moment E f^2", p.moments.second);
  sheet.AddNumber("mean_squared_slope", "mean squared slope E f'^2", p.moments.slope_second);
  sheet.AddNumber("variance_gain", "gain 1/sqrt(Var f)", p.variance_gain);
  sheet.AddNumber("second_moment_gain", "gain 1/sqrt(E f^2)", p.second_gain);
  sheet.AddNumber("rho", "rho = E f'^2 / Var f", p.moments.rho);
  AddEdge(p.edge, sheet);
  if (std::isnan(p.moments.second) || std::isnan(p.moments.slope_second)) {
    sheet.notes.push_back(
        "- stands for an expectation that is infinite or that quadrature does "
        "not settle.");
  }
}

std::string SymmetryText(const CurveShape& shape) {
  if (shape.odd_about && shape.even_beside && *shape.odd_about == 0 && *shape.even_beside == 0) {
    return "0 everywhere";
  }
  std::string text;
  const auto add = [&text](const std::string& words) {
    text += (text.empty() ? "" : "; ") + words;
  };
  if (shape.odd_about) {
    const double c = *shape.odd_about;
    add(c == 0 ? "odd" : "odd up to a constant: f(x) + f(-x) = " + Short(2 * c));
  }
  if (shape.even_beside) {
    const double k = *shape.even_beside;
    const std::string slope = 2 * k == 1 ? "" : Short(2 * k) + " ";
    add(k == 0 ? "even" : "even up to a line: f(x) - f(-x) = " + slope + "x");
  }
  return text.empty() ? "none" : text;
}

std::string MonotonyText(const CurveShape& shape) {
  if (shape.increasing && shape.decreasing) return "constant";
  if (shape.increasing) return "increasing (never falls)";
  return shape.decreasing ? "decreasing (never rises)" : "no: rises and falls";
}

// A proved bound, or the extreme of the samples where only these speak for one.
std::string BoundText(const std::optional<bool>& bounded, double proved, double sampled) {
  if (!bounded) return "unknown";
  if (!*bounded) return "no";
  return std::isfinite(proved) ? Short(proved) : Short(sampled) + " as far as samples show";
}

Document Optional(const auto& value) { return value ? Document(*value) : Document(); }

void AddShape(const CurveShape& shape, Sheet& sheet) {
  sheet.document["shape"] = {{"grid", {-kShapeReach, kShapeReach}},
                             {"odd", shape.odd_about == 0.0},
                             {"even", shape.even_beside == 0.0},
                             {"odd_about", Optional(shape.odd_about)},
                             {"even_beside", Optional(shape.even_beside)},
                             {"increasing", shape.increasing},
                             {"decreasing", shape.decreasing},
                             {"bounded_below", Optional(shape.bounded_below)},
                             {"bounded_above", Optional(shape.bounded_above)},
                             {"sampled", {{"low", shape.sampled.lo}, {"high", shape.sampled.hi}}},
                             {"everywhere", IntervalDocument(shape.everywhere)}};
  sheet.table.Add({"symmetry on [-8, 8]", SymmetryText(shape)});
  sheet.table.Add({"monotone on [-8, 8]", MonotonyText(shape)});
  const auto& [sampled, everywhere] = std::tie(shape.sampled, shape.everywhere);
  sheet.table.Add({"bounded below", BoundText(shape.bounded_below, everywhere.lo, sampled.lo)});
  sheet.table.Add({"bounded above", BoundText(shape.bounded_above, everywhere.hi, sampled.hi)});
}

std::string PlotText(const expr::Expr& f, const expr::Expr& slope, bool utf8) {
  constexpr int kPoints = 1301;  // ten for each column of braille dots
  std::vector<double> x;
  for (int i = 0; i < kPoints; ++i) {
    x.push_back(kRangeReach * (2.0 * i / (kPoints - 1) - 1));
  }
  const std::vector<double> parameters = expr::InitialParameters(f);
  return std::string("\nf: ") + (utf8 ? "line" : "*") + "; f': " + (utf8 ? "dots" : ".") + "\n" +
         Draw({.low = -kRangeReach,
               .high = kRangeReach,
               .solid = expr::EvaluateMany(f, x, parameters),
               .dotted = expr::EvaluateMany(slope, x, parameters)},
              utf8);
}

void AddNotes(const activations::ZooRow& row, const expr::Expr& f, Sheet& sheet) {
  const std::string_view kind = KindOf(f);
  const auto note = [&sheet](const char* text) { sheet.notes.emplace_back(text); };
  if (kind == "random") note("Draws are their means: these are the numbers outside training.");
  if (kind == "surrogate") {
    note("f' is the gradient that training uses, not the slope of f's values.");
  } else if (row.flags.jump) {
    note("f jumps: f' and what is computed from it leave the jumps out, as training does.");
  }
  if (!expr::IsPointwise(f)) {
    note(
        "No derivative, moments, shape or plot: a reduction makes each value depend on every "
        "element. 'actsearch eval' gives values over a vector.");
  } else if (expr::InputCount(f) > 1) {
    note(
        "No moments, shape or plot: they are for functions of x alone, and this one reads u, the "
        "gate half, too. 'actsearch eval' gives values and derivatives.");
  }
}

Expected<int> Show(const Options& options, Terminal& terminal) {
  const auto found = activations::FindZooRow(options.name);
  if (!found) return std::unexpected(FailureOf(found.error()));
  const activations::ZooRow& row = **found;
  const auto written = expr::Parse(row.formula);
  ACTSEARCH_CHECK(written.has_value(), "formulas of the zoo parse");
  const expr::Expr f = expr::Simplify(*written);  // the form that training computes
  Sheet sheet;
  AddIdentity(row, *written, sheet);
  std::string plot;
  if (expr::IsPointwise(f)) AddRange(f, sheet);
  if (expr::IsPointwise(f) && expr::InputCount(f) <= 1) {
    const expr::Expr slope = expr::Derive(f);
    if (const auto shape = ShapeOf(f)) {
      AddShape(*shape, sheet);
    } else {
      sheet.notes.push_back("No symmetries or bounds: f is not finite all over [-8, 8].");
    }
    AddPropagation(f, slope, sheet);
    plot = PlotText(f, slope, terminal.Utf8());
  }
  AddNotes(row, f, sheet);
  std::string text = sheet.table.ToText(false);
  if (!sheet.notes.empty()) text += "\n";
  for (const std::string& note : sheet.notes) text += note + "\n";
  sheet.document["notes"] = sheet.notes;
  Print(terminal, options.format, sheet.document, text + plot);
  return kOk;
}

}  // namespace

Run AddZooShow(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option("NAME", options->name, "name, as 'actsearch zoo list' shows it, or title")
      ->type_name("")
      ->required();
  AddFormat(app, options->format);
  return [options, &terminal] { return Show(*options, terminal); };
}

}  // namespace actsearch::cli
