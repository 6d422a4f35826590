#include "search_spaces/expr/parse.h"

#include <algorithm>
#include <charconv>
#include <numbers>
#include <utility>

#include "search_spaces/base/registry.h"
#include "search_spaces/expr/foreign_names.h"
#include "search_spaces/expr/parser.h"
#include "search_spaces/expr/plain_text.h"

namespace actsearch::expr {
namespace {

constexpr int kHardMaxDepth = 1000;  // the parser recurses: no limit may ask for more

}  // namespace

std::string Quoted(std::string_view name) {
  std::string quoted(1, '\'');
  quoted.append(name).push_back('\'');
  return quoted;
}

Parser::Parser(std::vector<Token> tokens, const Limits& limits)
    : tokens_(std::move(tokens)),
      limits_(limits),
      max_depth_(std::min(limits.max_depth, kHardMaxDepth)) {}

Result<Expr> Parser::Run() {
  // The where clause is read first, because the body uses its names.
  const std::size_t where = FindWhere(tokens_);
  if (tokens_[where].kind != TokenKind::kEnd) {
    const std::size_t column = tokens_[where].column;
    at_ = where + 1;
    if (!ReadItems()) return std::unexpected(std::move(*error_));
    if (!IsEnd()) return Unexpected("',' or the end after the where clause");
    tokens_.resize(where);
    tokens_.push_back({TokenKind::kEnd, "where", column});
  }
  at_ = 0;
  const auto root = ReadFormula();
  if (!root) return std::unexpected(std::move(*error_));
  if (!IsEnd()) return Unexpected("an operator, 'where' or the end");
  return graph_.Finish(*root, std::move(parameters_));
}

// ---- tokens

const Token& Parser::Ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }

bool Parser::Take(std::string_view symbol) {
  if (!Is(Now(), symbol)) return false;
  ++at_;
  return true;
}

std::optional<std::uint16_t> Parser::ReadInteger(int lowest, int highest, const std::string& what) {
  const std::string_view text = Now().text;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_plain = Now().kind == TokenKind::kNumber && error == std::errc() &&
                        end == text.data() + text.size() && (text[0] != '0' || text == "0");
  if (!is_plain || value < lowest || value > highest) {
    return Expected(what + ", from " + std::to_string(lowest) + " to " + std::to_string(highest));
  }
  ++at_;
  return static_cast<std::uint16_t>(value);
}

// ---- errors

std::nullopt_t Parser::Error(std::size_t column, const std::string& what) {
  error_ = {ErrorCode::kInvalid, "column " + std::to_string(column) + ": " + what};
  return std::nullopt;
}

std::string Parser::Met() const {
  if (!IsEnd()) return Quoted(Now().text);
  return Now().text.empty() ? "the end" : "'where'";
}

std::nullopt_t Parser::Expected(const std::string& what) {
  return Error(Now().column, "expected " + what + ", met " + Met());
}

std::unexpected<actsearch::Error> Parser::Unexpected(const std::string& what) {
  Expected(what);
  return std::unexpected(std::move(*error_));
}

// ---- the formula

Parser::Parsed Parser::Checked(NodeIndex node) {
  if (graph_.size() <= static_cast<std::size_t>(limits_.max_nodes)) return node;
  return Error(Now().column, "the formula has more than " + std::to_string(limits_.max_nodes) +
                                 " nodes; make it shorter");
}

// A comparison is 1 where it holds, else 0.
Parser::Parsed Parser::ReadFormula() {
  const Parsed left = ReadSum();
  const std::string_view sign = IsComparison() ? Now().text : "";
  if (!left || sign.empty()) return left;
  ++at_;
  const Parsed right = ReadSum();
  if (!right) return right;
  if (IsComparison()) return Expected("no second comparison; use parentheses and '*'");
  const bool is_greater = sign[0] == '>';
  const Parsed difference = Difference(is_greater ? *left : *right, is_greater ? *right : *left);
  if (!difference) return difference;
  return Make(sign.size() == 1 ? IdOf<rows::StepRow>() : IdOf<rows::StepGeRow>(), *difference);
}

bool Parser::IsComparison() const {
  return Is(Now(), "<") || Is(Now(), ">") || Is(Now(), "<=") || Is(Now(), ">=");
}

// a - b, shorter where one of them is 0.
Parser::Parsed Parser::Difference(NodeIndex a, NodeIndex b) {
  const auto is_zero = [this](NodeIndex node) {
    return graph_[node].kind == Kind::kConstant && graph_[node].value == 0;
  };
  if (is_zero(b)) return a;
  return is_zero(a) ? Make(IdOf<rows::NegRow>(), b) : Make(IdOf<rows::SubRow>(), a, b);
}

Parser::Parsed Parser::ReadSum() {
  Parsed left = ReadProduct();
  while (left && (Is(Now(), "+") || Is(Now(), "-"))) {
    const bool plus = Is(Now(), "+");
    ++at_;
    const Parsed right = ReadProduct();
    if (!right) return right;
    left = Make(plus ? IdOf<rows::AddRow>() : IdOf<rows::SubRow>(), *left, *right);
  }
  return left;
}

Parser::Parsed Parser::ReadProduct() {
  Parsed left = ReadPrefix();
  while (left && (Is(Now(), "*") || Is(Now(), "/"))) {
    const bool times = Is(Now(), "*");
    ++at_;
    const Parsed right = ReadPrefix();
    if (!right) return right;
    left = Make(times ? IdOf<rows::MulRow>() : IdOf<rows::DivRow>(), *left, *right);
  }
  return left;
}

Parser::Parsed Parser::ReadPrefix() {
  int minuses = 0;
  while (Is(Now(), "-") || Is(Now(), "+")) minuses += tokens_[at_++].text == "-";
  Parsed node;
  if (minuses > 0 && Now().kind == TokenKind::kNumber && !IsPower(Ahead())) {
    node = Checked(graph_.Constant(-Now().number));
    ++at_;
    --minuses;
  } else {
    node = ReadPower();
  }
  while (node && minuses-- > 0) node = Make(IdOf<rows::NegRow>(), *node);
  return node;
}

Parser::Parsed Parser::ReadAtom() {
  const Token token = Now();
  if (token.kind == TokenKind::kNumber) {
    ++at_;
    return Checked(graph_.Constant(token.number));
  }
  if (token.kind == TokenKind::kName) {
    ++at_;
    if (Is(Now(), "(")) return ReadCall(token);
    if (Is(Now(), "{")) return ReadReduction(token);
    return Is(Now(), "[") ? ReadElement(token) : ReadName(token);
  }
  if (Is(token, "(")) {
    if (!Enter()) return std::nullopt;
    const Parsed inner = ReadFormula();
    if (inner && !Take(")")) return Expected("')'");
    --depth_;
    return inner;
  }
  return Expected("a number, a name or '('");
}

// Past an opening parenthesis.
bool Parser::Enter() {
  if (++depth_ > max_depth_) {
    Error(Now().column, "nested deeper than " + std::to_string(max_depth_) + " levels");
    return false;
  }
  ++at_;
  return true;
}

Parser::Parsed Parser::ReadName(const Token& name) {
  if (name.text == "x") return Checked(graph_.Input(0));
  if (name.text == "u") return Checked(graph_.Input(1));
  if (name.text == "pi") return Checked(graph_.Constant(std::numbers::pi));
  if (const Binding* binding = Find(name.text)) return binding->node;
  const std::string_view last = WithoutModule(name.text);
  if (last.size() != name.text.size() && last == "pi") {
    return Checked(graph_.Constant(std::numbers::pi));
  }
  if (last.size() != name.text.size() && last == "e") {
    return Checked(graph_.Constant(std::numbers::e));
  }
  const std::string text(name.text);
  if (FindPrimitive(name.text)) {
    return Error(name.column, "'" + text + "' needs arguments, as in '" + text + "(x)'");
  }
  if (HasElements(name.text)) {
    return Error(name.column,
                 "'" + text + "' is a vector; name an element, as in '" + text + "[0]'");
  }
  if (text == "e") return Error(name.column, "'e' is not named; write 'exp(x)', or 'exp(1)'");
  std::vector<std::string_view> known = {"x", "u", "pi"};
  for (const Binding& binding : bindings_) known.push_back(binding.name);
  return Error(name.column, UnknownName("name", name.text, known).message +
                                "; a parameter is declared by ' where " + text + ": channel = 1'");
}

Parser::Parsed Parser::ReadElement(const Token& name) {
  ++at_;  // past '['
  const auto element = ReadInteger(0, kMaxElements - 1, "the number of an element");
  if (!element) return std::nullopt;
  if (!Take("]")) return Expected("']'");
  if (const Binding* binding = Find(ElementName(name.text, *element))) return binding->node;
  const std::string text(name.text);
  return Error(name.column, Quoted(ElementName(text, *element)) +
                                " is not declared; elements are declared by ' where " + text +
                                ": channel[" + std::to_string(*element + 1) + "] = 1'");
}

const Parser::Binding* Parser::Find(std::string_view name) const {
  const auto found = std::ranges::find(bindings_, name, &Binding::name);
  return found == bindings_.end() ? nullptr : &*found;
}

Result<Expr> Parse(std::string_view text, const Limits& limits) {
  if (text.size() > static_cast<std::size_t>(std::max(limits.max_length, 0))) {
    return Fail(ErrorCode::kInvalid, "column 1: the text has " + std::to_string(text.size()) +
                                         " bytes, more than " + std::to_string(limits.max_length));
  }
  const Result<std::string> plain = PlainText(text);
  if (!plain) return std::unexpected(plain.error());
  auto tokens = Tokenize(*plain);
  if (!tokens) return std::unexpected(std::move(tokens.error()));
  return Parser(std::move(*tokens), limits).Run();
}

Result<Expr> ParseScalar(std::string_view text, const Limits& limits) {
  Result<Expr> e = Parse(text, limits);
  if (e && !IsPointwise(*e)) {
    return Fail(ErrorCode::kInvalid,
                "the formula has a reduction, such as mean{b,h,w}(x); only functions of single "
                "elements are taken here");
  }
  if (e && InputCount(*e) > 1) {
    return Fail(ErrorCode::kInvalid,
                "the formula reads the second input u; only functions of x are taken here");
  }
  return e;
}

}  // namespace actsearch::expr
