#include "search_spaces/activations/domain.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "search_spaces/activations/numbers.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/primitives.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::activations {
namespace {

using expr::Expr;
using expr::Kind;
using expr::Node;

// Where pre-activations of a trained network mostly lie; unevenly spaced, so that
// no period fits.
constexpr std::array<double, 8> kProbes = {-4, -2.3, -1.1, -0.4, 0.3, 0.9, 1.7, 3.1};

bool VariesAndIsFinite(const Expr& e) {
  std::array<double, kProbes.size()> y;
  expr::EvaluateMany(e, kProbes, expr::InitialParameters(e), y);
  if (!std::ranges::all_of(y, [](double v) { return std::isfinite(v); })) return false;
  const auto [low, high] = std::ranges::minmax(y);
  return high - low > 1e-9 * std::max(std::fabs(low), std::fabs(high));
}

// Merging parameters multiplies their values: those that are not `raw`'s own are rounded.
// True when one changed.
bool RoundInitialValues(const Expr& raw, Expr& e) {
  bool changed = false;
  for (expr::Parameter& parameter : e.parameters) {
    const bool is_own = std::ranges::any_of(raw.parameters, [&](const expr::Parameter& own) {
      return std::fabs(own.initial) == std::fabs(parameter.initial);
    });
    if (is_own) continue;
    const double rounded = RoundedNumber(parameter.initial);
    changed |= rounded != parameter.initial;
    parameter.initial = rounded;
  }
  return changed;
}

Error OutOfBounds(std::string_view field, int value, int low, int high) {
  return {ErrorCode::kInvalid, "space." + std::string(field) + " is " + std::to_string(value) +
                                   "; give an integer from " + std::to_string(low) + " to " +
                                   std::to_string(high)};
}

Result<expr::Shape> ShapeNamed(std::string_view name) {
  if (name == "layer") return expr::Shape::kLayer;
  if (name == "channel") return expr::Shape::kChannel;
  static constexpr std::array<std::string_view, 2> kKnown = {"layer", "channel"};
  return Fail(ErrorCode::kInvalid,
              "space.parameter_shape: " + UnknownName("shape", name, kKnown).message);
}

}  // namespace

Domain::Domain(const SpaceSpec& spec, Palette palette)
    : max_nodes_(spec.max_nodes),
      max_parameters_(spec.max_parameters),
      shape_(*ShapeNamed(spec.parameter_shape)),
      rounds_(spec.shape.empty()),
      operator_fields_(spec.operators.empty() ? "space.unary and space.binary" : "space.operators"),
      palette_(std::move(palette)) {}

Result<Domain> Domain::Make(const SpaceSpec& spec) {
  if (spec.max_nodes < 1 || spec.max_nodes > 64) {
    return std::unexpected(OutOfBounds("max_nodes", spec.max_nodes, 1, 64));
  }
  if (spec.max_parameters < 0 || spec.max_parameters > 8) {
    return std::unexpected(OutOfBounds("max_parameters", spec.max_parameters, 0, 8));
  }
  if (auto shape = ShapeNamed(spec.parameter_shape); !shape) return std::unexpected(shape.error());
  Result<Palette> palette = Palette::Make(spec);
  if (!palette) return std::unexpected(palette.error());
  return Domain(spec, std::move(*palette));
}

Result<void> Domain::Check(const Expr& canonical) const {
  const int nodes = static_cast<int>(canonical.nodes.size());
  if (nodes > max_nodes_) {
    return Fail(ErrorCode::kInvalid, "the formula has " + std::to_string(nodes) +
                                         " nodes; space.max_nodes is " +
                                         std::to_string(max_nodes_));
  }
  const int parameters = static_cast<int>(canonical.parameters.size());
  if (parameters > max_parameters_) {
    return Fail(ErrorCode::kInvalid, "the formula has " + std::to_string(parameters) +
                                         " parameters; space.max_parameters is " +
                                         std::to_string(max_parameters_));
  }
  if (std::ranges::none_of(canonical.nodes, [](const Node& n) { return n.kind == Kind::kInput; })) {
    return Fail(ErrorCode::kInvalid, "the formula does not depend on x; use x in it");
  }
  for (const Node& node : canonical.nodes) {
    if (node.kind == Kind::kPrimitive && !palette_.Allows(node.id)) {
      std::string name(expr::Primitives()[node.id].name);
      return Fail(ErrorCode::kInvalid, name + " is not among " + operator_fields_ +
                                           "; add an operator " +
                                           "that uses it or write the formula without it");
    }
  }
  return {};
}

std::optional<Expr> Domain::Admit(Expr raw) const {
  for (expr::Parameter& parameter : raw.parameters) {
    parameter.shape = shape_;
    parameter.groups = 0;
  }
  Expr canonical = expr::Canonical(raw);
  if (rounds_ && RoundInitialValues(raw, canonical)) canonical = expr::Canonical(canonical);
  if (!Check(canonical) || !VariesAndIsFinite(canonical)) return std::nullopt;
  return canonical;
}

}  // namespace actsearch::activations
