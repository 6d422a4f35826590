#include "search_spaces/expr/primitives_page.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>

namespace actsearch::expr {
namespace {

constexpr std::size_t kLongestShown = 200;  // characters of a definition

std::string Code(std::string_view text) {
  return text.empty() ? std::string() : "`" + std::string(text) + "`";
}

// In a table cell "|" ends the cell.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c;
  }
  return cell;
}

void AddLine(std::initializer_list<std::string> cells, std::string& page) {
  for (const std::string& cell : cells) page += cell.empty() ? "| " : "| " + cell + " ";
  page += "|\n";
}

std::string Meaning(const PrimitiveRow& row) {
  std::string text(row.doc);
  if (row.random) text += "; evaluates to its mean";
  if (!row.custom_gradient.empty()) text += "; " + std::string(row.custom_gradient);
  return Cell(text);
}

std::string Count(std::ptrdiff_t count, const std::string& what) {
  return std::to_string(count) + " " + what;
}

std::string Heading() {
  const auto with_arity = [](int arity) {
    return std::ranges::count(Primitives(), arity, &PrimitiveRow::arity);
  };
  return "# Primitives\n\n" + Count(with_arity(1), "of one argument, ") +
         Count(with_arity(2), "of two and ") + Count(with_arity(3), "of three. ") +
         "Derivatives are by a, b and c; cost is relative to an addition. Engines implement the "
         "basic primitives; the composite ones are defined by them. This page is the output of "
         "`actsearch primitives --markdown`.\n";
}

}  // namespace

std::string WrittenForm(const PrimitiveRow& row) {
  constexpr std::string_view kNames[] = {"a", "b", "c"};
  if (row.form == Form::kPrefix) return std::string(row.symbol) + "a";
  if (row.form == Form::kInfix) return "a " + std::string(row.symbol) + " b";
  std::string text = std::string(row.name) + "(";
  for (int i = 0; i < row.arity; ++i) text += (i > 0 ? ", " : "") + std::string(kNames[i]);
  return text + ")";
}

std::string_view GroupOf(const PrimitiveRow& row) {
  return row.definition.empty() ? "basic" : "composite";
}

std::string DerivativesOf(const PrimitiveRow& row) {
  std::string text;
  for (int i = 0; i < row.arity; ++i) text += (i > 0 ? "; " : "") + std::string(row.derivative[i]);
  return text;
}

std::string ShortDefinition(const PrimitiveRow& row, std::size_t longest) {
  if (row.definition.size() <= longest) return std::string(row.definition);
  return "(" + std::to_string(row.definition.size()) + " characters)";
}

std::string PrimitivesPage() {
  std::string page = Heading();
  for (const std::string_view group : {"basic", "composite"}) {
    const bool composite = group == "composite";
    page += composite ? "\n## Composite\n\n" : "\n## Basic\n\n";
    AddLine({"name", "written", "meaning", "definition", "derivatives", "cost"}, page);
    AddLine({"---", "---", "---", "---", "---", "---:"}, page);
    for (const PrimitiveRow& row : Primitives()) {
      if (GroupOf(row) != group) continue;
      AddLine({std::string(row.name), Code(WrittenForm(row)), Meaning(row),
               Code(ShortDefinition(row, kLongestShown)), Code(DerivativesOf(row)),
               std::to_string(row.cost)},
              page);
    }
  }
  return page;
}

}  // namespace actsearch::expr
