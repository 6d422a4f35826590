#include "search_spaces/expr/primitives.h"

#include <algorithm>
#include <ostream>

#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {
namespace {

struct Options {
  bool markdown = false;
  Format format = Format::kTable;
};

// As it is written with the argument names of the table: a + b, -a, max(a, b).
std::string Spelling(const expr::PrimitiveRow& row) {
  constexpr std::string_view kNames[] = {"a", "b", "c"};
  if (row.form == expr::Form::kPrefix) return std::string(row.symbol) + "a";
  if (row.form == expr::Form::kInfix) return "a " + std::string(row.symbol) + " b";
  std::string text = std::string(row.name) + "(";
  for (int i = 0; i < row.arity; ++i) text += (i > 0 ? ", " : "") + std::string(kNames[i]);
  return text + ")";
}

std::string Derivatives(const expr::PrimitiveRow& row) {
  std::string text;
  for (int i = 0; i < row.arity; ++i) text += (i > 0 ? "; " : "") + std::string(row.derivative[i]);
  return text;
}

std::string Markdown() {
  std::string text =
      "| name | written | meaning | derivatives | cost |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& row : expr::Primitives()) {
    text += "| " + std::string(row.name) + " | `" + Spelling(row) + "` | " + std::string(row.doc) +
            " | `" + Derivatives(row) + "` | " + std::to_string(row.cost) + " |\n";
  }
  return text;
}

Expected<int> List(const Options& options, Terminal& terminal) {
  if (options.markdown) {
    terminal.out << Markdown();
    return kOk;
  }
  Table table({{"NAME"}, {"WRITTEN"}, {"COST", true}, {"MEANING"}, {"DERIVATIVES"}});
  Document document = Document::array();
  for (const auto& row : expr::Primitives()) {
    Document derivatives = Document::array();
    for (int i = 0; i < row.arity; ++i) derivatives.push_back(std::string(row.derivative[i]));
    document.push_back({{"name", std::string(row.name)},
                        {"written", Spelling(row)},
                        {"arity", row.arity},
                        {"cost", row.cost},
                        {"doc", std::string(row.doc)},
                        {"derivatives", derivatives},
                        {"low", row.low},
                        {"high", row.high}});
    table.Add({std::string(row.name), Spelling(row), std::to_string(row.cost), std::string(row.doc),
               Derivatives(row)});
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
