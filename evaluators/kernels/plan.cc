#include "evaluators/kernels/plan.h"

#include <algorithm>
#include <limits>
#include <ranges>
#include <utility>

#include "evaluators/kernels/magnitude.h"
#include "evaluators/kernels/reverse.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::kernels {
namespace {

using expr::Graph;
using expr::Kind;
namespace rows = expr::rows;

// Reading or writing one array, in the unit of Ops()[].cost. Measured on arrays in the
// third-level cache; from memory it costs more.
constexpr int kStreamCost = 4;
constexpr std::size_t kMaxSaved = 3;
// An array is worth saving only for what costs more than itself.
constexpr int kSmallestSaving = 2 * kStreamCost;

struct Derivation {
  Graph graph;
  NodeIndex result = 0;
  NodeIndex input_gradient = 0;
  std::vector<ReducedNode> parameter_gradients;
};

Derivation Collect(Lowering& lowering, NodeIndex result, NodeIndex input_gradient,
                   const std::vector<NodeIndex>& parameter_gradients) {
  Derivation d;
  d.result = result;
  d.input_gradient = input_gradient;
  for (std::size_t k = 0; k < parameter_gradients.size(); ++k) {
    d.parameter_gradients.push_back({parameter_gradients[k], static_cast<std::uint16_t>(k)});
  }
  d.graph = std::move(lowering.graph());
  return d;
}

NodeIndex Gradient(Lowering& lowering) {
  return lowering.graph().Add({.kind = Kind::kInput, .id = kInputGradient});
}

// Symbolic slopes, simplified as a whole.
Derivation BySlopes(const expr::Expr& f) {
  Lowering lowering;
  const NodeIndex result = lowering.Add(f);
  const NodeIndex gradient = Gradient(lowering);
  const auto times_gradient = [&](const expr::Expr& slope) {
    return lowering.Make<rows::MulRow>(gradient, lowering.Add(slope));
  };
  const NodeIndex input = times_gradient(expr::Derive(f));
  std::vector<NodeIndex> parameters;
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    parameters.push_back(times_gradient(expr::DeriveParameter(f, k)));
  }
  return Collect(lowering, result, input, parameters);
}

// Reverse accumulation of the gradient itself.
Derivation ByGradient(const expr::Expr& f) {
  Lowering lowering;
  const Adjoints adjoints = Accumulate(f, Gradient(lowering), lowering);
  return Collect(lowering, adjoints.result, adjoints.input, adjoints.parameters);
}

// Reverse accumulation of 1: slopes that the forward pass can save.
Derivation ByUnit(const expr::Expr& f) {
  Lowering lowering;
  const Adjoints adjoints = Accumulate(f, lowering.graph().Constant(1), lowering);
  const NodeIndex gradient = Gradient(lowering);
  std::vector<NodeIndex> parameters;
  for (const NodeIndex slope : adjoints.parameters) {
    parameters.push_back(lowering.Make<rows::MulRow>(gradient, slope));
  }
  return Collect(lowering, adjoints.result, lowering.Make<rows::MulRow>(gradient, adjoints.input),
                 parameters);
}

std::vector<NodeIndex> BackwardOutputs(const Derivation& d) {
  std::vector<NodeIndex> outputs = {d.input_gradient};
  for (const ReducedNode& reduced : d.parameter_gradients) outputs.push_back(reduced.node);
  return outputs;
}

// Denominators that may be infinite in float alone make NaN of their quotients, which are
// then computed again in double, in place of a 0 that looks like a result.
Derivation GuardDivisions(const Derivation& d) {
  std::vector<NodeIndex> outputs = BackwardOutputs(d);
  outputs.push_back(d.result);
  const std::vector<bool> may_overflow = MayOverflowByNode(d.graph, outputs);
  Derivation guarded;
  std::vector<NodeIndex> at;
  for (std::size_t i = 0; i < d.graph.size(); ++i) {
    Graph::Item item = d.graph[i];
    if (item.kind == Kind::kPrimitive) {
      const bool is_division = item.id == expr::IdOf<rows::DivRow>();
      if (is_division && may_overflow[item.args[1]]) item.id = FusedId<fused::DivOrNanRow>();
      for (int k = 0; k < Ops()[item.id].arity; ++k) item.args[k] = at[item.args[k]];
    }
    at.push_back(guarded.graph.Add(item));
  }
  guarded.result = at[d.result];
  guarded.input_gradient = at[d.input_gradient];
  for (const ReducedNode& reduced : d.parameter_gradients) {
    guarded.parameter_gradients.push_back({at[reduced.node], reduced.parameter});
  }
  return guarded;
}

// Chooses which nodes the forward pass saves, by estimated time.
class Saver {
 public:
  explicit Saver(const Derivation& d)
      : d_(d),
        backward_outputs_(BackwardOutputs(d)),
        by_gradient_(d.graph.size(), false),
        by_element_(d.graph.size(), false) {
    for (std::size_t i = 0; i < d.graph.size(); ++i) {
      const Graph::Item& item = d.graph[i];
      by_gradient_[i] = item.kind == Kind::kInput && item.id == kInputGradient;
      by_element_[i] = item.kind == Kind::kInput;
      if (item.kind != Kind::kPrimitive) continue;
      for (int k = 0; k < Ops()[item.id].arity; ++k) {
        by_gradient_[i] = by_gradient_[i] || by_gradient_[item.args[k]];
        by_element_[i] = by_element_[i] || by_element_[item.args[k]];
      }
    }
  }

  // Nodes given to the backward pass; the result's node stands for reading the result.
  struct Choice {
    std::vector<NodeIndex> nodes;
    int cost = 0;
  };
  Choice Choose() const {
    std::vector<NodeIndex> chosen;
    int best = Cost(chosen);
    while (chosen.size() < kMaxSaved) {
      NodeIndex choice = 0;
      bool found = false;
      for (const NodeIndex candidate : Candidates(chosen)) {
        chosen.push_back(candidate);
        const int cost = Cost(chosen);
        chosen.pop_back();
        if (cost >= best) continue;
        best = cost;
        choice = candidate;
        found = true;
      }
      if (!found) break;
      chosen.push_back(choice);
    }
    return {std::move(chosen), best};
  }

 private:
  // Operations that the backward pass computes and the forward pass could.
  std::vector<NodeIndex> Candidates(const std::vector<NodeIndex>& chosen) const {
    std::vector<NodeIndex> candidates;
    for (const NodeIndex i : std::views::reverse(Reachable(d_.graph, backward_outputs_, chosen))) {
      const Graph::Item& item = d_.graph[i];
      if (item.kind != Kind::kPrimitive || by_gradient_[i] || !by_element_[i]) continue;
      if (std::ranges::find(chosen, i) != chosen.end()) continue;
      if (i == d_.result || ConeCost(i) >= kSmallestSaving) candidates.push_back(i);
    }
    return candidates;
  }

  int ConeCost(NodeIndex node) const {
    int cost = 0;
    for (const NodeIndex i : Reachable(d_.graph, {&node, 1})) cost += OperationCost(i);
    return cost;
  }

  // What follows from parameters alone is computed once.
  int OperationCost(NodeIndex i) const {
    const bool runs = d_.graph[i].kind == Kind::kPrimitive && by_element_[i];
    return runs ? Ops()[d_.graph[i].id].cost : 0;
  }

  int Cost(const std::vector<NodeIndex>& chosen) const {
    std::vector<NodeIndex> stored = {d_.result};
    for (const NodeIndex node : chosen) {
      if (node != d_.result) stored.push_back(node);
    }
    int cost = static_cast<int>(stored.size()) * kStreamCost;
    for (const NodeIndex i : Reachable(d_.graph, stored)) cost += OperationCost(i);
    for (const NodeIndex i : Reachable(d_.graph, backward_outputs_, chosen)) {
      const bool is_array =
          d_.graph[i].kind == Kind::kInput || std::ranges::find(chosen, i) != chosen.end();
      cost += is_array ? kStreamCost : OperationCost(i);
    }
    return cost;
  }

  const Derivation& d_;
  std::vector<NodeIndex> backward_outputs_;
  std::vector<bool> by_gradient_, by_element_;  // by node: what it depends on
};

// The graph of the backward pass alone: given nodes become input leaves. `outputs` are
// replaced by their nodes there.
Graph CutAt(const Graph& graph, std::span<const std::pair<NodeIndex, std::uint16_t>> given,
            std::vector<NodeIndex>& outputs) {
  Graph cut;
  std::vector<NodeIndex> at(graph.size(), 0);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    Graph::Item item = graph[i];
    const auto found = std::ranges::find(given, static_cast<NodeIndex>(i),
                                         &std::pair<NodeIndex, std::uint16_t>::first);
    if (found != given.end()) {
      item = {.kind = Kind::kInput, .id = found->second};
    } else if (item.kind == Kind::kPrimitive) {
      for (int k = 0; k < Ops()[item.id].arity; ++k) item.args[k] = at[item.args[k]];
    }
    at[i] = cut.Add(item);
  }
  for (NodeIndex& output : outputs) output = at[output];
  return cut;
}

Program AssembleFused(const Graph& graph, std::vector<NodeIndex> stores,
                      std::vector<ReducedNode> reductions = {}) {
  const std::size_t split = stores.size();
  for (const ReducedNode& reduced : reductions) stores.push_back(reduced.node);
  const Graph fused = FuseMultiplyAdd(graph, stores);
  for (std::size_t k = 0; k < reductions.size(); ++k) reductions[k].node = stores[split + k];
  stores.resize(split);
  return Assemble(fused, stores, reductions);
}

void PlanBackward(const Derivation& d, const std::vector<NodeIndex>& chosen, Plan& plan) {
  std::vector<std::pair<NodeIndex, std::uint16_t>> given;
  std::uint16_t next = kInputSaved;
  for (const NodeIndex node : chosen) {
    given.emplace_back(node, node == d.result ? kInputResult : next++);
  }
  std::vector<NodeIndex> outputs = BackwardOutputs(d);
  const Graph cut = CutAt(d.graph, given, outputs);
  std::vector<ReducedNode> reductions = d.parameter_gradients;
  for (std::size_t k = 0; k < reductions.size(); ++k) reductions[k].node = outputs[k + 1];
  const Graph::Item& input_gradient = cut[outputs[0]];
  if (input_gradient.kind == Kind::kInput && input_gradient.id == kInputGradient) {
    plan.input_gradient = InputGradient::kSame;
  } else if (input_gradient.kind == Kind::kConstant && input_gradient.value == 0) {
    plan.input_gradient = InputGradient::kZero;
  }
  std::vector<NodeIndex> stores;
  if (plan.input_gradient == InputGradient::kStored) stores.push_back(outputs[0]);
  plan.backward = AssembleFused(cut, stores, reductions);
  plan.reads_x = std::ranges::find(plan.backward.inputs, kInputX) != plan.backward.inputs.end();
  plan.reads_result =
      std::ranges::find(plan.backward.inputs, kInputResult) != plan.backward.inputs.end();
}

// Nothing reads the incoming gradient after dLoss/dx has been written.
bool MayOverwriteGradient(const Program& backward) {
  const auto found = std::ranges::find(backward.inputs, kInputGradient);
  if (backward.stores == 0 || found == backward.inputs.end()) return false;
  const auto gradient = static_cast<std::uint16_t>(found - backward.inputs.begin());
  bool written = false;
  for (const Instruction& in : backward.code) {
    const std::span args(in.args, static_cast<std::size_t>(Ops()[in.op].arity));
    if (written && std::ranges::find(args, gradient) != args.end()) return false;
    written = written || in.target == backward.StoreSlot(0);
  }
  return std::ranges::find(backward.reductions, gradient, &Reduction::slot) ==
         backward.reductions.end();
}

}  // namespace

Program MakeValueProgram(const expr::Expr& f) {
  Lowering lowering;
  const NodeIndex result = lowering.Add(expr::Simplify(f));
  return AssembleFused(lowering.graph(), {result});
}

Plan MakePlan(const expr::Expr& f, std::span<const std::uint16_t> constants) {
  const expr::Expr simple = expr::Simplify(f);
  Derivation d;
  Saver::Choice choice{.cost = std::numeric_limits<int>::max()};
  for (const auto derive : {&BySlopes, &ByUnit, &ByGradient}) {
    Derivation derived = derive(simple);
    std::erase_if(derived.parameter_gradients, [&](const ReducedNode& reduced) {
      return std::ranges::find(constants, reduced.parameter) != constants.end();
    });
    Derivation candidate = GuardDivisions(derived);
    Saver::Choice saved = Saver(candidate).Choose();
    if (saved.cost >= choice.cost) continue;
    d = std::move(candidate);
    choice = std::move(saved);
  }
  Plan plan;
  const Graph::Item& result = d.graph[d.result];
  plan.is_identity = result.kind == Kind::kInput && result.id == kInputX;
  std::vector<NodeIndex> stores = {d.result};
  plan.value = AssembleFused(d.graph, stores);
  for (const NodeIndex node : choice.nodes) {
    if (node != d.result) stores.push_back(node);
  }
  plan.forward = AssembleFused(d.graph, stores);
  plan.saved = static_cast<int>(stores.size()) - 1;
  PlanBackward(d, choice.nodes, plan);
  std::vector<NodeIndex> outputs = BackwardOutputs(d);
  outputs.push_back(d.result);
  plan.may_overflow = MayOverflow(d.graph, outputs);
  // The repair of a result reads the gradient too.
  plan.in_place = !plan.may_overflow && MayOverwriteGradient(plan.backward);
  return plan;
}

}  // namespace actsearch::kernels
