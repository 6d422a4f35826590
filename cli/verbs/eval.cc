#include <ostream>
#include <vector>

#include "cli/number_list.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "cli/zoo_entry.h"
#include "search_spaces/base/exact_text.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"

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

// The function and its derivatives by its inputs and by each parameter. Reductions run
// over all points, and have no derivatives here.
std::vector<Curve> Curves(const expr::Expr& f, const Points& points) {
  const std::vector<double> parameters = expr::InitialParameters(f);
  const auto curve = [&](std::string name, const expr::Expr& e) {
    std::vector<double> values(points.x.size());
    expr::EvaluateMany(e, points.x, points.u, parameters, values);
    return Curve{std::move(name), std::move(values)};
  };
  std::vector<Curve> curves = {curve("f", f)};
  if (!expr::IsPointwise(f)) return curves;
  curves.push_back(curve("df/dx", expr::Derive(f)));
  if (expr::InputCount(f) > 1) curves.push_back(curve("df/du", expr::DeriveInput(f, 1)));
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    curves.push_back(curve("df/d" + f.parameters[k].name, expr::DeriveParameter(f, k)));
  }
  return curves;
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
  const auto f = ReadFunction(options.formula);
  if (!f) return std::unexpected(FailureOf(f.error()));
  std::vector<Curve> curves = Curves(*f, *points);
  if (expr::InputCount(*f) > 1) curves.insert(curves.begin(), {"u", points->u});
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
  Explain(*f, terminal);
  return kOk;
}

}  // namespace

Run AddEval(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option("FORMULA", options->formula, "a formula, or zoo:NAME")->type_name("")->required();
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
