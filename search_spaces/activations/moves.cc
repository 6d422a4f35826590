#include "search_spaces/activations/moves.h"

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "search_spaces/activations/graph_edit.h"
#include "search_spaces/activations/numbers.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::activations {
namespace {

using expr::Expr;
using expr::Kind;
using expr::Node;

// One mutation under way: the parent, and draws of its places.
class Site {
 public:
  Site(const Domain& domain, const Expr& parent, Rng& rng)
      : palette(domain.Operators()),
        shape(domain.ParameterShape()),
        parent(parent),
        rng(rng),
        live_(UsesInput(parent)),
        places_(Places(parent)) {}

  // A random place whose node satisfies the condition.
  template <class Condition>
  std::optional<Place> Pick(Condition condition) {
    std::vector<Place> found;
    for (const Place& place : places_) {
      if (condition(place)) found.push_back(place);
    }
    if (found.empty()) return std::nullopt;
    return rng.Pick(found);
  }

  bool IsLive(NodeIndex i) const { return live_[i]; }
  bool IsKind(NodeIndex i, Kind kind) const { return parent.nodes[i].kind == kind; }

  Place PickLive() {
    return *Pick([&](const Place& p) { return IsLive(p.node); });
  }
  std::optional<Place> PickLiveInner() {
    return Pick([&](const Place& p) { return IsLive(p.node) && IsKind(p.node, Kind::kPrimitive); });
  }
  std::optional<Place> PickKind(Kind kind) {
    return Pick([&](const Place& p) { return IsKind(p.node, kind); });
  }
  NodeIndex Input() { return PickKind(Kind::kInput)->node; }

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
  std::vector<Place> places_;
};

// A factor in [1/2, 2], sometimes the other sign (AutoML-Zero, Real et al. 2020).
double Nearby(double value, Rng& rng) {
  if (value == 0) return RoundedNumber(0.5 * rng.Normal());
  const double factor = std::exp2(rng.Uniform(-1, 1));
  return RoundedNumber(rng.Chance(0.1) ? -value * factor : value * factor);
}

// u(x), or b(u(x), u(x)).
NodeIndex Grow(Site& site, GraphEdit& edit) {
  const NodeIndex x = site.Input();
  const NodeIndex left = site.palette.ApplyUnary(edit, x, site.rng);
  if (!site.palette.HasBinary() || site.rng.Chance(0.5)) return left;
  const NodeIndex right = site.palette.ApplyUnary(edit, x, site.rng);
  return site.palette.ApplyBinary(edit, left, right, site.rng);
}

std::optional<Expr> ChangeOperator(Site& site) {
  const auto place = site.PickLiveInner();
  if (!place) return std::nullopt;
  const std::vector<NodeIndex> args = site.LiveArgs(place->node);
  GraphEdit edit(site.parent);
  const bool binary = args.size() > 1 && site.palette.HasBinary();
  return edit.Replace(*place, binary ? site.palette.ApplyBinary(edit, args[0], args[1], site.rng)
                                     : site.palette.ApplyUnary(edit, args[0], site.rng));
}

std::optional<Expr> InsertUnary(Site& site) {
  const Place place = site.PickLive();
  GraphEdit edit(site.parent);
  return edit.Replace(place, site.palette.ApplyUnary(edit, place.node, site.rng));
}

std::optional<Expr> InsertBinary(Site& site) {
  if (!site.palette.HasBinary()) return std::nullopt;
  const Place place = site.PickLive();
  GraphEdit edit(site.parent);
  NodeIndex left = place.node;
  NodeIndex right = site.Input();
  if (site.rng.Chance(0.5)) right = site.palette.ApplyUnary(edit, right, site.rng);
  if (site.rng.Chance(0.5)) std::swap(left, right);
  return edit.Replace(place, site.palette.ApplyBinary(edit, left, right, site.rng));
}

std::optional<Expr> Delete(Site& site) {
  const auto place = site.PickLiveInner();
  if (!place) return std::nullopt;
  const std::vector<NodeIndex> args = site.LiveArgs(place->node);
  return GraphEdit(site.parent).Replace(*place, site.rng.Pick(args));
}

std::optional<Expr> Regrow(Site& site) {
  const Place place = site.PickLive();
  GraphEdit edit(site.parent);
  return edit.Replace(place, Grow(site, edit));
}

// A place leads to another node of the parent, one that is not above its user.
std::optional<Expr> Rewire(Site& site) {
  const auto place = site.PickLiveInner();
  if (!place) return std::nullopt;
  const auto other = site.Pick([&](const Place& p) {
    const bool below = place->user == Place::kOutput || p.node < place->user;
    return below && p.node != place->node && site.IsLive(p.node);
  });
  if (!other) return std::nullopt;
  return GraphEdit(site.parent).Replace(*place, other->node);
}

std::optional<Expr> SwapArguments(Site& site) {
  const auto place = site.Pick([&](const Place& p) {
    const Node& node = site.parent.nodes[p.node];
    return ArityOf(node) >= 2 && !expr::Primitives()[node.id].commutative;
  });
  if (!place) return std::nullopt;
  const Node& node = site.parent.nodes[place->node];
  std::vector<NodeIndex> args(node.args, node.args + ArityOf(node));
  std::swap(args[0], args[1]);
  GraphEdit edit(site.parent);
  return edit.Replace(*place, edit.AddPrimitive(node.id, args));
}

std::optional<Expr> AddParameter(Site& site) {
  if (!site.palette.HasParametric()) return std::nullopt;
  GraphEdit edit(site.parent);
  const auto number = site.PickKind(Kind::kConstant);
  if (number && site.rng.Chance(0.5)) {
    const double initial = site.parent.nodes[number->node].value;
    return edit.Replace(*number, edit.AddParameter(site.shape, initial));
  }
  const Place place = site.PickLive();
  return edit.Replace(place, site.palette.ApplyParametric(edit, place.node, site.rng));
}

std::optional<Expr> FixParameter(Site& site) {
  const auto place = site.PickKind(Kind::kParameter);
  if (!place) return std::nullopt;
  GraphEdit edit(site.parent);
  const double initial = site.parent.parameters[site.parent.nodes[place->node].id].initial;
  return edit.Replace(*place, edit.AddConstant(initial));
}

std::optional<Expr> ChangeNumber(Site& site) {
  const auto place = site.Pick([&](const Place& p) {
    return site.IsKind(p.node, Kind::kConstant) || site.IsKind(p.node, Kind::kParameter);
  });
  if (!place) return std::nullopt;
  GraphEdit edit(site.parent);
  const Node& old = site.parent.nodes[place->node];
  if (old.kind == Kind::kConstant) {
    return edit.Replace(*place, edit.AddConstant(Nearby(old.value, site.rng)));
  }
  // The parameter itself changes, in all its places.
  Expr child = site.parent;
  double& initial = child.parameters[old.id].initial;
  initial = Nearby(initial, site.rng);
  return child;
}

struct Move {
  double weight;
  std::optional<Expr> (*make)(Site& site);
};

// Removal is as likely as both insertions together, so that functions stay short.
constexpr Move kMoves[] = {
    {3, ChangeOperator}, {1, InsertUnary},  {1, InsertBinary},    {2, Delete},
    {1, Regrow},         {1, Rewire},       {0.5, SwapArguments}, {1, AddParameter},
    {0.5, FixParameter}, {2, ChangeNumber},
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
  GraphEdit edit(a);
  const NodeIndex part = edit.Graft(b, giver.PickLive().node);
  return domain.Admit(edit.Replace(taker.PickLive(), part));
}

}  // namespace actsearch::activations
