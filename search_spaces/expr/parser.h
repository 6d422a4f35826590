// The recursive descent behind Parse; internal to it. The first error ends it, and
// an empty std::optional says that there was one. Local to one call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"
#include "search_spaces/expr/graph.h"
#include "search_spaces/expr/lex.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {

inline constexpr int kMaxElements = 1000;  // of a vector
inline constexpr int kMaxGroups = 65535;

class Parser {
 public:
  Parser(std::vector<Token> tokens, const Limits& limits);

  Result<Expr> Run();

 private:
  using Parsed = std::optional<NodeIndex>;

  // What a name of the where clause stands for.
  struct Binding {
    std::string name;
    NodeIndex node = 0;
  };

  // ---- parse.cc: tokens
  const Token& Now() const { return tokens_[at_]; }
  const Token& Ahead() const;
  bool IsEnd() const { return Now().kind == TokenKind::kEnd; }
  static bool Is(const Token& token, std::string_view symbol) {
    return token.kind == TokenKind::kSymbol && token.text == symbol;
  }
  bool Take(std::string_view symbol);
  // A whole number without leading zeros, at most `highest`.
  std::optional<std::uint16_t> ReadInteger(int lowest, int highest, const std::string& what);

  // ---- parse.cc: errors
  std::nullopt_t Error(std::size_t column, const std::string& what);
  std::string Met() const;
  std::nullopt_t Expected(const std::string& what);
  std::unexpected<actsearch::Error> Unexpected(const std::string& what);

  // ---- parse.cc: the formula
  Parsed Checked(NodeIndex node);
  template <class... Nodes>
  Parsed Make(std::uint16_t id, Nodes... args) {
    const NodeIndex list[] = {args...};
    return Checked(graph_.Primitive(id, list));
  }
  Parsed ReadFormula();
  bool IsComparison() const;
  Parsed Difference(NodeIndex a, NodeIndex b);
  Parsed ReadSum();
  Parsed ReadProduct();
  Parsed ReadPrefix();
  Parsed ReadAtom();
  bool Enter();
  Parsed ReadName(const Token& name);
  Parsed ReadElement(const Token& name);
  const Binding* Find(std::string_view name) const;

  // ---- parse_power.cc
  static bool IsPower(const Token& token) { return Is(token, "^") || Is(token, "**"); }
  Parsed ReadPower();
  std::optional<double> NumberAt(NodeIndex node) const;
  Parsed PowerOf(std::size_t column, NodeIndex base, NodeIndex exponent);
  Parsed WholePower(NodeIndex base, int exponent);

  // ---- parse_call.cc
  Parsed ReadCall(const Token& name);
  Parsed Call(const Token& name, const std::vector<NodeIndex>& args);
  Parsed Choice(const Token& name, const std::vector<NodeIndex>& args);
  Parsed Instantiate(std::string_view formula, const std::vector<NodeIndex>& args);
  std::nullopt_t WrongCount(const Token& name, const std::string& met);
  std::nullopt_t NeedsIndexSet(const Token& name);
  Parsed ReadReduction(const Token& name);
  bool ReadIndexSet(Node& reduction);

  // ---- parse_where.cc: the where clause
  bool ReadItems();
  bool ReadItem();
  bool CheckName(const Token& name);
  bool Bind(const Token& name, const std::string& full, NodeIndex node);
  bool HasElements(std::string_view name) const;
  bool ReadParameter(const Token& name, std::optional<std::uint16_t> element);
  bool ReadShape(Parameter& parameter);
  std::optional<double> ReadNumber();
  bool ReadVector(const Token& name, const Parameter& parameter, std::size_t count);
  bool Declare(const Token& name, Parameter parameter);

  std::vector<Token> tokens_;
  const Limits limits_;
  const int max_depth_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Graph graph_;
  std::vector<Parameter> parameters_;
  std::vector<Binding> bindings_;
  std::optional<actsearch::Error> error_;
};

// 'name', for messages.
std::string Quoted(std::string_view name);

// w[k], the name of an element of a vector.
std::string ElementName(std::string_view vector, std::size_t k);

}  // namespace actsearch::expr
