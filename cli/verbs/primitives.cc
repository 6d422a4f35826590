#include <cmath>
#include <ostream>
#include <vector>

#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "search_spaces/expr/primitives_page.h"

namespace actsearch::cli {
namespace {

struct Options {
  bool markdown = false;
  Format format = Format::kTable;
};

// Without a bound: null.
Document Bound(double v) { return std::isfinite(v) ? Document(v) : Document(); }

Document ToDocument(const expr::PrimitiveRow& row) {
  Document derivatives = Document::array();
  for (int i = 0; i < row.arity; ++i) derivatives.push_back(std::string(row.derivative[i]));
  Document turning;  // null where the row does not say
  if (row.turning) turning = Document(std::vector(row.turning->begin(), row.turning->end()));
  constexpr std::string_view kParities[] = {"none", "even", "odd"};
  return {{"name", std::string(row.name)},
          {"written", expr::WrittenForm(row)},
          {"group", std::string(expr::GroupOf(row))},
          {"arity", row.arity},
          {"cost", row.cost},
          {"doc", std::string(row.doc)},
          {"definition", std::string(row.definition)},
          {"derivatives", derivatives},
          {"commutative", row.commutative},
          {"nonnegative", row.nonnegative},
          {"parity", std::string(kParities[static_cast<int>(row.parity)])},
          {"random", row.random},
          {"custom_gradient", std::string(row.custom_gradient)},
          {"domain", {Bound(row.domain.lo), Bound(row.domain.hi)}},
          {"turning", turning},
          {"low", row.low},
          {"high", row.high}};
}

Expected<int> List(const Options& options, Terminal& terminal) {
  if (options.markdown) {
    terminal.out << expr::PrimitivesPage();
    return kOk;
  }
  Table table({{"NAME"},
               {"WRITTEN"},
               {"GROUP"},
               {"ARITY", true},
               {"COST", true},
               {"MEANING"},
               {"DEFINITION"},
               {"DERIVATIVES"}});
  Document document = Document::array();
  for (const auto& row : expr::Primitives()) {
    document.push_back(ToDocument(row));
    table.Add({std::string(row.name), expr::WrittenForm(row), std::string(expr::GroupOf(row)),
               std::to_string(row.arity), std::to_string(row.cost), std::string(row.doc),
               expr::ShortDefinition(row, 72), expr::DerivativesOf(row)});
  }
  Print(terminal, options.format, document, table.ToText());
  return kOk;
}

}  // namespace

Run AddPrimitives(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_flag("--markdown", options->markdown, "as a table for documentation");
  AddFormat(app, options->format);
  return [options, &terminal] { return List(*options, terminal); };
}

}  // namespace actsearch::cli
