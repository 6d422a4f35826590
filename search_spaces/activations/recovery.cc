#include "search_spaces/activations/recovery.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::activations {
namespace {

using expr::Expr;
using expr::Kind;
using expr::Node;
using Values = std::vector<double>;
// Takes values of consecutive fillings from a number on; false stops the walk.
using Sink = std::function<bool(std::uint64_t first, std::span<const double> values)>;

constexpr std::array<double, 5> kPoints = {0.8731, -1.1347, 1.7389, -2.2871, 0.3127};
constexpr std::size_t kBlock = 256;  // values at a time, small enough for the first cache

// Away from the initial value, at which many parameters are neutral. All alike: a
// function's parameters may stand in another order.
double Moved(double initial) { return 1.37193 * initial + 0.41371; }

Values MovedParameters(const Expr& e) {
  Values values = expr::InitialParameters(e);
  for (double& v : values) v = Moved(v);
  return values;
}

bool Near(double a, double b) {
  return std::fabs(a - b) <= 1e-7 * std::max(std::fabs(a), std::fabs(b)) + 1e-11;
}

// A graph over all combinations of values of its holes, which are parameters.
class Product {
 public:
  Product(const Expr& graph, double x) : graph_(graph), x_(x) {
    if (graph_.nodes.size() > 1) buffer_.resize(graph_.nodes.size() * kBlock);
  }

  // `inputs[p]` has the values of parameter p; the last of several changes fastest.
  bool Walk(std::span<const std::span<const double>> inputs, std::uint64_t first,
            const Sink& sink) {
    scalars_.assign(inputs.size(), 0);
    return WalkFrom(0, inputs, first, sink);
  }

 private:
  // Fixes one input after the other; the last is walked in blocks.
  bool WalkFrom(std::size_t p, std::span<const std::span<const double>> inputs, std::uint64_t first,
                const Sink& sink) {
    if (p + 1 >= inputs.size()) return WalkLast(inputs, first, sink);
    std::uint64_t below = 1;
    for (const auto& input : inputs.subspan(p + 1)) below *= input.size();
    for (const double value : inputs[p]) {
      scalars_[p] = value;
      if (!WalkFrom(p + 1, inputs, first, sink)) return false;
      first += below;
    }
    return true;
  }

  bool WalkLast(std::span<const std::span<const double>> inputs, std::uint64_t first,
                const Sink& sink) {
    constexpr std::array<double, 1> kNone = {};
    const std::span<const double> last = inputs.empty() ? kNone : inputs.back();
    for (std::size_t at = 0; at < last.size(); at += kBlock) {
      const auto block = last.subspan(at, std::min(kBlock, last.size() - at));
      if (!sink(first + at, Evaluate(block))) return false;
    }
    return true;
  }

  std::span<const double> Evaluate(std::span<const double> block) {
    const std::size_t n = block.size();
    rows_.clear();
    for (const Node& node : graph_.nodes) {
      double* out = buffer_.empty() ? single_.data() : &buffer_[rows_.size() * kBlock];
      const double* row = out;
      switch (node.kind) {
        case Kind::kInput:
          std::fill_n(out, n, x_);
          break;
        case Kind::kConstant:
          std::fill_n(out, n, node.value);
          break;
        case Kind::kParameter:
          if (node.id + 1u == scalars_.size()) {
            row = block.data();
          } else {
            std::fill_n(out, n, scalars_[node.id]);
          }
          break;
        case Kind::kPrimitive: {
          const double* args[expr::kMaxArity] = {rows_[node.args[0]], rows_[node.args[1]],
                                                 rows_[node.args[2]]};
          expr::Primitives()[node.id].apply_many(args, out, n);
          break;
        }
      }
      rows_.push_back(row);
    }
    return {rows_.back(), n};
  }

  const Expr& graph_;
  const double x_;
  Values buffer_;
  std::array<double, kBlock> single_;
  Values scalars_;
  std::vector<const double*> rows_;
};

// Values of all fillings at one point, in the order of their numbers.
class Walker {
 public:
  Walker(const Fillings& fillings, double x)
      : fillings_(fillings), shape_(fillings.Shape()), x_(x) {
    for (const expr::Parameter& p : shape_.declared) declared_.push_back(Moved(p.initial));
  }

  bool Part(std::size_t index, const Sink& sink) const {
    const FormulaShape::Part& part = shape_.parts[index];
    const bool is_bare = part.graph.nodes.size() == 1 && part.slots.size() == 1;
    if (is_bare) return Slot(part.slots[0], sink);
    Product product(part.graph, x_);
    std::vector<std::span<const double>> inputs;
    for (const double& v : declared_) inputs.emplace_back(&v, 1);
    if (part.slots.size() == 1) {
      inputs.emplace_back();
      return Slot(part.slots[0], [&](std::uint64_t first, std::span<const double> values) {
        inputs.back() = values;
        return product.Walk(inputs, first, sink);
      });
    }
    std::vector<Values> holes;
    for (const std::size_t slot : part.slots) {
      holes.push_back(Collect([&](const Sink& into) { return Slot(slot, into); }));
    }
    inputs.insert(inputs.end(), holes.begin(), holes.end());
    return product.Walk(inputs, 0, sink);
  }

 private:
  template <class Walk>
  static Values Collect(Walk walk) {
    Values all;
    walk([&all](std::uint64_t, std::span<const double> values) {
      all.insert(all.end(), values.begin(), values.end());
      return true;
    });
    return all;
  }

  bool Slot(std::size_t slot, const Sink& sink) const {
    std::vector<Values> args;
    std::uint64_t below = 1;
    for (const std::size_t part : shape_.slots[slot].args) {
      args.push_back(Collect([&](const Sink& into) { return Part(part, into); }));
      below *= args.back().size();
    }
    std::uint64_t first = 0;
    for (const OperatorTemplate& t : fillings_.OperatorsOf(slot)) {
      if (!Apply(t, args, first, sink)) return false;
      first += below;
    }
    return true;
  }

  // The template's own parameters come first, then its slots in their order, so that
  // the numbers come out right whether or not it uses all of them.
  bool Apply(const OperatorTemplate& t, std::span<const Values> args, std::uint64_t first,
             const Sink& sink) const {
    Expr graph = t.graph;
    const Values moved = MovedParameters(graph);
    std::vector<std::span<const double>> inputs;
    std::vector<std::uint16_t> place(t.slot_of.size());
    for (std::size_t p = 0; p < t.slot_of.size(); ++p) {
      if (t.slot_of[p] >= 0) continue;
      place[p] = static_cast<std::uint16_t>(inputs.size());
      inputs.emplace_back(&moved[p], 1);
    }
    for (std::size_t p = 0; p < t.slot_of.size(); ++p) {
      if (t.slot_of[p] >= 0) place[p] = static_cast<std::uint16_t>(inputs.size() + t.slot_of[p]);
    }
    inputs.insert(inputs.end(), args.begin(), args.end());
    for (Node& node : graph.nodes) {
      if (node.kind == Kind::kParameter) node.id = place[node.id];
    }
    return Product(graph, x_).Walk(inputs, first, sink);
  }

  const Fillings& fillings_;
  const FormulaShape& shape_;
  const double x_;
  Values declared_;
};

struct Target {
  std::size_t wanted = 0;
  std::array<double, kPoints.size()> values{};
};

// Values that few other functions share: finite, not 0 and not an extreme.
bool IsTelling(double v) { return std::fabs(v) > 1e-6 && std::fabs(v) < 1e9; }

class Search {
 public:
  Search(const Fillings& fillings, std::span<const Expr> wanted, const IsSame& is_same)
      : fillings_(fillings), is_same_(is_same), found_(wanted.size()) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      Target target{.wanted = i};
      expr::EvaluateMany(wanted[i], kPoints, MovedParameters(wanted[i]), target.values);
      const auto telling = std::ranges::find_if(target.values, IsTelling);
      if (telling == target.values.end()) continue;
      targets_[static_cast<std::size_t>(telling - target.values.begin())].push_back(target);
    }
  }

  std::vector<std::optional<std::uint64_t>> Run() {
    for (std::size_t point = 0; point < kPoints.size(); ++point) Look(point);
    return std::move(found_);
  }

 private:
  void Look(std::size_t point) {
    std::vector<Target>& targets = targets_[point];
    if (targets.empty()) return;
    const auto value_of = [point](const Target& t) { return t.values[point]; };
    std::ranges::sort(targets, {}, value_of);
    std::size_t left = targets.size();
    const Walker walker(fillings_, kPoints[point]);
    walker.Part(0, [&](std::uint64_t first, std::span<const double> values) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        const double slack = 1e-7 * std::fabs(values[i]) + 1e-11;
        auto at = std::ranges::lower_bound(targets, values[i] - slack, {}, value_of);
        if (at == targets.end() || value_of(*at) > values[i] + slack) continue;
        for (; at != targets.end() && value_of(*at) <= values[i] + slack; ++at) {
          left -= Takes(*at, first + i);
        }
        if (left == 0) return false;
      }
      return true;
    });
  }

  // Whether the filling is the target, which was not found until now.
  bool Takes(const Target& target, std::uint64_t index) {
    std::optional<std::uint64_t>& found = found_[target.wanted];
    if (found) return false;
    const Expr e = fillings_.Build(fillings_.At(index));
    std::array<double, kPoints.size()> values;
    expr::EvaluateMany(e, kPoints, MovedParameters(e), values);
    for (std::size_t k = 0; k < values.size(); ++k) {
      const bool both_finite = std::isfinite(values[k]) && std::isfinite(target.values[k]);
      if (both_finite && !Near(values[k], target.values[k])) return false;
    }
    if (!is_same_(index, target.wanted)) return false;
    found = index;
    return true;
  }

  const Fillings& fillings_;
  const IsSame& is_same_;
  std::vector<std::optional<std::uint64_t>> found_;
  std::array<std::vector<Target>, kPoints.size()> targets_;  // by the point that tells most
};

}  // namespace

std::vector<std::optional<std::uint64_t>> FindFillings(const Fillings& fillings,
                                                       std::span<const Expr> wanted,
                                                       const IsSame& is_same) {
  return Search(fillings, wanted, is_same).Run();
}

}  // namespace actsearch::activations
