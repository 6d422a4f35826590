#include "search_spaces/activations/shape.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "search_spaces/base/registry.h"
#include "search_spaces/expr/lex.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/plain_text.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::activations {
namespace {

using expr::Token;
using expr::TokenKind;

constexpr std::array<std::string_view, 2> kSlotNames = {"unary", "binary"};

// 1 or 2 for the name of a slot, else 0.
std::size_t ArityOfSlot(const Token& token) {
  if (token.kind != TokenKind::kName) return 0;
  const auto found = std::ranges::find(kSlotNames, token.text);
  return found == kSlotNames.end() ? 0 : static_cast<std::size_t>(found - kSlotNames.begin()) + 1;
}

bool Is(const Token& token, std::string_view symbol) {
  return token.kind == TokenKind::kSymbol && token.text == symbol;
}

std::unexpected<Error> At(std::size_t column, const std::string& what) {
  return Fail(ErrorCode::kInvalid, "column " + std::to_string(column) + ": " + what);
}

// Tokens [begin, end) of the text.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Every part goes through the language's own parser, at its own place in the text:
// what surrounds it is blanked, and a slot is written over by the name of a
// parameter, so that columns in messages are those of the whole text.
class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens)
      : text_(text), tokens_(std::move(tokens)), body_end_(expr::FindWhere(tokens_)) {}

  Result<FormulaShape> Run() {
    if (Result<void> ok = CheckNames(); !ok) return std::unexpected(ok.error());
    const Result<std::size_t> whole = ReadPart({0, body_end_});
    if (!whole) return std::unexpected(whole.error());
    if (shape_.slots.empty()) {
      return At(1,
                "no slot is in the shape; write unary(...) or binary(..., ...) where operators "
                "are to be tried, as in binary(unary(x), unary(x))");
    }
    return std::move(shape_);
  }

 private:
  // What only a shape can get wrong in its names.
  Result<void> CheckNames() const {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      if (Is(token, "{")) {
        return At(token.column, "a reduction; a shape is a function of single elements");
      }
      if (token.kind != TokenKind::kName) continue;
      if (token.text == "u") {
        return At(token.column, "'u' is the second input; a shape is a function of 'x' alone");
      }
      const std::string name(token.text);
      const bool is_slot = ArityOfSlot(token) > 0;
      if (is_slot && i > body_end_) {
        return At(token.column, "'" + name +
                                    "' is a slot, and the where clause holds none; write "
                                    "it into the formula");
      }
      const bool is_call = Is(tokens_[i + 1], "(");
      if (is_slot && !is_call) {
        return At(token.column, "'" + name + "' is a slot and takes arguments, as in '" + name +
                                    (name == "unary" ? "(x)'" : "(x, x)'"));
      }
      if (is_slot || !is_call || expr::FindPrimitive(name)) continue;
      if (const std::string_view near = Nearest(name, kSlotNames); !near.empty()) {
        return At(token.column,
                  "unknown slot '" + name + "'; did you mean '" + std::string(near) + "'?");
      }
    }
    return {};
  }

  Result<std::size_t> ReadPart(Range range) {
    const std::size_t index = shape_.parts.size();
    shape_.parts.emplace_back();
    FormulaShape::Part part;
    std::string masked = Masked(range);
    std::string holes;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (ArityOfSlot(tokens_[i]) == 0) continue;
      const std::size_t slot = shape_.slots.size();
      const Result<std::size_t> close = ReadSlot(i, range.end);
      if (!close) return close;
      part.slots.push_back(slot);
      const std::string hole = HoleName(tokens_[i].text);
      const std::size_t from = Offset(i);
      const std::size_t length = Offset(*close) + 1 - from;
      masked.replace(from, length, hole + std::string(length - hole.size(), ' '));
      holes += (holes.empty() ? "" : ", ") + hole + ": layer = 0";
      i = *close;
    }
    if (!holes.empty()) masked += (HasWhere() ? ", " : " where ") + holes;
    Result<expr::Expr> graph = expr::Parse(masked, {.max_length = 8192, .max_parameters = 64});
    if (!graph) return std::unexpected(InPlace(graph.error(), range));
    part.graph = *std::move(graph);
    const auto first_hole = part.graph.parameters.end() - std::ssize(part.slots);
    shape_.declared.assign(part.graph.parameters.begin(), first_hole);
    shape_.parts[index] = std::move(part);
    return index;
  }

  // The slot whose name is token `at`; gives the token of its closing parenthesis.
  Result<std::size_t> ReadSlot(std::size_t at, std::size_t end) {
    if (shape_.slots.size() == kMaxSlots) {
      return At(tokens_[at].column, "more than " + std::to_string(kMaxSlots) + " slots");
    }
    const std::size_t slot = shape_.slots.size();
    shape_.slots.emplace_back();
    std::vector<Range> args = {{at + 2, at + 2}};
    std::size_t i = at + 2;
    for (int depth = 1; i < end; ++i) {
      if (Is(tokens_[i], "(")) ++depth;
      if (Is(tokens_[i], ")") && --depth == 0) break;
      if (Is(tokens_[i], ",") && depth == 1) {
        args.back().end = i;
        args.push_back({i + 1, i + 1});
      }
    }
    if (i == end) return At(ColumnOf(end), "expected ')' of '" + Name(at) + "(', met " + Met(end));
    args.back().end = i;
    if (Result<void> ok = CheckArguments(at, args); !ok) return std::unexpected(ok.error());
    for (const Range& arg : args) {
      const Result<std::size_t> part = ReadPart(arg);
      if (!part) return part;
      shape_.slots[slot].args.push_back(*part);
    }
    return i;
  }

  Result<void> CheckArguments(std::size_t at, const std::vector<Range>& args) const {
    const std::size_t arity = ArityOfSlot(tokens_[at]);
    for (const Range& arg : args) {
      if (arg.begin < arg.end) continue;
      return At(ColumnOf(arg.end), "'" + Name(at) + "' lacks an argument here; the input is 'x'");
    }
    if (args.size() == arity) return {};
    return At(tokens_[at].column, "'" + Name(at) + "' takes " + std::to_string(arity) +
                                      (arity == 1 ? " argument, met " : " arguments, met ") +
                                      std::to_string(args.size()));
  }

  // The text with everything but the range and the where clause blanked.
  std::string Masked(Range range) const {
    std::string masked(text_);
    const std::size_t where = HasWhere() ? Offset(body_end_) : text_.size();
    const std::size_t begin = Offset(range.begin);
    const std::size_t end = std::min(Offset(range.end), where);
    std::fill_n(masked.begin(), begin, ' ');
    if (end < where) std::fill(masked.begin() + end, masked.begin() + where, ' ');
    return masked;
  }

  // A name that the text does not use; never longer than the slot that it replaces.
  std::string HoleName(std::string_view slot) {
    std::string name;
    do {
      name = std::string(slot.substr(0, 3)) + std::to_string(++holes_);
    } while (std::ranges::find(tokens_, name, &Token::text) != tokens_.end());
    return name;
  }

  // The language's parser takes the end of a part for the end of the text.
  Error InPlace(Error error, Range range) const {
    constexpr std::string_view kColumn = "column ";
    const std::string& said = error.message;
    const char* const end = said.data() + said.size();
    std::size_t column = 0;
    const auto [rest, code] = std::from_chars(said.data() + kColumn.size(), end, column);
    const bool is_end = HasWhere() ? said.ends_with("met 'where'") : column > text_.size();
    const std::size_t met = said.rfind("met ");
    if (code != std::errc() || !is_end || met == std::string::npos) return error;
    const std::string what(rest, said.data() + met);
    error.message =
        std::string(kColumn) + std::to_string(ColumnOf(range.end)) + what + "met " + Met(range.end);
    return error;
  }

  bool HasWhere() const { return tokens_[body_end_].kind != TokenKind::kEnd; }
  std::size_t ColumnOf(std::size_t token) const { return tokens_[token].column; }
  std::size_t Offset(std::size_t token) const { return ColumnOf(token) - 1; }
  std::string Name(std::size_t token) const { return std::string(tokens_[token].text); }
  std::string Met(std::size_t token) const {
    return tokens_[token].kind == TokenKind::kEnd ? "the end" : "'" + Name(token) + "'";
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t body_end_ = 0;  // the token "where" or the end
  int holes_ = 0;
  FormulaShape shape_;
};

}  // namespace

Result<FormulaShape> ParseShape(std::string_view text) {
  if (text.size() > 1024) {
    return At(1, "the shape has " + std::to_string(text.size()) + " bytes, more than 1024");
  }
  const Result<std::string> plain = expr::PlainText(text);
  if (!plain) return std::unexpected(plain.error());
  Result<std::vector<Token>> tokens = expr::Tokenize(*plain);
  if (!tokens) return std::unexpected(tokens.error());
  return Parser(*plain, *std::move(tokens)).Run();
}

}  // namespace actsearch::activations
