#include <vector>

#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/base/exact_text.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::cli {
namespace {

constexpr std::string_view kZooPrefix = "zoo:";
constexpr std::size_t kMostPoints = 100'000;

struct Options {
  std::string formula;
  std::vector<double> at = {-2, -1, 0, 1, 2};
  double u = 1;
  Format format = Format::kTable;
};

Result<expr::Expr> ReadFormula(const std::string& text) {
  if (!text.starts_with(kZooPrefix)) return expr::Parse(text);
  const auto row = activations::Zoo().Find(std::string_view(text).substr(kZooPrefix.size()));
  if (!row) return std::unexpected(row.error());
  return expr::Parse((*row)->formula);
}

// The function and its derivatives by its inputs and by each parameter. A second input
// has the value --u; reductions run over all points, and have no derivatives here.
struct Curve {
  std::string name;
  std::vector<double> values;
};

std::vector<Curve> Curves(const expr::Expr& f, const Options& options) {
  const std::vector<double> parameters = expr::InitialParameters(f);
  const std::vector<double> u(options.at.size(), options.u);
  const auto curve = [&](std::string name, const expr::Expr& e) {
    std::vector<double> values(options.at.size());
    expr::EvaluateMany(e, options.at, u, parameters, values);
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

Expected<int> Eval(const Options& options, Terminal& terminal) {
  if (options.at.size() > kMostPoints) {
    return Fail(kUsage, "--at: more than " + std::to_string(kMostPoints) + " points");
  }
  const auto f = ReadFormula(options.formula);
  if (!f) return std::unexpected(FailureOf(f.error()));
  const std::vector<Curve> curves = Curves(*f, options);
  std::vector<Column> columns = {{"X", true}};
  for (const Curve& curve : curves) columns.push_back({curve.name, true});
  Table table(std::move(columns));
  Document document = Document::array();
  for (std::size_t i = 0; i < options.at.size(); ++i) {
    std::vector<std::string> cells = {ExactText(options.at[i])};
    Document point = {{"x", options.at[i]}};
    for (const Curve& curve : curves) {
      cells.push_back(ExactText(curve.values[i]));
      point[curve.name] = curve.values[i];
    }
    table.Add(std::move(cells));
    document.push_back(std::move(point));
  }
  Print(terminal, options.format, document, table.ToText());
  if (!expr::IsPointwise(*f)) {
    terminal.err << "No derivatives: a reduction depends on every element; here it runs over the "
                    "given points.\n";
  }
  return kOk;
}

}  // namespace

Run AddEval(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option("FORMULA", options->formula, "a formula, or zoo:NAME")->type_name("")->required();
  app.add_option("--at", options->at, "values of x, separated by commas")
      ->type_name("X,...")
      ->delimiter(',');
  app.add_option("--u", options->u, "value of u, the second input")->type_name("U");
  AddFormat(app, options->format);
  return [options, &terminal] { return Eval(*options, terminal); };
}

}  // namespace actsearch::cli
