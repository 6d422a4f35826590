#include "search_spaces/expr/training_probe.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {
namespace {

bool IsHidden(const Node& node) {
  if (node.kind != Kind::kPrimitive) return false;
  const PrimitiveRow& row = Primitives()[node.id];
  return row.random || !row.custom_gradient.empty();
}

class Builder {
 public:
  std::uint16_t Add(const Node& node) {
    nodes.push_back(node);
    return static_cast<std::uint16_t>(nodes.size() - 1);
  }
  std::uint16_t Constant(double value) { return Add({.kind = Kind::kConstant, .value = value}); }
  template <class R>
  Node Make(std::uint16_t a, std::uint16_t b, std::uint16_t c = 0) {
    return {.kind = Kind::kPrimitive, .id = IdOf<R>(), .args = {a, b, c}};
  }

  // Generic numbers, so that no two distributions that people write look alike.
  Node Replacement(const Node& node) {
    const std::uint16_t a = node.args[0];
    const std::uint16_t b = node.args[1];
    switch (node.id) {
      case IdOf<rows::UniformRow>():
        return Make<rows::LerpRow>(b, a, Constant(0.371931));
      case IdOf<rows::NormalRow>():
        return Make<rows::AddRow>(a, Add(Make<rows::MulRow>(Constant(0.617173), b)));
      case IdOf<rows::BernoulliRow>():
        return Make<rows::MulRow>(a, a);
      case IdOf<rows::SurrogateRow>():
        return Make<rows::MaxRow>(b, b);
      default:
        ACTSEARCH_CHECK(false, "every draw and every custom gradient has a replacement");
    }
    return node;
  }

  std::vector<Node> nodes;
};

}  // namespace

bool HidesFromEvaluation(const Expr& e) { return std::ranges::any_of(e.nodes, IsHidden); }

Expr TrainingProbe(const Expr& e) {
  Builder builder;
  std::vector<std::uint16_t> at;
  for (Node node : e.nodes) {
    if (!at.empty()) {
      for (std::uint16_t& arg : node.args) arg = at[arg];
    }
    at.push_back(builder.Add(IsHidden(node) ? builder.Replacement(node) : node));
  }
  return {.nodes = std::move(builder.nodes), .parameters = e.parameters};
}

}  // namespace actsearch::expr
