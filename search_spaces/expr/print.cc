#include "search_spaces/expr/print.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "search_spaces/base/exact_text.h"
#include "search_spaces/expr/parser.h"
#include "search_spaces/expr/primitives.h"
#include "search_spaces/expr/reductions.h"

namespace actsearch::expr {
namespace {

// Up to this size, counting shared parts as often as they are written, a formula is
// one piece of text; larger ones name their shared parts in the where clause.
constexpr std::uint64_t kMaxWrittenNodes = 96;
// Parts nested deeper get a name of their own, so that the text stays within
// Limits::max_depth.
constexpr int kMaxWrittenDepth = 40;

constexpr int kPrefixPrecedence = rows::NegRow::precedence;
constexpr int kAtomPrecedence = kPrefixPrecedence + 1;

std::string Number(double value) { return value == std::numbers::pi ? "pi" : ExactText(value); }

struct Piece {
  std::string text;
  int precedence = kAtomPrecedence;
  int depth = 0;  // nesting of parentheses and calls
};

void Wrap(Piece& piece, int least_precedence) {
  if (piece.precedence >= least_precedence) return;
  piece.text.insert(0, 1, '(').push_back(')');
  ++piece.depth;
}

Piece WriteInfix(const PrimitiveRow& row, Piece left, Piece right) {
  Wrap(left, row.precedence);
  Wrap(right, row.precedence + 1);
  const int depth = std::max(left.depth, right.depth);
  std::string text = std::move(left.text);
  text.append(" ").append(row.symbol).append(" ").append(right.text);
  return {std::move(text), row.precedence, depth};
}

Piece WritePrefix(const PrimitiveRow& row, Piece arg) {
  // -(2) is the negation of 2, -2 a constant.
  const char first = arg.text.front();
  const bool is_number = (first >= '0' && first <= '9') || first == '.';
  Wrap(arg, is_number ? kAtomPrecedence + 1 : row.precedence);
  return {std::string(row.symbol) + arg.text, row.precedence, arg.depth};
}

std::string ShapeText(const Parameter& p) {
  if (p.shape == Shape::kGroup) return "group(" + std::to_string(p.groups) + ")";
  return p.shape == Shape::kLayer ? "layer" : "channel";
}

// How many parameters from the first on are the elements 0, 1, ... of one vector.
std::size_t VectorLength(std::span<const Parameter> parameters) {
  const Parameter& first = parameters[0];
  if (!first.name.ends_with("[0]")) return 0;
  const std::string_view base = std::string_view(first.name).substr(0, first.name.size() - 3);
  std::size_t count = 1;
  while (count < parameters.size() && parameters[count].name == ElementName(base, count) &&
         parameters[count].shape == first.shape && parameters[count].groups == first.groups) {
    ++count;
  }
  return count;
}

// w: layer[3] = (0.1, 0.2, 0.3), or w: layer[3] = 0.1.
std::string VectorText(std::span<const Parameter> elements) {
  const std::string& first = elements[0].name;
  std::string text = first.substr(0, first.size() - 3) + ": " + ShapeText(elements[0]);
  text += "[" + std::to_string(elements.size()) + "] = ";
  const auto bits = [](const Parameter& p) { return std::bit_cast<std::uint64_t>(p.initial); };
  if (std::ranges::all_of(elements, [&](auto& p) { return bits(p) == bits(elements[0]); })) {
    return text + ExactText(elements[0].initial);
  }
  for (std::size_t k = 0; k < elements.size(); ++k) {
    text.append(k == 0 ? "(" : ", ").append(ExactText(elements[k].initial));
  }
  return text + ")";
}

class Printer {
 public:
  explicit Printer(const Expr& e) : e_(e), uses_(e.nodes.size()), pieces_(e.nodes.size()) {
    for (const Node& node : e.nodes) {
      for (int k = 0; k < ArityOf(node); ++k) ++uses_[node.args[k]];
    }
    names_shared_ = WrittenNodes() > kMaxWrittenNodes;
  }

  std::string Run() {
    for (std::size_t i = 0; i < e_.nodes.size(); ++i) {
      pieces_[i] = Write(e_.nodes[i]);
      if (NeedsName(i)) Name(i);
    }
    return pieces_.back().text + WhereClause();
  }

 private:
  std::uint64_t WrittenNodes() const {
    std::vector<std::uint64_t> written(e_.nodes.size(), 1);
    for (std::size_t i = 0; i < e_.nodes.size(); ++i) {
      for (int k = 0; k < ArityOf(e_.nodes[i]); ++k) written[i] += written[e_.nodes[i].args[k]];
      written[i] = std::min<std::uint64_t>(written[i], 1'000'000'000);
    }
    return written.back();
  }

  bool NeedsName(std::size_t i) const {
    if (i + 1 == e_.nodes.size() || ArityOf(e_.nodes[i]) == 0) return false;
    return (names_shared_ && uses_[i] > 1) || pieces_[i].depth >= kMaxWrittenDepth;
  }

  void Name(std::size_t i) {
    std::string name;
    do {
      name.assign(1, 't');
      name += std::to_string(++names_made_);
    } while (std::ranges::any_of(e_.parameters, [&name](const Parameter& p) {
      return p.name == name || p.name.starts_with(name + "[");
    }));
    items_.push_back(name + " := " + std::move(pieces_[i].text));
    pieces_[i] = {std::move(name)};
  }

  Piece Write(const Node& node) {
    switch (node.kind) {
      case Kind::kInput:
        return {node.id == 0 ? "x" : "u"};
      case Kind::kConstant:
        return {Number(node.value), std::signbit(node.value) ? kPrefixPrecedence : kAtomPrecedence};
      case Kind::kParameter:
        return {e_.parameters[node.id].name};
      case Kind::kReduction:
        return WriteReduction(node);
      case Kind::kPrimitive:
        break;
    }
    const PrimitiveRow& row = Primitives()[node.id];
    if (row.form == Form::kInfix) {
      return WriteInfix(row, Take(node.args[0]), Take(node.args[1]));
    }
    if (row.form == Form::kPrefix) return WritePrefix(row, Take(node.args[0]));
    return WriteCall(row, node);
  }

  Piece WriteCall(const PrimitiveRow& row, const Node& node) {
    std::string text(row.name);
    int depth = 0;
    for (int k = 0; k < row.arity; ++k) {
      const Piece arg = Take(node.args[k]);
      text.append(k == 0 ? "(" : ", ").append(arg.text);
      depth = std::max(depth, arg.depth);
    }
    text += ")";
    return {std::move(text), kAtomPrecedence, depth + 1};
  }

  Piece WriteReduction(const Node& node) {
    std::string text(Reductions()[node.id].name);
    char before = '{';
    for (int bit = 0; bit < 4; ++bit) {
      if ((node.axes >> bit & 1) == 0) continue;
      text.append(1, before).append(1, "bchw"[bit]);
      if (1 << bit == kAxisC && node.groups > 0) text += "/" + std::to_string(node.groups);
      before = ',';
    }
    const Piece arg = Take(node.args[0]);
    text.append("}(").append(arg.text).append(")");
    return {std::move(text), kAtomPrecedence, arg.depth + 1};
  }

  // The text of an argument; the last use takes it away.
  Piece Take(std::size_t i) { return uses_[i] > 1 ? pieces_[i] : std::move(pieces_[i]); }

  std::string WhereClause() const {
    std::string text;
    const std::span<const Parameter> all(e_.parameters);
    for (std::size_t k = 0; k < all.size();) {
      const std::size_t count = VectorLength(all.subspan(k));
      text.append(text.empty() ? " where " : ", ");
      text += count > 1
                  ? VectorText(all.subspan(k, count))
                  : all[k].name + ": " + ShapeText(all[k]) + " = " + ExactText(all[k].initial);
      k += std::max<std::size_t>(count, 1);
    }
    for (const std::string& item : items_) text.append(text.empty() ? " where " : ", ") += item;
    return text;
  }

  const Expr& e_;
  std::vector<int> uses_;
  std::vector<Piece> pieces_;
  bool names_shared_ = false;
  int names_made_ = 0;
  std::vector<std::string> items_;
};

}  // namespace

std::string Print(const Expr& e) { return Printer(e).Run(); }

}  // namespace actsearch::expr
