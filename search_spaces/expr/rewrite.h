// The rules behind Simplify, Canonical and Derive: Apply builds the application of
// a primitive to arguments that are already in normal form, and returns its normal
// form. Sums are kept as ((p1 + p2) - n1), products as ((c * f1) * f2) / d1 with the
// sign and the constant in front, max and min as balanced trees; their parts are in
// one order. Local to one call; not thread-safe.
//
// Rules keep values up to rounding, and keep where they exist (README.md): what may be NaN or
// infinite is not dropped (0 * log(x), 1 / x - 1 / x), functions that undo each other do so where
// both are defined, and a factor never cancels a divisor that may be 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "search_spaces/expr/graph.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {

class Rewriter {
 public:
  // colours[k] stands for parameter k when parts are ordered; distinct colours
  // make the order complete. `uses_all`: also identities that may compute more anew, such as
  // 1 - sigmoid(a) -> sigmoid(-a), which derivatives do without. Derivatives may lose
  // singularities too: they are read where the function exists, and 0 * f is 0 there.
  explicit Rewriter(std::vector<std::uint64_t> colours, bool uses_all = true)
      : colours_(std::move(colours)), uses_all_(uses_all), drops_all_(!uses_all) {}

  NodeIndex Input(std::uint16_t id);
  NodeIndex Constant(double value);
  NodeIndex Parameter(std::uint16_t index);
  NodeIndex Apply(std::uint16_t id, std::span<const NodeIndex> args);
  NodeIndex Reduce(const Node& reduction, NodeIndex arg);

  // The normal form of each of e's nodes.
  std::vector<NodeIndex> Rewrite(const Expr& e);

  const Graph& graph() const { return graph_; }

  // Parts that are shared in nested sums and products can be read very often. Beyond a
  // number of steps nodes are added as they are, with equal values but in no normal form.
  bool IsExhausted() const { return steps_ > kMaxSteps; }

  // Bounds of the values that are numbers.
  struct Range {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
  };

 private:
  // coefficient * node, a part of a sum; node is no constant and has no coefficient.
  struct Term {
    double coefficient = 1;
    NodeIndex node = 0;
  };
  struct Sum {
    std::vector<Term> terms;
    double constant = 0;
  };
  // node ^ exponent, a part of a product.
  struct Factor {
    NodeIndex node = 0;
    int exponent = 1;
  };
  struct Product {
    double coefficient = 1;
    std::vector<Factor> factors;
    std::vector<Factor> divisors;
  };

  // coefficient * factor, or coefficient / factor: what stands below an exponent.
  struct PowerBase {
    bool ok = false;
    double coefficient = 1;
    Factor factor;
    bool divides = false;
  };
  // A node that is `positive` times the positive part of `whole` and `negative` times its
  // negative part; both are 0 where it is no such node.
  struct Half {
    NodeIndex whole = 0;
    int positive = 0;
    int negative = 0;
  };
  struct Extremum {
    bool is_max = true;
    std::vector<NodeIndex> args;
    std::optional<double> constant;
  };

  // ---- rewrite.cc
  NodeIndex Add(const Graph::Item& item);
  NodeIndex Raw(std::uint16_t id, std::span<const NodeIndex> args);
  template <class R, class... Nodes>
  NodeIndex Make(Nodes... args) {
    const NodeIndex list[] = {args...};
    return Raw(IdOf<R>(), list);
  }
  template <class R>
  bool Is(NodeIndex node) const {
    return graph_[node].kind == Kind::kPrimitive && graph_[node].id == IdOf<R>();
  }
  bool IsConstant(NodeIndex node) const { return graph_[node].kind == Kind::kConstant; }
  bool IsConstant(NodeIndex node, double value) const;
  bool IsSum(NodeIndex node) const;
  bool IsProduct(NodeIndex node) const;
  bool FoldConstants(std::uint16_t id, std::span<const NodeIndex> args, double& value) const;

  // Order of the parts of products and other lists: constants, parameters, the
  // input, then primitives, small before large. In sums parameters come last.
  bool Before(NodeIndex a, NodeIndex b) const;
  bool BeforeInSum(NodeIndex a, NodeIndex b) const;

  // ---- rewrite_range.cc
  Range FindRange(const Graph::Item& item) const;

  // ---- rewrite_exists.cc
  // In exact arithmetic, for all finite inputs and parameters.
  struct Existence {
    bool is_finite = false;
    bool is_number = false;  // never NaN; perhaps infinite
    bool is_nonzero = false;
  };
  Existence FindExistence(const Graph::Item& item, const Range& range) const;
  Existence OfPrimitive(const Graph::Item& item) const;
  bool IsNonzero(const Graph::Item& item) const;
  static bool HasVanished(std::uint16_t id, std::span<const double> args);
  bool IsFinite(NodeIndex node) const { return drops_all_ || exists_[node].is_finite; }
  bool IsNumber(NodeIndex node) const { return drops_all_ || exists_[node].is_number; }
  bool StaysAbove(NodeIndex node, double least) const { return ranges_[node].low >= least; }
  void DropFiniteParts(Product& product) const;
  NodeIndex Residue(NodeIndex node);

  // ---- rewrite_call.cc
  NodeIndex ApplyCall(std::uint16_t id, std::span<const NodeIndex> args);
  NodeIndex ApplySymmetric(std::uint16_t id, NodeIndex arg);
  NodeIndex ApplyAbs(NodeIndex arg);
  std::optional<Product> TakeNonnegative(NodeIndex& arg, bool bounded);
  NodeIndex TimesFactor(Product product, NodeIndex factor);
  NodeIndex ApplySelect(NodeIndex condition, NodeIndex a, NodeIndex b);
  NodeIndex ApplyLerp(NodeIndex a, NodeIndex b, NodeIndex c);
  NodeIndex ApplyKernel(std::uint16_t id, NodeIndex a, NodeIndex b, NodeIndex c);
  NodeIndex Unsigned(NodeIndex node);
  NodeIndex UnsignedProduct(NodeIndex node, const Product& product);
  std::optional<NodeIndex> Undo(std::uint16_t id, NodeIndex arg);
  std::optional<NodeIndex> ShiftedLog(std::uint16_t id, NodeIndex arg, double constant);
  std::optional<NodeIndex> NormalCdf(NodeIndex arg);
  NodeIndex Condition(NodeIndex node, bool positive_only);
  bool PassesHalves(NodeIndex node) const;

  // ---- rewrite_sum.cc
  NodeIndex ApplySum(std::uint16_t id, std::span<const NodeIndex> args);
  // False when the sum grows beyond the limits; then it stays as it is written.
  bool ReadSum(NodeIndex node, double coefficient, Sum& sum);
  bool AddCoefficients(const Sum& sum, std::vector<Term>& joined) const;
  bool DropZeros(std::vector<Term>& terms);
  bool JoinTerms(Sum& sum);
  NodeIndex WriteSum(const Sum& sum);
  NodeIndex Scaled(double coefficient, NodeIndex node);
  // -1 when -node is the preferred one of the pair, else 1. `node` is a sum.
  double PreferredSign(NodeIndex node);
  signed char FindPreferredSign(NodeIndex node);
  NodeIndex Negate(NodeIndex node);
  bool PartsHaveBothSigns(NodeIndex sum);

  // ---- rewrite_sum_identities.cc
  NodeIndex Times(double factor, NodeIndex node);
  bool ApplySumIdentity(Sum& sum);
  bool PutTerm(Sum& sum, std::size_t i, double coefficient, NodeIndex node,
               std::optional<std::size_t> other);
  bool JoinConstant(Sum& sum, std::size_t i);
  Half HalfOf(NodeIndex node);
  bool JoinHalves(Sum& sum, std::size_t i);
  bool JoinPair(Sum& sum, std::size_t i);

  // ---- rewrite_product_identities.cc
  bool ApplyProductIdentity(Product& product);
  static bool Drop(std::vector<Factor>& factors, std::size_t i, int exponent);
  bool JoinPower(Product& product, bool divides, std::size_t i);
  bool JoinFactor(Product& product, std::size_t i);
  bool Replace(Product& product, std::size_t i, std::size_t k, NodeIndex made);
  bool JoinExponentials(Product& product);
  bool JoinDivisor(Product& product, std::size_t i);

  // ---- rewrite_product.cc
  NodeIndex ApplyProduct(std::uint16_t id, std::span<const NodeIndex> args);
  bool ReadProduct(NodeIndex node, Product& product);
  bool ReadFactor(NodeIndex node, bool divides, Product& product);
  bool ReadPower(NodeIndex base, int exponent, bool divides, Product& product);
  PowerBase ReadBase(NodeIndex base);
  bool ReadDivisor(NodeIndex node, Product& product);
  void JoinFactors(std::vector<Factor>& factors) const;
  NodeIndex WriteProduct(Product product);
  NodeIndex WriteFactors(double coefficient, const std::vector<NodeIndex>& factors);
  void WritePower(const Factor& factor, std::vector<NodeIndex>& nodes);
  NodeIndex Power(NodeIndex node, int exponent);
  // Takes the sign out of `node`: returns 1 or -1 and leaves the preferred one.
  double TakeSign(NodeIndex& node);

  // ---- rewrite_extremum.cc
  NodeIndex ApplyExtremum(std::uint16_t id, std::span<const NodeIndex> args);
  bool ReadExtremum(NodeIndex node, Extremum& list);
  void GatherConstant(double value, Extremum& list) const;
  void SortArguments(Extremum& list) const;
  void JoinOpposites(Extremum& list);
  int RankOver(NodeIndex node, NodeIndex a) const;
  bool IsAtLeast(NodeIndex large, NodeIndex small) const;
  bool ReadTheSame(NodeIndex a, NodeIndex b) const;
  void DropDominated(Extremum& list) const;
  // Is -min(-a, -b) preferred to max(a, b)?
  bool PrefersNegative(const Extremum& list);
  NodeIndex WriteExtremum(Extremum list);
  NodeIndex WriteHalf(bool is_max, NodeIndex arg);
  NodeIndex WriteTree(bool is_max, std::span<const NodeIndex> args);

  std::vector<std::uint64_t> colours_;
  bool uses_all_;
  bool drops_all_;
  static constexpr int kMaxSteps = 50'000;
  int steps_ = 0;
  Graph graph_;
  std::vector<std::uint64_t> hashes_;  // of the subgraph below each node
  std::vector<Range> ranges_;
  std::vector<Existence> exists_;
  std::vector<std::uint32_t> sizes_;  // of that subgraph written as a tree, saturating
  std::unordered_map<NodeIndex, PowerBase> bases_;
  std::vector<signed char> signs_;  // PreferredSign, 0 where it is not known yet
};

}  // namespace actsearch::expr
