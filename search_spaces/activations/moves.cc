#include "search_spaces/activations/moves.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "search_spaces/activations/graph_edit.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::activations {
namespace {

using expr::Expr;
using expr::Kind;
using expr::Node;

// One mutation under way: the parent, and draws of its nodes.
class Site {
 public:
  Site(const Domain& domain, const Expr& parent, Rng& rng)
      : palette(domain.Operators()),
        shape(domain.ParameterShape()),
        parent(parent),
        rng(rng),
        live_(UsesInput(parent)) {}

  // A random node that satisfies the condition.
  template <class Condition>
  std::optional<NodeIndex> Pick(Condition condition) {
    std::vector<NodeIndex> found;
    for (std::size_t i = 0; i < parent.nodes.size(); ++i) {
      if (condition(static_cast<NodeIndex>(i))) found.push_back(static_cast<NodeIndex>(i));
    }
    if (found.empty()) return std::nullopt;
    return rng.Pick(found);
  }

  bool IsLive(NodeIndex i) const { return live_[i]; }
  bool IsKind(NodeIndex i, Kind kind) const { return parent.nodes[i].kind == kind; }

  std::optional<NodeIndex> PickLive() {
    return Pick([&](NodeIndex i) { return IsLive(i); });
  }
  std::optional<NodeIndex> PickLiveInner() {
    return Pick([&](NodeIndex i) { return IsLive(i) && IsKind(i, Kind::kPrimitive); });
  }
  std::optional<NodeIndex> PickInput() {
    return Pick([&](NodeIndex i) { return IsKind(i, Kind::kInput); });
  }

  // Arguments that depend on x: the others belong to the operator, as beta does in beta * x.
  std::vector<NodeIndex> LiveArgs(NodeIndex i) const {
    std::vector<NodeIndex> args;
    for (int k = 0; k < ArityOf(parent.nodes[i]); ++k) {
      if (IsLive(parent.nodes[i].args[k])) args.push_back(parent.nodes[i].args[k]);
    }
    return args;
  }

  const Palette& palette;
  const expr::Shape shape;
  const Expr& parent;
  Rng& rng;

 private:
  std::vector<bool> live_;
};

// Three significant digits: readable, and no false precision in an initial value.
double Rounded(double value) {
  char text[32];
  const auto end =
      std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific, 2).ptr;
  std::from_chars(text, end, value);
  return value;
}

// A factor in [1/2, 2], sometimes the other sign (AutoML-Zero, Real et al. 2020).
double Nearby(double value, Rng& rng) {
  if (value == 0) return Rounded(0.5 * rng.Normal());
  const double factor = std::exp2(rng.Uniform(-1, 1));
  return Rounded(rng.Chance(0.1) ? -value * factor : value * factor);
}

// u(x), or b(u(x), u(x)).
NodeIndex Grow(Site& site, GraphEdit& edit) {
  const NodeIndex x = *site.PickInput();
  const NodeIndex left = site.palette.ApplyUnary(edit, x, site.rng);
  if (!site.palette.HasBinary() || site.rng.Chance(0.5)) return left;
  const NodeIndex right = site.palette.ApplyUnary(edit, x, site.rng);
  return site.palette.ApplyBinary(edit, left, right, site.rng);
}

std::optional<Expr> ChangeOperator(Site& site) {
  const auto node = site.PickLiveInner();
  if (!node) return std::nullopt;
  const std::vector<NodeIndex> args = site.LiveArgs(*node);
  GraphEdit edit(site.parent);
  const bool binary = args.size() > 1 && site.palette.HasBinary();
  return edit.Replace(*node, binary ? site.palette.ApplyBinary(edit, args[0], args[1], site.rng)
                                    : site.palette.ApplyUnary(edit, args[0], site.rng));
}

std::optional<Expr> InsertUnary(Site& site) {
  const auto node = site.PickLive();
  GraphEdit edit(site.parent);
  return edit.Replace(*node, site.palette.ApplyUnary(edit, *node, site.rng));
}

std::optional<Expr> InsertBinary(Site& site) {
  if (!site.palette.HasBinary()) return std::nullopt;
  NodeIndex left = *site.PickLive();
  const NodeIndex node = left;
  GraphEdit edit(site.parent);
  NodeIndex right = *site.PickInput();
  if (site.rng.Chance(0.5)) right = site.palette.ApplyUnary(edit, right, site.rng);
  if (site.rng.Chance(0.5)) std::swap(left, right);
  return edit.Replace(node, site.palette.ApplyBinary(edit, left, right, site.rng));
}

std::optional<Expr> Delete(Site& site) {
  const auto node = site.PickLiveInner();
  if (!node) return std::nullopt;
  std::vector<NodeIndex> args = site.LiveArgs(*node);
  return GraphEdit(site.parent).Replace(*node, site.rng.Pick(args));
}

std::optional<Expr> Regrow(Site& site) {
  const auto node = site.PickLive();
  GraphEdit edit(site.parent);
  return edit.Replace(*node, Grow(site, edit));
}

// The users of one node use another instead, one that is not above it.
std::optional<Expr> Rewire(Site& site) {
  const auto node = site.PickLiveInner();
  if (!node) return std::nullopt;
  const auto other = site.Pick([&](NodeIndex i) { return i < *node && site.IsLive(i); });
  if (!other) return std::nullopt;
  return GraphEdit(site.parent).Replace(*node, *other);
}

std::optional<Expr> SwapArguments(Site& site) {
  const auto node = site.Pick([&](NodeIndex i) {
    return ArityOf(site.parent.nodes[i]) >= 2 &&
           !expr::Primitives()[site.parent.nodes[i].id].commutative;
  });
  if (!node) return std::nullopt;
  Node swapped = site.parent.nodes[*node];
  std::swap(swapped.args[0], swapped.args[1]);
  GraphEdit edit(site.parent);
  return edit.Replace(*node, edit.AddPrimitive(swapped.id, swapped.args));
}

std::optional<Expr> AddParameter(Site& site) {
  if (!site.palette.HasParametric()) return std::nullopt;
  GraphEdit edit(site.parent);
  const auto number = site.Pick([&](NodeIndex i) { return site.IsKind(i, Kind::kConstant); });
  if (number && site.rng.Chance(0.5)) {
    return edit.Replace(*number, edit.AddParameter(site.shape, site.parent.nodes[*number].value));
  }
  const auto node = site.PickLive();
  return edit.Replace(*node, site.palette.ApplyParametric(edit, *node, site.rng));
}

std::optional<Expr> FixParameter(Site& site) {
  const auto node = site.Pick([&](NodeIndex i) { return site.IsKind(i, Kind::kParameter); });
  if (!node) return std::nullopt;
  GraphEdit edit(site.parent);
  const double initial = site.parent.parameters[site.parent.nodes[*node].id].initial;
  return edit.Replace(*node, edit.AddConstant(initial));
}

std::optional<Expr> ChangeNumber(Site& site) {
  const auto node = site.Pick([&](NodeIndex i) {
    return site.IsKind(i, Kind::kConstant) || site.IsKind(i, Kind::kParameter);
  });
  if (!node) return std::nullopt;
  GraphEdit edit(site.parent);
  const Node& old = site.parent.nodes[*node];
  if (old.kind == Kind::kConstant) {
    return edit.Replace(*node, edit.AddConstant(Nearby(old.value, site.rng)));
  }
  const double initial = site.parent.parameters[old.id].initial;
  return edit.Replace(*node, edit.AddParameter(site.shape, Nearby(initial, site.rng)));
}

struct Move {
  double weight;
  std::optional<Expr> (*make)(Site& site);
};

// Removal is as likely as both insertions together, so that functions stay short.
constexpr Move kMoves[] = {
    {3, ChangeOperator}, {1, InsertUnary},  {1, InsertBinary},    {2, Delete},
    {1, Regrow},         {1, Rewire},       {0.5, SwapArguments}, {1, AddParameter},
    {0.5, FixParameter}, {1, ChangeNumber},
};

}  // namespace

std::optional<Expr> TryMutate(const Domain& domain, const Expr& parent, Rng& rng) {
  std::array<double, std::size(kMoves)> weights;
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = kMoves[i].weight;
  Site site(domain, parent, rng);
  std::optional<Expr> child = kMoves[rng.Weighted(weights)].make(site);
  if (!child) return std::nullopt;
  return domain.Admit(std::move(*child));
}

std::optional<Expr> TryCross(const Domain& domain, const Expr& a, const Expr& b, Rng& rng) {
  Site taker(domain, a, rng);
  Site giver(domain, b, rng);
  const auto taken = giver.PickLive();
  GraphEdit edit(a);
  const NodeIndex part = edit.Graft(b, *taken);
  return domain.Admit(edit.Replace(*taker.PickLive(), part));
}

}  // namespace actsearch::activations
