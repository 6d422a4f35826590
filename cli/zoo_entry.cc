#include "cli/zoo_entry.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "search_spaces/expr/foreign_names.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::cli {
namespace {

constexpr std::string_view kKinds[] = {"scalar", "gated", "statistic", "random", "surrogate"};

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

// Identifiers of the rows that `text`, in lower case, may have meant.
std::vector<std::string_view> Suggestions(const std::string& text) {
  constexpr std::size_t kMost = 5;
  constexpr std::size_t kShortestPart = 3;
  const auto rows = activations::Zoo().Rows();
  std::vector<std::string> titles;
  std::vector<std::string_view> known = activations::Zoo().Names();
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

Result<const activations::ZooRow*> FindZooEntry(std::string_view text) {
  if (text.starts_with(kZooPrefix)) text.remove_prefix(kZooPrefix.size());
  const auto rows = activations::Zoo().Rows();
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
    const auto row = FindZooEntry(text);
    if (!row) return std::unexpected(row.error());
    return expr::Parse((*row)->formula);
  }
  auto f = expr::Parse(text);
  if (f) return f;
  const auto row = FindZooEntry(NameAlone(text));
  return row ? expr::Parse((*row)->formula) : f;
}

std::string_view KindOf(const expr::Expr& e) {
  const auto any = [&e](auto has) {
    return std::ranges::any_of(e.nodes, [has](const expr::Node& node) {
      return node.kind == expr::Kind::kPrimitive && has(expr::Primitives()[node.id]);
    });
  };
  if (any([](const expr::PrimitiveRow& row) { return row.random; })) return "random";
  if (any([](const expr::PrimitiveRow& row) { return !row.custom_gradient.empty(); })) {
    return "surrogate";
  }
  if (!expr::IsPointwise(e)) return "statistic";
  return expr::InputCount(e) > 1 ? "gated" : "scalar";
}

std::span<const std::string_view> Kinds() { return kKinds; }

std::string FlagsText(const activations::ZooFlags& flags) {
  std::string text;
  const auto add = [&](bool set, std::string_view word) {
    if (set) text.append(text.empty() ? "" : ", ").append(word);
  };
  add(flags.jump, "jumps");
  add(flags.unbounded_slope, "infinitely steep at a point");
  add(flags.unverified, "unverified");
  return text;
}

}  // namespace actsearch::cli
