#include "search_spaces/expr/parameter_colours.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <utility>

#include "search_spaces/base/hash.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {
namespace {

using Hash = std::uint64_t;  // -h is the hash of the negated value, modulo 2^64

Hash Magnitude(Hash h) { return std::min(h, -h); }

// An odd function: Odd(-h) = -Odd(h). Its values are odd numbers, so that products
// of them lose nothing.
Hash Odd(Hash h, std::uint64_t tag) {
  const Hash mixed = HashCombine(tag, Magnitude(h)) | 1;
  return h == Magnitude(h) ? mixed : -mixed;
}

constexpr std::uint64_t kSumTag = 1001;
constexpr std::uint64_t kProductTag = 1002;
constexpr std::uint64_t kFactorTag = 1003;
constexpr std::uint64_t kDivisorTag = 1004;
constexpr std::uint64_t kMark = 1005;
constexpr std::uint64_t kFixed = 1006;
constexpr std::uint64_t kReductionTag = 1007;

// Hashes of subgraphs that do not depend on the order of the parts of sums,
// products, max and min, nor on where a sign stands.
class RoleHash {
 public:
  RoleHash(const Expr& e, const std::vector<std::uint64_t>& colours)
      : e_(e), colours_(colours), value_(e.nodes.size()), list_(e.nodes.size()) {
    for (std::size_t i = 0; i < e.nodes.size(); ++i) value_[i] = Of(i);
  }

  Hash Root() const { return value_.back(); }

 private:
  Hash Of(std::size_t i) {
    const Node& node = e_.nodes[i];
    switch (node.kind) {
      case Kind::kInput:
        return MixBits(1 + 0x10000ULL * node.id) | 1;
      case Kind::kConstant:
        return node.value < 0 ? -Constant(-node.value) : Constant(node.value);
      case Kind::kParameter:
        return colours_[node.id] | 1;
      case Kind::kPrimitive:
        return Primitive(i, node);
      case Kind::kReduction:
        return HashCombine(HashCombine(HashCombine(kReductionTag, node.id),
                                       (std::uint64_t{node.groups} << 8) | node.axes),
                           value_[node.args[0]]);
    }
    return 0;
  }

  static Hash Constant(double value) {
    return value == 0 ? 0 : MixBits(std::bit_cast<std::uint64_t>(value)) | 1;
  }

  // list_[i] gathers the parts of a sum, product, max or min.
  Hash Primitive(std::size_t i, const Node& node) {
    switch (node.id) {
      case IdOf<rows::NegRow>():
        list_[i] = -list_[node.args[0]];
        return -value_[node.args[0]];
      case IdOf<rows::AddRow>():
      case IdOf<rows::SubRow>():
        list_[i] = Term(node.args[0]) +
                   (node.id == IdOf<rows::AddRow>() ? Term(node.args[1]) : -Term(node.args[1]));
        return Odd(list_[i], kSumTag);
      case IdOf<rows::MulRow>():
        list_[i] = Factor(node.args[0]) * Factor(node.args[1]);
        return Odd(list_[i], kProductTag);
      case IdOf<rows::DivRow>():
        return Odd(Factor(node.args[0]) * Odd(value_[node.args[1]], kDivisorTag), kProductTag);
      case IdOf<rows::MaxRow>():
      case IdOf<rows::MinRow>():
        list_[i] = Argument(node.args[0], node.id) + Argument(node.args[1], node.id);
        return HashCombine(node.id, list_[i]);
      default:
        return Call(node);
    }
  }

  bool Is(std::size_t i, std::uint16_t id) const {
    return e_.nodes[i].kind == Kind::kPrimitive && e_.nodes[i].id == id;
  }
  bool IsNegated(std::size_t i, std::uint16_t id) const {
    return Is(i, IdOf<rows::NegRow>()) && Is(e_.nodes[i].args[0], id);
  }

  Hash Term(std::size_t i) const {
    const bool sum = Is(i, IdOf<rows::AddRow>()) || Is(i, IdOf<rows::SubRow>()) ||
                     IsNegated(i, IdOf<rows::AddRow>()) || IsNegated(i, IdOf<rows::SubRow>());
    return sum ? list_[i] : value_[i];
  }
  Hash Factor(std::size_t i) const {
    const bool product = Is(i, IdOf<rows::MulRow>()) || IsNegated(i, IdOf<rows::MulRow>());
    return product ? list_[i] : Odd(value_[i], kFactorTag);
  }
  Hash Argument(std::size_t i, std::uint16_t id) const {
    return Is(i, id) ? list_[i] : MixBits(value_[i]);
  }

  Hash Call(const Node& node) const {
    const PrimitiveRow& row = Primitives()[node.id];
    const Hash a = value_[node.args[0]];
    if (row.parity == Parity::kOdd) return Odd(a, row.id);
    if (row.parity == Parity::kEven) return HashCombine(row.id, Magnitude(a));
    if (row.id == IdOf<rows::GaussianKernelRow>() || row.id == IdOf<rows::LaplaceKernelRow>()) {
      const Hash pair = MixBits(a) + MixBits(value_[node.args[1]]);  // symmetric in both
      return HashCombine(HashCombine(row.id, pair), value_[node.args[2]]);
    }
    Hash h = row.id;
    for (int k = 0; k < row.arity; ++k) h = HashCombine(h, value_[node.args[k]]);
    return h;
  }

  const Expr& e_;
  const std::vector<std::uint64_t>& colours_;
  std::vector<Hash> value_;
  std::vector<Hash> list_;
};

// The colour of parameter k becomes the hash of the whole with k marked.
std::vector<std::uint64_t> Refined(const Expr& e, std::vector<std::uint64_t> colours) {
  std::vector<std::uint64_t> refined(colours.size());
  for (std::size_t k = 0; k < colours.size(); ++k) {
    const std::uint64_t plain = std::exchange(colours[k], HashCombine(kMark, colours[k]));
    refined[k] = HashCombine(plain, RoleHash(e, colours).Root());
    colours[k] = plain;
  }
  return refined;
}

}  // namespace

std::vector<std::uint64_t> PlainColours(const Expr& e) {
  std::vector<std::uint64_t> colours;
  colours.reserve(e.parameters.size());
  for (const Parameter& p : e.parameters) {
    const std::uint64_t shape =
        static_cast<std::uint64_t>(p.shape) | (std::uint64_t{p.groups} << 8);
    colours.push_back(HashCombine(shape, std::bit_cast<std::uint64_t>(p.initial)));
  }
  return colours;
}

bool AllDistinct(std::vector<std::uint64_t> colours) {
  std::ranges::sort(colours);
  return std::ranges::adjacent_find(colours) == colours.end();
}

std::vector<std::uint64_t> ParameterColours(const Expr& e) {
  std::vector<std::uint64_t> colours = PlainColours(e);
  while (!AllDistinct(colours)) {
    colours = Refined(e, std::move(colours));
    if (AllDistinct(colours)) break;
    // A tie of equal parts: fix the first of them, so that the others follow from it.
    for (std::uint64_t& colour : colours) {
      if (std::ranges::count(colours, colour) == 1) continue;
      colour = HashCombine(kFixed, colour);
      break;
    }
  }
  return colours;
}

}  // namespace actsearch::expr
