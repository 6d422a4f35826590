#include "search_spaces/activations/palette.h"

#include <array>
#include <utility>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/parse.h"
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

// The language knows no slots: they are read as parameters and replaced later.
Palette::Template Palette::ParseTemplate(const OperatorRow& row) {
  std::string text(row.text);
  text += text.find(" where ") == text.npos ? " where a: layer = 0" : ", a: layer = 0";
  if (row.slots == 2) text += ", b: layer = 0";
  Result<Expr> graph = expr::Parse(text);
  ACTSEARCH_CHECK(graph.has_value(), "operator " + std::string(row.name) + ": " +
                                         (graph ? "" : graph.error().message));
  Template result{std::move(*graph), {}};
  for (const expr::Parameter& parameter : result.graph.parameters) {
    result.slot_of.push_back(parameter.name == "a" ? 0 : parameter.name == "b" ? 1 : -1);
  }
  return result;
}

Result<Palette> Palette::Make(std::span<const std::string> names) {
  Palette palette;
  palette.allowed_.assign(expr::Primitives().size(), names.empty());
  for (const std::string& name : names) {
    const Result<const OperatorRow*> row = Operators().Find(name);
    if (!row) {
      return Fail(ErrorCode::kInvalid, "space.operators: " + row.error().message);
    }
    palette.Add(**row);
  }
  if (names.empty()) {
    for (const OperatorRow& row : Operators().Rows()) palette.Add(row);
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

void Palette::Add(const OperatorRow& row) {
  Template t = ParseTemplate(row);
  Allow(t.graph);
  Allow(expr::Canonical(t.graph));
  bool has_slot = false;
  bool has_parameter = false;
  for (const Node& node : t.graph.nodes) {
    if (node.kind == Kind::kParameter) (t.slot_of[node.id] < 0 ? has_parameter : has_slot) = true;
  }
  if (row.slots == 1 && has_slot && has_parameter) {
    parametric_.templates.push_back(t);
    parametric_.weights.push_back(row.weight);
  }
  Group& group = row.slots == 1 ? unary_ : binary_;
  group.templates.push_back(std::move(t));
  group.weights.push_back(row.weight);
}

void Palette::Allow(const Expr& e) {
  for (const Node& node : e.nodes) {
    if (node.kind == Kind::kPrimitive) allowed_[node.id] = true;
  }
}

NodeIndex Palette::Apply(const Group& group, GraphEdit& edit, NodeIndex a, NodeIndex b, Rng& rng) {
  const Template& t = group.templates[rng.Weighted(group.weights)];
  std::vector<int> slots;
  for (const int slot : t.slot_of) {
    slots.push_back(slot < 0 ? GraphEdit::kNoSlot : slot == 0 ? a : b);
  }
  return edit.Graft(t.graph, static_cast<NodeIndex>(t.graph.nodes.size() - 1), slots);
}

NodeIndex Palette::ApplyUnary(GraphEdit& edit, NodeIndex a, Rng& rng) const {
  return unary_.templates.empty() ? a : Apply(unary_, edit, a, a, rng);
}

NodeIndex Palette::ApplyBinary(GraphEdit& edit, NodeIndex a, NodeIndex b, Rng& rng) const {
  return Apply(binary_, edit, a, b, rng);
}

NodeIndex Palette::ApplyParametric(GraphEdit& edit, NodeIndex a, Rng& rng) const {
  return Apply(parametric_, edit, a, a, rng);
}

}  // namespace actsearch::activations
