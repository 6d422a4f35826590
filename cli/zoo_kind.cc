#include "cli/zoo_kind.h"

#include <algorithm>

#include "search_spaces/expr/primitives.h"

namespace actsearch::cli {
namespace {

constexpr std::string_view kKinds[] = {"scalar", "gated", "statistic", "random", "surrogate"};

}  // namespace

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
