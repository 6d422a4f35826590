// Powers with a number as exponent, from squares, cubes and roots, which are exact.
#include <cmath>
#include <optional>
#include <string>

#include "search_spaces/base/exact_text.h"
#include "search_spaces/expr/parser.h"

namespace actsearch::expr {
namespace {

constexpr int kMaxExponent = 64;

}  // namespace

Parser::Parsed Parser::ReadPower() {
  const Parsed base = ReadAtom();
  if (!base || !IsPower(Now())) return base;
  ++at_;
  const std::size_t column = Now().column;
  bool is_negative = false;
  while (Is(Now(), "-") || Is(Now(), "+")) is_negative ^= tokens_[at_++].text == "-";
  Parsed exponent = ReadAtom();
  if (exponent && is_negative) exponent = Make(IdOf<rows::NegRow>(), *exponent);
  if (!exponent) return exponent;
  if (IsPower(Now())) return Expected("no second '^'; use parentheses");
  return PowerOf(column, *base, *exponent);
}

// A number, or a quotient of two, with a sign or without.
std::optional<double> Parser::NumberAt(NodeIndex node) const {
  const Graph::Item& item = graph_[node];
  if (item.kind == Kind::kConstant) return item.value;
  if (item.kind != Kind::kPrimitive) return std::nullopt;
  const Graph::Item& a = graph_[item.args[0]];
  if (item.id == IdOf<rows::NegRow>() && a.kind == Kind::kConstant) return -a.value;
  const Graph::Item& b = graph_[item.args[1]];
  const bool is_quotient = item.id == IdOf<rows::DivRow>() && a.kind == Kind::kConstant &&
                           b.kind == Kind::kConstant;
  return is_quotient ? std::optional(a.value / b.value) : std::nullopt;
}

// `column` is that of what is at fault where the power cannot be read.
Parser::Parsed Parser::PowerOf(std::size_t column, NodeIndex base, NodeIndex exponent) {
  const std::optional<double> number = NumberAt(exponent);
  if (!number) {
    return Error(column,
                 "the exponent is not a number; write 'exp2(b)' for 2^b, 'exp(b)' for e^b, "
                 "'pow_abs(a, b)' for |a|^b");
  }
  const double size = std::fabs(*number);
  if (!(size <= kMaxExponent) || std::floor(2 * size) != 2 * size) {
    return Error(column, "cannot read the exponent " + ExactText(*number) +
                             "; write 'pow_abs(a, " + ExactText(*number) +
                             ")' for that power of |a|, 'cbrt(a)' for the third root; whole and "
                             "half numbers up to 64 are read");
  }
  const int whole = static_cast<int>(size);
  if (*number == -0.5) return Make(IdOf<rows::RsqrtRow>(), base);
  Parsed power = whole == 0 ? std::nullopt : WholePower(base, whole);
  if (whole > 0 && !power) return power;
  if (size != whole) {
    const Parsed root = Make(IdOf<rows::SqrtRow>(), base);
    if (!root) return root;
    power = power ? Make(IdOf<rows::MulRow>(), *power, *root) : root;
  }
  if (!power && !error_) return Checked(graph_.Constant(1));
  return power && *number < 0 ? Make(IdOf<rows::ReciprocalRow>(), *power) : power;
}

// exponent >= 1.
Parser::Parsed Parser::WholePower(NodeIndex base, int exponent) {
  if (exponent == 1) return base;
  const int step = exponent % 2 == 0 ? 2 : exponent % 3 == 0 ? 3 : 1;
  const Parsed inner = WholePower(base, step == 1 ? exponent - 1 : exponent / step);
  if (!inner) return inner;
  if (step == 1) return Make(IdOf<rows::MulRow>(), base, *inner);
  return Make(step == 2 ? IdOf<rows::SquareRow>() : IdOf<rows::CubeRow>(), *inner);
}

}  // namespace actsearch::expr
