#include "search_spaces/expr/merge_parameters.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "search_spaces/expr/graph.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {
namespace {

// Does one number of `narrow` serve each number of `wide`?
bool IsAsWide(const Parameter& wide, const Parameter& narrow) {
  if (wide.shape == Shape::kChannel || narrow.shape == Shape::kLayer) return true;
  return wide.shape == Shape::kGroup && narrow.shape == Shape::kGroup &&
         wide.groups % narrow.groups == 0;
}

// In one order, whatever the order of the parts: the same bits.
double Folded(std::vector<double> values, bool is_sum) {
  std::ranges::sort(values);
  double result = is_sum ? 0 : 1;
  for (const double v : values) result = is_sum ? result + v : result * v;
  return result;
}

// Argument `k` of node `user`.
struct Edge {
  std::uint16_t user = 0;
  int k = 0;
};

// A part of a sum or product, a factor of its own sign in a sum.
struct Part {
  Edge edge;
  double sign = 1;
  bool divides = false;
};

struct Parts {
  std::vector<Part> parameters;  // that occur here only
  std::vector<Part> constants;
  std::vector<Part> others;
  std::vector<std::uint16_t> negations;  // nodes of a product
};

// What stands at an edge instead: +-1 times a parameter, or a number.
struct Replacement {
  bool is_set = false;
  double number = 0;
  int parameter = -1;
  bool negated = false;
  bool scales = false;  // the number is a factor of what stands there
};

class Merger {
 public:
  explicit Merger(const Expr& e)
      : e_(e),
        uses_(e.nodes.size()),
        user_(e.nodes.size()),
        dropped_(e.nodes.size()),
        replaced_(e.nodes.size() * kMaxArity),
        parameters_(e.parameters) {
    for (std::size_t i = 0; i < e.nodes.size(); ++i) {
      for (int k = 0; k < ArityOf(e.nodes[i]); ++k) {
        ++uses_[e.nodes[i].args[k]];
        user_[e.nodes[i].args[k]] = static_cast<std::uint16_t>(i);
      }
    }
  }

  std::optional<Expr> Run() {
    bool changed = false;
    for (std::uint16_t i = 0; i < e_.nodes.size(); ++i) {
      if ((!IsSum(i) && !IsProduct(i)) || IsInner(i)) continue;
      const Parts parts = Read(i);
      changed |= Merge(parts, IsSum(i));
      if (IsSum(i)) changed |= FlipTerms(parts);
    }
    for (std::uint16_t i = 0; i < e_.nodes.size() && !changed; ++i) {
      if (IsProduct(i) && !IsInner(i)) changed = Distribute(Read(i));
    }
    if (!changed) return std::nullopt;
    return Rebuilt();
  }

 private:
  // ---- reading

  std::uint16_t At(const Edge& edge) const { return e_.nodes[edge.user].args[edge.k]; }

  bool Is(std::uint16_t i, std::uint16_t id) const {
    return e_.nodes[i].kind == Kind::kPrimitive && e_.nodes[i].id == id;
  }
  bool IsSum(std::uint16_t i) const {
    return Is(i, IdOf<rows::AddRow>()) || Is(i, IdOf<rows::SubRow>()) ||
           (Is(i, IdOf<rows::NegRow>()) && IsSum(e_.nodes[i].args[0]));
  }
  bool IsProduct(std::uint16_t i) const {
    return Is(i, IdOf<rows::MulRow>()) || Is(i, IdOf<rows::DivRow>()) ||
           (Is(i, IdOf<rows::NegRow>()) && !IsSum(e_.nodes[i].args[0]));
  }

  // A part of a larger sum or product, which is read with it.
  bool IsInner(std::uint16_t i) const {
    if (uses_[i] != 1) return false;
    const std::uint16_t user = user_[i];
    if (IsSum(i)) return IsSum(user);
    return IsProduct(user) && !(Is(user, IdOf<rows::DivRow>()) && e_.nodes[user].args[1] == i);
  }

  Parts Read(std::uint16_t root) const {
    Parts parts;
    IsSum(root) ? ReadSum(root, 1, parts) : ReadProduct(root, parts);
    return parts;
  }

  void ReadSum(std::uint16_t i, double sign, Parts& parts) const {
    if (Is(i, IdOf<rows::NegRow>())) return ReadTerm({i, 0}, -sign, parts);
    ReadTerm({i, 0}, sign, parts);
    ReadTerm({i, 1}, Is(i, IdOf<rows::SubRow>()) ? -sign : sign, parts);
  }
  void ReadTerm(const Edge& edge, double sign, Parts& parts) const {
    const std::uint16_t i = At(edge);
    if (IsSum(i) && uses_[i] == 1) return ReadSum(i, sign, parts);
    ListOf(i, parts).push_back({edge, sign});
  }

  void ReadProduct(std::uint16_t i, Parts& parts) const {
    if (Is(i, IdOf<rows::NegRow>())) parts.negations.push_back(i);
    ReadFactor({i, 0}, parts);
    if (Is(i, IdOf<rows::MulRow>())) ReadFactor({i, 1}, parts);
    if (!Is(i, IdOf<rows::DivRow>())) return;
    const bool is_constant = e_.nodes[e_.nodes[i].args[1]].kind == Kind::kConstant;
    (is_constant ? parts.constants : parts.others).push_back({{i, 1}, 1, true});
  }
  void ReadFactor(const Edge& edge, Parts& parts) const {
    const std::uint16_t i = At(edge);
    if (IsProduct(i) && uses_[i] == 1) return ReadProduct(i, parts);
    ListOf(i, parts).push_back({edge});
  }

  std::vector<Part>& ListOf(std::uint16_t i, Parts& parts) const {
    const Kind kind = e_.nodes[i].kind;
    if (kind == Kind::kConstant) return parts.constants;
    return kind == Kind::kParameter && uses_[i] == 1 ? parts.parameters : parts.others;
  }

  const Parameter& ParameterAt(const Part& part) const {
    return e_.parameters[e_.nodes[At(part.edge)].id];
  }
  double ValueOf(const Part& part) const {
    const Node& node = e_.nodes[At(part.edge)];
    const double value =
        node.kind == Kind::kParameter ? e_.parameters[node.id].initial : node.value;
    return part.sign * (part.divides ? 1 / value : value);
  }

  // ---- changing

  void Put(const Edge& edge, const Replacement& what) {
    replaced_[static_cast<std::size_t>(edge.user) * kMaxArity + edge.k] = what;
  }
  void PutNumber(const Part& part, double number) {
    Put(part.edge, {.is_set = true, .number = number});
  }
  void PutParameter(const Part& part, Parameter like, double initial, bool negated) {
    like.initial = initial == 0 ? 0 : initial;  // no -0
    Put(part.edge,
        {.is_set = true, .parameter = static_cast<int>(parameters_.size()), .negated = negated});
    parameters_.push_back(std::move(like));
  }

  // One parameter in place of all parameters, constants and signs.
  bool Merge(const Parts& parts, bool is_sum) {
    if (parts.parameters.empty()) return false;
    const bool has_sign =
        !parts.negations.empty() ||
        std::ranges::any_of(parts.parameters, [](const Part& part) { return part.sign < 0; });
    if (parts.parameters.size() + parts.constants.size() < 2 && !has_sign) return false;
    const Part& kept = *std::ranges::max_element(
        parts.parameters,
        [this](const Part& a, const Part& b) { return !IsAsWide(ParameterAt(a), ParameterAt(b)); });
    std::vector<double> values(parts.negations.size(), -1);
    for (const Part& part : parts.parameters) {
      if (!IsAsWide(ParameterAt(kept), ParameterAt(part))) return false;
      values.push_back(ValueOf(part));
    }
    for (const Part& part : parts.constants) values.push_back(ValueOf(part));
    const double initial = Folded(std::move(values), is_sum);
    const bool has_zero = std::ranges::any_of(
        parts.constants, [this](const Part& part) { return ValueOf(part) == 0; });
    if (!std::isfinite(initial) || (has_zero && !is_sum)) return false;
    for (const Part& part : parts.parameters) PutNumber(part, is_sum ? 0 : 1);
    for (const Part& part : parts.constants) PutNumber(part, is_sum ? 0 : 1);
    for (const std::uint16_t negation : parts.negations) dropped_[negation] = true;
    PutParameter(kept, ParameterAt(kept), initial, kept.sign < 0);
    return true;
  }

  // f - p * g -> f + r * g.
  bool FlipTerms(const Parts& sum) {
    bool changed = false;
    for (const Part& term : sum.others) {
      const std::uint16_t i = At(term.edge);
      if (term.sign > 0 || !IsProduct(i) || uses_[i] != 1) continue;
      const Parts parts = Read(i);
      if (parts.parameters.size() != 1 || !IsPlain(parts)) continue;
      const Part& scale = parts.parameters[0];
      PutParameter(scale, ParameterAt(scale), -ParameterAt(scale).initial, true);
      changed = true;
    }
    return changed;
  }

  static bool IsPlain(const Parts& product) {
    return product.constants.empty() && product.negations.empty();
  }

  bool Distribute(const Parts& product) {
    if (product.parameters.empty()) return DistributeConstant(product);
    if (product.parameters.size() != 1 || !IsPlain(product)) return false;
    return std::ranges::any_of(product.others, [&](const Part& factor) {
      const std::uint16_t i = At(factor.edge);
      return !factor.divides && IsSum(i) && uses_[i] == 1 &&
             DistributeOver(product.parameters[0], Read(i));
    });
  }

  // Every term takes the scale into its own.
  bool DistributeOver(const Part& scale, const Parts& sum) {
    std::vector<Part> inner = sum.parameters;
    for (const Part& term : sum.others) {
      const std::uint16_t i = At(term.edge);
      if (!IsProduct(i) || uses_[i] != 1) return false;
      const Parts parts = Read(i);
      if (parts.parameters.empty()) return false;
      inner.push_back(parts.parameters[0]);
    }
    for (const Part& part : inner) {
      if (!IsAsWide(ParameterAt(part), ParameterAt(scale))) return false;
      if (!std::isfinite(ParameterAt(part).initial * ParameterAt(scale).initial)) return false;
    }
    if (!sum.constants.empty()) return false;
    for (const Part& part : inner) {
      const Parameter& own = ParameterAt(part);
      PutParameter(part, own, own.initial * ParameterAt(scale).initial, false);
    }
    PutNumber(scale, 1);
    return true;
  }

  // c * (f + p) -> c * f + r.
  bool DistributeConstant(const Parts& product) {
    if (product.others.size() != 1 || product.others[0].divides || IsPlain(product)) return false;
    const std::uint16_t i = At(product.others[0].edge);
    if (!IsSum(i) || uses_[i] != 1) return false;
    std::vector<double> values(product.negations.size(), -1);
    for (const Part& part : product.constants) values.push_back(ValueOf(part));
    const double scale = Folded(std::move(values), false);
    if (!std::isfinite(scale) || scale == 0) return false;
    const Parts sum = Read(i);
    const auto has_own = [this](const Part& term) {
      return IsProduct(At(term.edge)) && uses_[At(term.edge)] == 1 &&
             !Read(At(term.edge)).parameters.empty();
    };
    if (sum.parameters.empty() && std::ranges::none_of(sum.others, has_own)) return false;
    for (const auto* list : {&sum.parameters, &sum.constants, &sum.others}) {
      for (const Part& term : *list)
        Put(term.edge, {.is_set = true, .number = scale, .scales = true});
    }
    for (const Part& part : product.constants) PutNumber(part, 1);
    for (const std::uint16_t negation : product.negations) dropped_[negation] = true;
    return true;
  }

  Expr Rebuilt() const {
    Graph graph;
    std::vector<NodeIndex> made;
    for (std::uint16_t i = 0; i < e_.nodes.size(); ++i) {
      Graph::Item item{.kind = e_.nodes[i].kind,
                       .id = e_.nodes[i].id,
                       .value = e_.nodes[i].value,
                       .axes = e_.nodes[i].axes,
                       .groups = e_.nodes[i].groups};
      for (int k = 0; k < ArityOf(e_.nodes[i]); ++k) {
        const Replacement& what = replaced_[static_cast<std::size_t>(i) * kMaxArity + k];
        const NodeIndex arg = made[e_.nodes[i].args[k]];
        item.args[k] = what.is_set ? Made(what, arg, graph) : arg;
      }
      made.push_back(dropped_[i] ? item.args[0] : graph.Add(item));
    }
    return graph.Finish(made.back(), parameters_);
  }

  static NodeIndex Made(const Replacement& what, NodeIndex arg, Graph& graph) {
    if (what.parameter < 0) {
      const NodeIndex scaled[] = {graph.Constant(what.number), arg};
      return what.scales ? graph.Primitive(IdOf<rows::MulRow>(), scaled) : scaled[0];
    }
    const NodeIndex node = graph.Parameter(static_cast<std::uint16_t>(what.parameter));
    return what.negated ? graph.Primitive(IdOf<rows::NegRow>(), {&node, 1}) : node;
  }

  const Expr& e_;
  std::vector<int> uses_;
  std::vector<std::uint16_t> user_;  // of a node that is used once
  std::vector<bool> dropped_;        // negations that a parameter takes in
  std::vector<Replacement> replaced_;
  std::vector<Parameter> parameters_;
};

}  // namespace

std::optional<Expr> MergeParameters(const Expr& e) { return Merger(e).Run(); }

}  // namespace actsearch::expr
