#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "search_spaces/activations/zoo.h"

namespace actsearch::cli {
namespace {

Expected<int> List(Format format, Terminal& terminal) {
  Table table({{"NAME"}, {"TITLE"}, {"FORMULA"}, {"SOURCE"}});
  Document document = Document::array();
  for (const auto& row : activations::Zoo().Rows()) {
    table.Add({std::string(row.name), std::string(row.title), std::string(row.formula),
               std::string(row.citation)});
    document.push_back({{"name", std::string(row.name)},
                        {"title", std::string(row.title)},
                        {"section", std::string(row.section)},
                        {"formula", std::string(row.formula)},
                        {"citation", std::string(row.citation)}});
  }
  Print(terminal, format, document, table.ToText());
  return kOk;
}

}  // namespace

Run AddZooList(CLI::App& app, Terminal& terminal) {
  auto format = std::make_shared<Format>(Format::kTable);
  AddFormat(app, *format);
  return [format, &terminal] { return List(*format, terminal); };
}

}  // namespace actsearch::cli
