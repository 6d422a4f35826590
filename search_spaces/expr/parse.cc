#include "search_spaces/expr/parse.h"

#include <algorithm>
#include <cstddef>
#include <numbers>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "search_spaces/base/registry.h"
#include "search_spaces/expr/graph.h"
#include "search_spaces/expr/lex.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {
namespace {

constexpr int kHardMaxDepth = 1000;  // the parser recurses: no limit may ask for more
constexpr std::size_t kMaxNameLength = 32;

const PrimitiveRow* PrimitiveNamed(std::string_view name) {
  for (const PrimitiveRow& row : Primitives()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

bool IsReserved(std::string_view name) {
  return name == "x" || name == "pi" || name == "where" || PrimitiveNamed(name) != nullptr;
}

std::string Quoted(std::string_view name) {
  std::string quoted(1, '\'');
  quoted.append(name).push_back('\'');
  return quoted;
}

// What a name of the where clause stands for.
struct Binding {
  std::string_view name;
  NodeIndex node = 0;
};

// Recursive descent; the first error ends it. `std::optional` is empty after an error.
class Parser {
 public:
  Parser(std::vector<Token> tokens, const Limits& limits)
      : tokens_(std::move(tokens)),
        limits_(limits),
        max_depth_(std::min(limits.max_depth, kHardMaxDepth)) {}

  Result<Expr> Run() {
    const std::size_t where = FindWhere();
    if (where < tokens_.size()) {
      at_ = where + 1;
      if (!ReadItems()) return std::unexpected(std::move(*error_));
      if (!IsEnd()) return Unexpected("',' or the end after the where clause");
      tokens_.resize(where);
      tokens_.push_back({TokenKind::kEnd, "where", where_column_});
    }
    at_ = 0;
    const auto root = ReadSum();
    if (!root) return std::unexpected(std::move(*error_));
    if (!IsEnd()) return Unexpected("an operator, 'where' or the end");
    return graph_.Finish(*root, std::move(parameters_));
  }

 private:
  using Parsed = std::optional<NodeIndex>;

  // ---- tokens

  const Token& Now() const { return tokens_[at_]; }
  const Token& Ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  bool IsEnd() const { return Now().kind == TokenKind::kEnd; }
  static bool Is(const Token& token, std::string_view symbol) {
    return token.kind == TokenKind::kSymbol && token.text == symbol;
  }
  bool Take(std::string_view symbol) {
    if (!Is(Now(), symbol)) return false;
    ++at_;
    return true;
  }

  // The where clause is read first, because the body uses its names.
  std::size_t FindWhere() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].kind == TokenKind::kName && tokens_[i].text == "where") {
        where_column_ = tokens_[i].column;
        return i;
      }
    }
    return tokens_.size();
  }

  // ---- errors

  std::nullopt_t Error(std::size_t column, const std::string& what) {
    error_ = {ErrorCode::kInvalid, "column " + std::to_string(column) + ": " + what};
    return std::nullopt;
  }

  std::string Met() const {
    if (!IsEnd()) return Quoted(Now().text);
    return Now().text.empty() ? "the end" : "'where'";
  }

  std::nullopt_t Expected(const std::string& what) {
    return Error(Now().column, "expected " + what + ", met " + Met());
  }

  std::unexpected<actsearch::Error> Unexpected(const std::string& what) {
    Expected(what);
    return std::unexpected(std::move(*error_));
  }

  // ---- nodes

  Parsed Checked(NodeIndex node) {
    if (graph_.size() <= static_cast<std::size_t>(limits_.max_nodes)) return node;
    return Error(Now().column, "the formula has more than " + std::to_string(limits_.max_nodes) +
                                   " nodes; make it shorter");
  }

  template <class... Nodes>
  Parsed Make(std::uint16_t id, Nodes... args) {
    const NodeIndex list[] = {args...};
    return Checked(graph_.Primitive(id, list));
  }

  // ---- the where clause

  bool ReadItems() {
    do {
      const Token name = Now();
      if (name.kind != TokenKind::kName) return Expected("a name"), false;
      if (!CheckNewName(name)) return false;
      ++at_;
      if (Take(":=")) {
        const Parsed value = ReadSum();
        if (!value) return false;
        bindings_.push_back({name.text, *value});
      } else if (!ReadParameter(name)) {
        return false;
      }
    } while (Take(","));
    return true;
  }

  bool CheckNewName(const Token& name) {
    const std::string quoted = Quoted(name.text);
    if (name.text.size() > kMaxNameLength) {
      Error(name.column, "the name " + quoted + " is longer than 32 characters");
    } else if (IsReserved(name.text)) {
      Error(name.column, "the name " + quoted + " is taken by the language; choose another");
    } else if (Find(name.text)) {
      Error(name.column, "the name " + quoted + " is declared twice");
    }
    return !error_;
  }

  bool ReadParameter(const Token& name) {
    if (!Take(":")) {
      Expected("':' and a shape, as in '" + std::string(name.text) + ": channel = 1'");
      return false;
    }
    Parameter parameter{.name = std::string(name.text)};
    if (Now().text == "layer") {
      parameter.shape = Shape::kLayer;
    } else if (Now().text != "channel") {
      return Expected("a shape, 'layer' or 'channel'"), false;
    }
    ++at_;
    if (!Take("=")) return Expected("'=' and the initial value"), false;
    const bool negative = Take("-");
    if (Now().kind != TokenKind::kNumber) return Expected("the initial value, a number"), false;
    parameter.initial = negative ? -Now().number : Now().number;
    ++at_;
    if (parameters_.size() >= static_cast<std::size_t>(limits_.max_parameters)) {
      return Error(name.column,
                   "more than " + std::to_string(limits_.max_parameters) + " parameters"),
             false;
    }
    const auto index = static_cast<std::uint16_t>(parameters_.size());
    bindings_.push_back({name.text, graph_.Parameter(index)});
    parameters_.push_back(std::move(parameter));
    return true;
  }

  // ---- the formula

  Parsed ReadSum() {
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

  Parsed ReadProduct() {
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

  Parsed ReadPrefix() {
    int minuses = 0;
    while (Take("-")) ++minuses;
    Parsed node;
    if (minuses > 0 && Now().kind == TokenKind::kNumber && !Is(Ahead(), "^")) {
      node = Checked(graph_.Constant(-Now().number));
      ++at_;
      --minuses;
    } else {
      node = ReadPower();
    }
    while (node && minuses-- > 0) node = Make(IdOf<rows::NegRow>(), *node);
    return node;
  }

  Parsed ReadPower() {
    const Parsed base = ReadAtom();
    if (!base || !Take("^")) return base;
    const std::string_view exponent = Now().text;
    if (exponent != "2" && exponent != "3") return Expected("the exponent 2 or 3");
    ++at_;
    if (Is(Now(), "^")) return Expected("no second '^'; use parentheses");
    return exponent == "2" ? Make(IdOf<rows::SquareRow>(), *base)
                           : Make(IdOf<rows::CubeRow>(), *base);
  }

  Parsed ReadAtom() {
    const Token token = Now();
    if (token.kind == TokenKind::kNumber) {
      ++at_;
      return Checked(graph_.Constant(token.number));
    }
    if (token.kind == TokenKind::kName) {
      ++at_;
      return Is(Now(), "(") ? ReadCall(token) : ReadName(token);
    }
    if (Is(token, "(")) {
      if (!Enter()) return std::nullopt;
      const Parsed inner = ReadSum();
      if (inner && !Take(")")) return Expected("')'");
      --depth_;
      return inner;
    }
    return Expected("a number, a name or '('");
  }

  // Past an opening parenthesis.
  bool Enter() {
    if (++depth_ > max_depth_) {
      Error(Now().column, "nested deeper than " + std::to_string(max_depth_) + " levels");
      return false;
    }
    ++at_;
    return true;
  }

  Parsed ReadName(const Token& name) {
    if (name.text == "x") return Checked(graph_.Input());
    if (name.text == "pi") return Checked(graph_.Constant(std::numbers::pi));
    if (const Binding* binding = Find(name.text)) return binding->node;
    const std::string text(name.text);
    if (PrimitiveNamed(name.text)) {
      return Error(name.column, "'" + text + "' needs arguments, as in '" + text + "(x)'");
    }
    std::vector<std::string_view> known = {"x", "pi"};
    for (const Binding& binding : bindings_) known.push_back(binding.name);
    return Error(name.column, UnknownName("name", name.text, known).message +
                                  "; a parameter is declared by ' where " + text +
                                  ": channel = 1'");
  }

  Parsed ReadCall(const Token& name) {
    const PrimitiveRow* row = PrimitiveNamed(name.text);
    if (row == nullptr) return Error(name.column, FindPrimitive(name.text).error().message);
    if (!Enter()) return std::nullopt;
    std::vector<NodeIndex> args;
    do {
      if (args.size() == kMaxArity) return WrongCount(name, *row, "more");
      const Parsed arg = ReadSum();
      if (!arg) return arg;
      args.push_back(*arg);
    } while (Take(","));
    if (!Take(")")) return Expected("',' or ')'");
    --depth_;
    if (args.size() != static_cast<std::size_t>(row->arity)) {
      return WrongCount(name, *row, std::to_string(args.size()));
    }
    return Checked(graph_.Primitive(row->id, args));
  }

  std::nullopt_t WrongCount(const Token& name, const PrimitiveRow& row, const std::string& met) {
    return Error(name.column, Quoted(name.text) + " takes " + std::to_string(row.arity) +
                                  (row.arity == 1 ? " argument, met " : " arguments, met ") + met);
  }

  const Binding* Find(std::string_view name) const {
    const auto found = std::ranges::find(bindings_, name, &Binding::name);
    return found == bindings_.end() ? nullptr : &*found;
  }

  std::vector<Token> tokens_;
  const Limits limits_;
  const int max_depth_;
  std::size_t at_ = 0;
  std::size_t where_column_ = 0;
  int depth_ = 0;
  Graph graph_;
  std::vector<Parameter> parameters_;
  std::vector<Binding> bindings_;
  std::optional<actsearch::Error> error_;
};

}  // namespace

Result<Expr> Parse(std::string_view text, const Limits& limits) {
  if (text.size() > static_cast<std::size_t>(std::max(limits.max_length, 0))) {
    return Fail(ErrorCode::kInvalid, "column 1: the text has " + std::to_string(text.size()) +
                                         " bytes, more than " + std::to_string(limits.max_length));
  }
  auto tokens = Tokenize(text);
  if (!tokens) return std::unexpected(std::move(tokens.error()));
  return Parser(std::move(*tokens), limits).Run();
}

}  // namespace actsearch::expr
