#include "search_spaces/activations/palette.h"

#include <array>
#include <string_view>
#include <utility>

#include "search_spaces/activations/similarity.h"
#include "search_spaces/expr/primitives.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::activations {
namespace {

using expr::Expr;
using expr::Kind;
using expr::Node;

// What simplification may write whatever it was given: x + x -> 2 * x, x * x -> square(x).
constexpr std::array<std::string_view, 8> kArithmetic = {"add", "sub",        "mul",    "div",
                                                         "neg", "reciprocal", "square", "cube"};

// What simplification may write for what an operator brings: relu(-x) -> -min0(x),
// max(x, -x) -> abs(x), tanh(x) + 1 -> 2 * sigmoid(2 * x).
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kRewritten = {{
    {"relu", "min0"},
    {"relu", "abs"},
    {"min0", "relu"},
    {"min0", "abs"},
    {"max", "min"},
    {"max", "abs"},
    {"min", "max"},
    {"min", "abs"},
    {"tanh", "sigmoid"},
    {"sigmoid", "tanh"},
    {"exp", "expm1"},
    {"exp", "sigmoid"},
    {"step", "relu"},
}};

}  // namespace

Result<Palette> Palette::Make(const SpaceSpec& spec) {
  Result<OperatorChoice> choice = ChooseOperators(spec);
  if (!choice) return std::unexpected(choice.error());
  Palette palette;
  palette.allowed_.assign(expr::Primitives().size(), !RestrictsOperators(spec));
  for (auto* group : {&choice->unary, &choice->binary}) {
    for (OperatorTemplate& t : *group) palette.Add(std::move(t));
  }
  for (const std::string_view name : kArithmetic) {
    palette.allowed_[(*expr::FindPrimitive(name))->id] = true;
  }
  const std::vector<bool> brought = palette.allowed_;
  for (const auto& [name, written] : kRewritten) {
    if (!brought[(*expr::FindPrimitive(name))->id]) continue;
    palette.allowed_[(*expr::FindPrimitive(written))->id] = true;
  }
  return palette;
}

void Palette::Add(OperatorTemplate t) {
  Allow(t.graph);
  Allow(expr::Canonical(t.graph));
  bool has_slot = false;
  bool has_parameter = false;
  for (const Node& node : t.graph.nodes) {
    if (node.kind == Kind::kParameter) (t.slot_of[node.id] < 0 ? has_parameter : has_slot) = true;
  }
  if (t.slots == 1 && has_slot && has_parameter) {
    parametric_.templates.push_back(t);
    parametric_.weights.push_back(t.weight);
  }
  Group& group = t.slots == 1 ? unary_ : binary_;
  group.weights.push_back(t.weight);
  group.templates.push_back(std::move(t));
}

void Palette::Allow(const Expr& e) {
  for (const Node& node : e.nodes) {
    if (node.kind == Kind::kPrimitive) allowed_[node.id] = true;
  }
}

NodeIndex Palette::Apply(const OperatorTemplate& t, GraphEdit& edit, NodeIndex a, NodeIndex b) {
  std::vector<int> slots;
  for (const int slot : t.slot_of) {
    slots.push_back(slot < 0 ? GraphEdit::kNoSlot : slot == 0 ? a : b);
  }
  return edit.Graft(t.graph, static_cast<NodeIndex>(t.graph.nodes.size() - 1), slots);
}

NodeIndex Palette::Draw(const Group& group, GraphEdit& edit, NodeIndex a, NodeIndex b, Rng& rng) {
  return Apply(group.templates[rng.Weighted(group.weights)], edit, a, b);
}

ChoiceKind Palette::KindOf(std::string_view name, const Group& group) {
  if (group.templates.empty()) return MakeChoiceKind(std::string(name), {"none"}, {1});
  return OperatorKind(name, group.templates, group.weights);
}

NodeIndex Palette::ApplyUnary(GraphEdit& edit, NodeIndex a, Rng& rng) const {
  return unary_.templates.empty() ? a : Draw(unary_, edit, a, a, rng);
}

NodeIndex Palette::ApplyBinary(GraphEdit& edit, NodeIndex a, NodeIndex b, Rng& rng) const {
  return Draw(binary_, edit, a, b, rng);
}

NodeIndex Palette::ApplyParametric(GraphEdit& edit, NodeIndex a, Rng& rng) const {
  return Draw(parametric_, edit, a, a, rng);
}

NodeIndex Palette::AddUnary(GraphEdit& edit, NodeIndex a, int option) const {
  if (unary_.templates.empty()) return a;
  return Apply(unary_.templates[static_cast<std::size_t>(option)], edit, a, a);
}

NodeIndex Palette::AddBinary(GraphEdit& edit, NodeIndex a, NodeIndex b, int option) const {
  return Apply(binary_.templates[static_cast<std::size_t>(option)], edit, a, b);
}

}  // namespace actsearch::activations
