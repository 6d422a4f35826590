#include <cmath>
#include <limits>
#include <ostream>
#include <vector>

#include "cli/formula_words.h"
#include "cli/number_list.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "cli/zoo_kind.h"
#include "search_spaces/activations/zoo_names.h"
#include "search_spaces/base/exact_text.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::cli {
namespace {

constexpr std::size_t kMostPoints = 100'000;

struct Options {
  std::string formula;
  std::string at = "-2,-1,0,1,2";
  std::string u = "1";
  Format format = Format::kTable;
};

struct Points {
  std::vector<double> x;
  std::vector<double> u;  // as many
};

Expected<Points> ReadPoints(const Options& options) {
  auto x = ReadNumbers("--at", options.at, kMostPoints);
  if (!x) return std::unexpected(x.error());
  auto u = ReadNumbers("--u", options.u, kMostPoints);
  if (!u) return std::unexpected(u.error());
  if (u->size() == 1) u->resize(x->size(), u->front());
  if (u->size() != x->size()) {
    return Fail(kUsage, "--u: " + std::to_string(u->size()) + " numbers, but --at has " +
                            std::to_string(x->size()) + "; give one for all or one for each");
  }
  return Points{std::move(*x), std::move(*u)};
}

struct Curve {
  std::string name;
  std::vector<double> values;
};

std::vector<double> ValuesOf(const expr::Expr& e, const Points& points) {
  std::vector<double> values(points.x.size());
  expr::EvaluateMany(e, points.x, points.u, expr::InitialParameters(e), values);
  for (double& value : values) {
    if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();  // without a sign
  }
  return values;
}

// The function and its derivatives by its inputs and by each parameter; there is no slope where
// there is no value. Reductions run over all points, and have no derivatives here.
std::vector<Curve> Curves(const expr::Expr& f, const Points& points) {
  std::vector<Curve> curves = {{"f", ValuesOf(f, points)}};
  if (!expr::IsPointwise(f)) return curves;
  const auto curve = [&](std::string name, const expr::Expr& e) {
    Curve slope{std::move(name), ValuesOf(e, points)};
    for (std::size_t i = 0; i < slope.values.size(); ++i) {
      const double value = curves[0].values[i];
      if (std::isnan(value)) slope.values[i] = value;
    }
    return slope;
  };
  curves.push_back(curve("df/dx", expr::Derive(f)));
  if (expr::InputCount(f) > 1) curves.push_back(curve("df/du", expr::DeriveInput(f, 1)));
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    curves.push_back(curve("df/d" + f.parameters[k].name, expr::DeriveParameter(f, k)));
  }
  return curves;
}

// Training computes a shorter equal form; where the text itself rounds worse, overflows or loses
// digits by subtraction, its own values would contradict the slopes.
void ExplainForm(const expr::Expr& written, const expr::Expr& f, const Points& points,
                 Terminal& terminal) {
  const std::vector<double> shown = ValuesOf(f, points);
  const std::vector<double> own = ValuesOf(written, points);
  constexpr double kRounding = 1e-12;  // of a few operations, relative
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const double size = std::fabs(shown[i]);
    const bool is_equal = shown[i] == own[i] || (std::isnan(shown[i]) && std::isnan(own[i])) ||
                          std::fabs(shown[i] - own[i]) <= kRounding * size;
    if (is_equal) continue;
    terminal.err << "f is computed as training computes it: " << expr::Print(f)
                 << "\nAs written it would round to " << ExactText(own[i])
                 << " at x = " << ExactText(points.x[i]) << ".\n";
    return;
  }
}

void Explain(const expr::Expr& f, Terminal& terminal) {
  if (!expr::IsPointwise(f)) {
    terminal.err << "No derivatives: a reduction depends on every element; here it runs over the "
                    "given points.\n";
  }
  const std::string_view kind = KindOf(f);
  if (kind == "random") terminal.err << "Draws are their means, as outside training.\n";
  if (kind == "surrogate") {
    terminal.err << "Derivatives are those that training uses, not those of f's values.\n";
  }
}

Expected<int> Eval(const Options& options, Terminal& terminal) {
  const auto points = ReadPoints(options);
  if (!points) return std::unexpected(points.error());
  const auto written = activations::ReadFunction(options.formula);
  if (!written) return std::unexpected(FailureOf(written.error()));
  const expr::Expr f = expr::Simplify(*written);
  std::vector<Curve> curves = Curves(f, *points);
  if (expr::InputCount(f) > 1) curves.insert(curves.begin(), {"u", points->u});
  curves.insert(curves.begin(), {"x", points->x});
  std::vector<Column> columns;
  for (const Curve& curve : curves) columns.push_back({curve.name, true});
  Table table(std::move(columns));
  Document document = Document::array();
  for (std::size_t i = 0; i < points->x.size(); ++i) {
    std::vector<std::string> cells;
    Document point;
    for (const Curve& curve : curves) {
      cells.push_back(ExactText(curve.values[i]));
      point[curve.name] = curve.values[i];
    }
    table.Add(std::move(cells));
    document.push_back(std::move(point));
  }
  Print(terminal, options.format, document, table.ToText());
  ExplainForm(*written, f, *points, terminal);
  Explain(f, terminal);
  return kOk;
}

}  // namespace

Run AddEval(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option(kFormula, options->formula, "a formula, or zoo:NAME; it may begin with '-'")
      ->type_name("")
      ->required();
  app.add_option("--at", options->at,
                 "values of x, separated by commas [-2,-1,0,1,2]; results that are infinite or not "
                 "a number are null in JSON and YAML")
      ->type_name("X,...");
  app.add_option("--u", options->u,
                 "values of u, the second input: one for all points or one for each [1]")
      ->type_name("U,...");
  AddFormat(app, options->format);
  return [options, &terminal] { return Eval(*options, terminal); };
}

}  // namespace actsearch::cli
