#include "search_spaces/activations/recovery.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::activations {
namespace {

using expr::Expr;
using expr::Kind;
using expr::Node;
using Values = std::vector<double>;
// Takes values of consecutive fillings from a number on, kLanes of each; false stops
// the walk.
using Sink = std::function<bool(std::uint64_t first, std::span<const double> values)>;

// Points are looked at in neighbouring pairs, one on either side of 0: many functions
// agree on one side.
constexpr std::array<double, 8> kPoints = {0.8731, -1.1347, 1.7389, -2.2871,
                                           0.3127, -0.5519, 3.0733, -3.9173};
constexpr std::size_t kLanes = 2;
constexpr std::size_t kBlock = 256;  // values at a time, small enough for the first cache

using Lanes = std::array<double, kLanes>;
using Inputs = std::vector<std::span<const double>>;

// Where parameters stand when fillings and targets are compared. Simplification merges
// parameters and keeps what the function is at their initial values, and nothing else: r in place
// of -p starts at -1. A function without parameters is the same at any of their values,
// and away from the initial ones, which are often neutral, fewer fillings look like it.
enum class Setting { kInitial, kMoved };

double ValueAt(Setting setting, double initial) {
  return setting == Setting::kInitial ? initial : 1.37193 * initial + 0.41371;
}

// How far simplification may have changed a value, relative to it.
constexpr double kSlack = 1e-7;

// Also for what cancellation left of a zero. Not finite values say nothing.
bool Near(double a, double b) {
  if (!std::isfinite(a) || !std::isfinite(b)) return true;
  return std::fabs(a - b) <= kSlack * std::max(std::fabs(a), std::fabs(b)) + 1e-11;
}

// A graph over all combinations of values of its holes, which are parameters.
class Product {
 public:
  Product(const Expr& graph, const Lanes& x)
      : graph_(graph), x_(x), buffer_(graph.nodes.size() * kBlock) {}

  // `inputs[p]` has the values of parameter p, kLanes for each filling; the last
  // input changes fastest.
  bool Walk(const Inputs& inputs, std::uint64_t first, const Sink& sink) {
    fixed_.assign(inputs.size(), nullptr);
    return WalkFrom(0, inputs, first, sink);
  }

 private:
  // Fixes one input after the other; the last is walked in blocks.
  bool WalkFrom(std::size_t p, const Inputs& inputs, std::uint64_t first, const Sink& sink) {
    if (p + 1 >= inputs.size()) return WalkLast(inputs, first, sink);
    std::uint64_t below = 1;
    for (std::size_t k = p + 1; k < inputs.size(); ++k) below *= inputs[k].size() / kLanes;
    for (std::size_t at = 0; at < inputs[p].size(); at += kLanes) {
      fixed_[p] = &inputs[p][at];
      if (!WalkFrom(p + 1, inputs, first, sink)) return false;
      first += below;
    }
    return true;
  }

  bool WalkLast(const Inputs& inputs, std::uint64_t first, const Sink& sink) {
    const std::span<const double> last = inputs.empty() ? std::span(x_) : inputs.back();
    for (std::size_t at = 0; at < last.size(); at += kBlock) {
      const auto block = last.subspan(at, std::min(kBlock, last.size() - at));
      if (!sink(first + at / kLanes, Evaluate(block))) return false;
    }
    return true;
  }

  static void Fill(double* out, std::size_t n, const double* lanes) {
    for (std::size_t i = 0; i < n; i += kLanes) std::copy_n(lanes, kLanes, out + i);
  }

  std::span<const double> Evaluate(std::span<const double> block) {
    const std::size_t n = block.size();
    rows_.clear();
    for (const Node& node : graph_.nodes) {
      double* out = &buffer_[rows_.size() * kBlock];
      const double* row = out;
      switch (node.kind) {
        case Kind::kInput:
          Fill(out, n, x_.data());
          break;
        case Kind::kConstant:
          std::fill_n(out, n, node.value);
          break;
        case Kind::kParameter:
          if (node.id + 1u == fixed_.size()) {
            row = block.data();
          } else {
            Fill(out, n, fixed_[node.id]);
          }
          break;
        case Kind::kPrimitive: {
          const double* args[expr::kMaxArity] = {rows_[node.args[0]], rows_[node.args[1]],
                                                 rows_[node.args[2]]};
          expr::Primitives()[node.id].apply_many(args, out, n);
          break;
        }
        case Kind::kReduction:
          ACTSEARCH_CHECK(false, "shapes are pointwise");
      }
      rows_.push_back(row);
    }
    return {rows_.back(), n};
  }

  const Expr& graph_;
  const Lanes& x_;
  Values buffer_;
  std::vector<const double*> fixed_;
  std::vector<const double*> rows_;
};

// Values of all fillings at a pair of points, in the order of their numbers.
class Walker {
 public:
  Walker(const Fillings& fillings, Setting setting, const Lanes& x)
      : fillings_(fillings), shape_(fillings.Shape()), setting_(setting), x_(x) {
    for (const expr::Parameter& p : shape_.declared) declared_.push_back(Alike(p.initial));
  }

  bool Part(std::size_t index, const Sink& sink) const {
    const FormulaShape::Part& part = shape_.parts[index];
    const bool is_bare = part.graph.nodes.size() == 1 && part.slots.size() == 1;
    if (is_bare) return Slot(part.slots[0], sink);
    Product product(part.graph, x_);
    Inputs inputs(declared_.begin(), declared_.end());
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
  // A parameter's value, in every lane.
  Lanes Alike(double initial) const {
    const double value = ValueAt(setting_, initial);
    return {value, value};
  }

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
      below *= args.back().size() / kLanes;
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
    std::vector<Lanes> own;
    for (const expr::Parameter& p : graph.parameters) own.push_back(Alike(p.initial));
    Inputs inputs;
    std::vector<std::uint16_t> place(t.slot_of.size());
    for (std::size_t p = 0; p < t.slot_of.size(); ++p) {
      if (t.slot_of[p] >= 0) continue;
      place[p] = static_cast<std::uint16_t>(inputs.size());
      inputs.emplace_back(own[p]);
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
  const Setting setting_;
  const Lanes x_;
  std::vector<Lanes> declared_;
};

using PointValues = std::array<double, kPoints.size()>;

PointValues ValuesOf(const Expr& e, Setting setting) {
  Values parameters = expr::InitialParameters(e);
  for (double& v : parameters) v = ValueAt(setting, v);
  PointValues values;
  expr::EvaluateMany(e, kPoints, parameters, values);
  return values;
}

struct Target {
  std::size_t wanted = 0;
  Setting setting = Setting::kInitial;
  PointValues values{};
};

// Values that few other functions share: finite, not 0 and not extreme.
bool IsTelling(double v) { return std::fabs(v) > 1e-6 && std::fabs(v) < 1e9; }
bool IsUsable(double v) { return v != 0 && std::isfinite(v); }

class Search {
 public:
  Search(const Fillings& fillings, std::span<const Expr> wanted, const IsSame& is_same)
      : fillings_(fillings), is_same_(is_same), found_(wanted.size()) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const Setting setting = wanted[i].parameters.empty() ? Setting::kMoved : Setting::kInitial;
      const Target target{.wanted = i, .setting = setting, .values = ValuesOf(wanted[i], setting)};
      auto best = std::ranges::find_if(target.values, IsTelling);
      if (best == target.values.end()) best = std::ranges::find_if(target.values, IsUsable);
      if (best == target.values.end()) continue;
      targets_[{setting, best - target.values.begin()}].push_back(target);
    }
  }

  std::vector<std::optional<std::uint64_t>> Run() {
    for (auto& [place, targets] : targets_) Look(place, targets);
    return std::move(found_);
  }

 private:
  // The setting, and the point that tells most.
  using Place = std::pair<Setting, std::size_t>;

  // The targets with their values at the point in the first lane.
  void Look(Place place, std::vector<Target>& targets) {
    const Setting setting = place.first;
    const std::size_t point = place.second;
    const std::size_t pair = point ^ 1;
    const auto value_of = [point](const Target& t) { return t.values[point]; };
    std::ranges::sort(targets, {}, value_of);
    std::size_t left = targets.size();
    const Walker walker(fillings_, setting, {kPoints[point], kPoints[pair]});
    walker.Part(0, [&](std::uint64_t first, std::span<const double> values) {
      for (std::size_t i = 0; i < values.size(); i += kLanes) {
        const double slack = kSlack * std::fabs(values[i]);
        auto at = std::ranges::lower_bound(targets, values[i] - slack, {}, value_of);
        for (; at != targets.end() && value_of(*at) <= values[i] + slack; ++at) {
          if (Near(values[i + 1], at->values[pair])) left -= Takes(*at, first + i / kLanes);
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
    if (!std::ranges::equal(ValuesOf(e, target.setting), target.values, Near)) return false;
    if (!is_same_(index, target.wanted)) return false;
    found = index;
    return true;
  }

  const Fillings& fillings_;
  const IsSame& is_same_;
  std::vector<std::optional<std::uint64_t>> found_;
  std::map<Place, std::vector<Target>> targets_;
};

}  // namespace

std::vector<std::optional<std::uint64_t>> FindFillings(const Fillings& fillings,
                                                       std::span<const Expr> wanted,
                                                       const IsSame& is_same) {
  return Search(fillings, wanted, is_same).Run();
}

}  // namespace actsearch::activations
