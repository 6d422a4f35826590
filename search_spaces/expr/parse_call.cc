// Calls, of primitives and under other tools' names, and reductions.
#include <string>
#include <utility>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/foreign_names.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/parser.h"
#include "search_spaces/expr/reductions.h"

namespace actsearch::expr {
namespace {

bool IsChoice(std::string_view name) { return WithoutModule(name) == "where"; }

}  // namespace

Parser::Parsed Parser::ReadCall(const Token& name) {
  if (!IsChoice(name.text) && !FindPrimitive(name.text)) {
    if (const auto foreign = FindForeign(name.text); !foreign) {
      if (FindReduction(name.text)) return NeedsIndexSet(name);
      return Error(name.column, foreign.error().message);
    }
  }
  if (!Enter()) return std::nullopt;
  std::vector<NodeIndex> args;
  do {
    if (args.size() == kMaxArity) return WrongCount(name, "more");
    const Parsed arg = ReadFormula();
    if (!arg) return arg;
    args.push_back(*arg);
  } while (Take(","));
  if (!Take(")")) return Expected("',' or ')'");
  --depth_;
  return IsChoice(name.text) ? Choice(name, args) : Call(name, args);
}

// A primitive of this very name comes first: in this language lerp is not PyTorch's.
Parser::Parsed Parser::Call(const Token& name, const std::vector<NodeIndex>& args) {
  const auto row = FindPrimitive(name.text);
  if (row && static_cast<std::size_t>((*row)->arity) == args.size()) {
    return Checked(graph_.Primitive((*row)->id, args));
  }
  const auto foreign = FindForeign(name.text, static_cast<int>(args.size()));
  if (!foreign || static_cast<std::size_t>(foreign->arity) != args.size()) {
    if (!row && FindReduction(name.text)) return NeedsIndexSet(name);
    return WrongCount(name, std::to_string(args.size()));
  }
  if (foreign->is_power) return PowerOf(name.column, args[0], args[1]);
  if (foreign->formula.empty()) {
    return Checked(graph_.Primitive((*FindPrimitive(foreign->primitive))->id, args));
  }
  return Instantiate(foreign->formula, args);
}

// where(c, a, b) of other tools takes a wherever c is not 0, select(c, a, b) where c > 0.
Parser::Parsed Parser::Choice(const Token& name, const std::vector<NodeIndex>& args) {
  if (args.size() != 3) return WrongCount(name, std::to_string(args.size()));
  const Graph::Item& condition = graph_[args[0]];
  const bool is_comparison = condition.kind == Kind::kPrimitive &&
                             (condition.id == IdOf<rows::StepRow>() ||
                              condition.id == IdOf<rows::StepGeRow>() ||
                              condition.id == IdOf<rows::GreaterRow>());
  if (is_comparison) return Checked(graph_.Primitive(IdOf<rows::SelectRow>(), args));
  return Error(name.column, Quoted(name.text) +
                                " needs a comparison first, as in 'where(x > 0, x, 0.01 * x)'; "
                                "'select(c, a, b)' is a where c > 0, else b");
}

// `formula` over a, b, c, with `args` in their place.
Parser::Parsed Parser::Instantiate(std::string_view formula, const std::vector<NodeIndex>& args) {
  const auto e = Parse(std::string(formula) + " where a: layer = 0, b: layer = 0, c: layer = 0");
  ACTSEARCH_CHECK(e.has_value(), std::string(formula) + ": " + e.error().message);
  std::vector<NodeIndex> made;
  for (const Node& node : e->nodes) {
    const Parsed next = Checked(node.kind == Kind::kParameter ? args[node.id]
                                                              : graph_.Copy(node, made));
    if (!next) return next;
    made.push_back(*next);
  }
  return made.back();
}

std::nullopt_t Parser::WrongCount(const Token& name, const std::string& met) {
  const auto row = FindPrimitive(name.text);
  const auto foreign = FindForeign(name.text);
  const int arity = IsChoice(name.text) ? 3 : row ? (*row)->arity : foreign ? foreign->arity : 0;
  return Error(name.column, Quoted(name.text) + " takes " + std::to_string(arity) +
                                (arity == 1 ? " argument, met " : " arguments, met ") + met);
}

std::nullopt_t Parser::NeedsIndexSet(const Token& name) {
  const std::string text(name.text);
  return Error(name.column, "'" + text + "' needs an index set, as in '" + text + "{b,h,w}(x)'");
}

Parser::Parsed Parser::ReadReduction(const Token& name) {
  const auto row = FindReduction(name.text);
  if (!row) return Error(name.column, row.error().message);
  Node reduction{.kind = Kind::kReduction, .id = (*row)->id};
  if (!ReadIndexSet(reduction)) return std::nullopt;
  if (!Is(Now(), "(")) return Expected("'(' and what is reduced");
  if (!Enter()) return std::nullopt;
  const Parsed arg = ReadFormula();
  if (!arg) return arg;
  if (!Take(")")) return Expected("an operator or ')'");
  --depth_;
  return Checked(graph_.Reduction(reduction.id, reduction.axes, reduction.groups, *arg));
}

// "{" index { "," index } "}", an index being b, c, c / groups, h or w.
bool Parser::ReadIndexSet(Node& reduction) {
  ++at_;
  do {
    const Token index = Now();
    const std::size_t bit =
        index.text.size() == 1 ? std::string_view("bchw").find(index.text) : std::string_view::npos;
    if (index.kind != TokenKind::kName || bit == std::string_view::npos) {
      return Expected("an index: b, c, c/4, h or w"), false;
    }
    if ((reduction.axes >> bit & 1) != 0) {
      Error(index.column, "the index " + Quoted(index.text) + " is named twice");
      return false;
    }
    ++at_;
    reduction.axes = static_cast<std::uint8_t>(reduction.axes | 1 << bit);
    if (index.text == "c" && Take("/")) {
      const auto groups = ReadInteger(1, kMaxGroups, "the number of groups");
      if (!groups) return false;
      reduction.groups = *groups;
    }
  } while (Take(","));
  return Take("}") || (Expected("',' or '}'"), false);
}

}  // namespace actsearch::expr
