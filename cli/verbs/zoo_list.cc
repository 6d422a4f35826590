#include <algorithm>
#include <vector>

#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "cli/zoo_kind.h"
#include "search_spaces/base/check.h"
#include "search_spaces/expr/cost.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string section;
  std::string kind;
  Format format = Format::kTable;
};

std::vector<std::string_view> Sections() {
  std::vector<std::string_view> sections;
  for (const auto& row : activations::Zoo().Rows()) {
    if (std::ranges::find(sections, row.section) == sections.end()) sections.push_back(row.section);
  }
  return sections;
}

// Empty for any; an unknown word is an error that lists the known ones.
Expected<void> CheckWord(std::string_view what, const std::string& word,
                         std::span<const std::string_view> known) {
  if (word.empty() || std::ranges::find(known, word) != known.end()) return {};
  return Fail(kUsage, UnknownName(what, word, known).message);
}

// Cuts each line of `text`, names and formulas in ASCII, to so many columns; `dots` are
// `dots_width` wide.
std::string CutLines(const std::string& text, std::size_t columns, std::string_view dots,
                     std::size_t dots_width) {
  std::string cut;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    if (line.size() <= columns) {
      cut += line;
    } else {
      cut.append(line, 0, columns - std::min(columns, dots_width)).append(dots);
    }
    cut += '\n';
    begin = end + 1;
  }
  return cut;
}

Expected<int> List(const Options& options, Terminal& terminal) {
  const auto sections = Sections();
  const auto section = CheckWord("section", options.section, sections);
  if (!section) return std::unexpected(section.error());
  const auto kind_word = CheckWord("kind", options.kind, Kinds());
  if (!kind_word) return std::unexpected(kind_word.error());
  Table table({{"NAME"}, {"SECTION"}, {"KIND"}, {"COST", true}, {"FORMULA"}});
  Document document = Document::array();
  for (const auto& row : activations::Zoo().Rows()) {
    const auto e = expr::Parse(row.formula);
    ACTSEARCH_CHECK(e.has_value(), "formulas of the zoo parse");
    const std::string_view kind = KindOf(*e);
    if (!options.section.empty() && row.section != options.section) continue;
    if (!options.kind.empty() && kind != options.kind) continue;
    const int cost = expr::Cost(*e);
    table.Add({std::string(row.name), std::string(row.section), std::string(kind),
               std::to_string(cost), std::string(row.formula)});
    document.push_back({{"name", std::string(row.name)},
                        {"title", std::string(row.title)},
                        {"section", std::string(row.section)},
                        {"kind", std::string(kind)},
                        {"cost", cost},
                        {"flags", FlagsText(row.flags)},
                        {"formula", std::string(row.formula)},
                        {"citation", std::string(row.citation)}});
  }
  std::string text = table.ToText();
  if (terminal.out_is_terminal) {
    const bool utf8 = terminal.Utf8();
    text = CutLines(text, terminal.Columns(), utf8 ? "…" : "...", utf8 ? 1 : 3);
  }
  Print(terminal, options.format, document, text);
  return kOk;
}

}  // namespace

Run AddZooList(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option("--section", options->section, "rows of one section of docs/zoo.md, as 1.4")
      ->type_name("SECTION");
  app.add_option("--kind", options->kind, "scalar, gated, statistic, random or surrogate")
      ->type_name("KIND");
  AddFormat(app, options->format);
  return [options, &terminal] { return List(*options, terminal); };
}

}  // namespace actsearch::cli
