#include "search_spaces/activations/zoo_names.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "search_spaces/expr/foreign_names.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::activations {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

// Identifiers of the rows that `text`, in lower case, may have meant.
std::vector<std::string_view> Suggestions(const std::string& text) {
  constexpr std::size_t kMost = 5;
  constexpr std::size_t kShortestPart = 3;
  const auto rows = Zoo().Rows();
  std::vector<std::string> titles;
  std::vector<std::string_view> known = Zoo().Names();
  for (const auto& row : rows) titles.push_back(Lower(row.title));
  known.insert(known.end(), titles.begin(), titles.end());
  if (const std::string_view nearest = Nearest(text, known); !nearest.empty()) {
    const auto at = static_cast<std::size_t>(std::ranges::find(known, nearest) - known.begin());
    return {rows[at % rows.size()].name};
  }
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < rows.size() && names.size() < kMost; ++i) {
    if (text.size() >= kShortestPart && (rows[i].name.find(text) != std::string_view::npos ||
                                         titles[i].find(text) != std::string::npos)) {
      names.push_back(rows[i].name);
    }
  }
  return names;
}

// NAME of "NAME" and "NAME(x)", with or without a module; else the text itself.
std::string_view NameAlone(std::string_view text) {
  if (text.ends_with("(x)")) text.remove_suffix(3);
  return expr::WithoutModule(text);
}

}  // namespace

Result<const ZooRow*> FindZooRow(std::string_view text) {
  if (text.starts_with(kZooPrefix)) text.remove_prefix(kZooPrefix.size());
  const auto rows = Zoo().Rows();
  const std::string lower = Lower(text);
  for (const auto& row : rows) {
    if (row.name == lower) return &row;
  }
  for (const auto& row : rows) {
    if (Lower(row.title) == lower) return &row;
  }
  std::string message = "unknown zoo entry '" + std::string(text.substr(0, 64)) + "'";
  const auto names = Suggestions(lower);
  for (std::size_t i = 0; i < names.size(); ++i) {
    message += (i == 0 ? "; did you mean '" : "', '") + std::string(names[i]);
  }
  message += names.empty() ? "; " : "'? ";
  message += "'actsearch zoo list' shows all " + std::to_string(rows.size());
  return Fail(ErrorCode::kNotFound, std::move(message));
}

Result<expr::Expr> ReadFunction(std::string_view text) {
  if (text.starts_with(kZooPrefix)) {
    const auto row = FindZooRow(text);
    if (!row) return std::unexpected(row.error());
    return expr::Parse((*row)->formula);
  }
  auto f = expr::Parse(text);
  if (f) return f;
  const auto row = FindZooRow(NameAlone(text));
  return row ? expr::Parse((*row)->formula) : f;
}

}  // namespace actsearch::activations
