#include "search_spaces/activations/operator_templates.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::activations {
namespace {

using expr::PrimitiveRow;
using Templates = std::vector<OperatorTemplate>;

std::string FieldOf(int slots) { return slots == 1 ? "space.unary" : "space.binary"; }

const OperatorRow* RowNamed(std::string_view name) {
  const auto row = Operators().Find(name);
  return row ? *row : nullptr;
}

OperatorTemplate TemplateOf(const PrimitiveRow& row) {
  OperatorTemplate result{.name = std::string(row.name), .slots = row.arity};
  expr::Node call{.kind = expr::Kind::kPrimitive, .id = row.id};
  for (int k = 0; k < row.arity; ++k) {
    const auto index = static_cast<std::uint16_t>(k);
    result.graph.nodes.push_back({.kind = expr::Kind::kParameter, .id = index});
    result.graph.parameters.push_back({.name = std::string(1, static_cast<char>('a' + k))});
    result.slot_of.push_back(k);
    call.args[k] = index;
  }
  result.graph.nodes.push_back(call);
  return result;
}

std::unexpected<Error> Unknown(std::string_view name, int slots) {
  std::vector<std::string_view> known;
  for (const OperatorRow& row : Operators().Rows()) {
    if (row.slots == slots) known.push_back(row.name);
  }
  for (const PrimitiveRow& row : expr::Primitives()) {
    if (row.arity == slots && RowNamed(row.name) == nullptr) known.push_back(row.name);
  }
  return Fail(ErrorCode::kInvalid,
              FieldOf(slots) + ": " + UnknownName("operator", name, known).message);
}

// A row of the table before a primitive: rows are the safe form of some, as of sqrt.
Result<OperatorTemplate> Named(std::string_view name, int slots) {
  const OperatorRow* row = RowNamed(name);
  if (row != nullptr && row->slots == slots) return TemplateOf(*row);
  const auto primitive = expr::FindPrimitive(name);
  if (primitive && (*primitive)->arity == slots) return TemplateOf(**primitive);
  if (row == nullptr && !primitive) return Unknown(name, slots);
  const int takes = row != nullptr ? row->slots : (*primitive)->arity;
  const std::string remedy =
      takes > 2 ? "slots take one or two" : "name it under " + FieldOf(takes);
  return Fail(ErrorCode::kInvalid, FieldOf(slots) + ": '" + std::string(name) + "' takes " +
                                       std::to_string(takes) +
                                       (takes == 1 ? " argument; " : " arguments; ") + remedy);
}

Result<void> CheckDistinct(const std::string& field, std::span<const std::string> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::ranges::find(names.first(i), names[i]) != names.begin() + i) {
      return Fail(ErrorCode::kInvalid, field + ": '" + names[i] + "' stands there twice");
    }
  }
  return {};
}

Result<Templates> OfArity(std::span<const std::string> names, int slots) {
  if (Result<void> ok = CheckDistinct(FieldOf(slots), names); !ok) {
    return std::unexpected(ok.error());
  }
  Templates templates;
  for (const std::string& name : names) {
    Result<OperatorTemplate> found = Named(name, slots);
    if (!found) return std::unexpected(found.error());
    templates.push_back(*std::move(found));
  }
  for (const OperatorRow& row : Operators().Rows()) {
    if (names.empty() && row.slots == slots) templates.push_back(TemplateOf(row));
  }
  return templates;
}

Result<OperatorChoice> OfAnyArity(std::span<const std::string> names) {
  OperatorChoice choice;
  for (const std::string& name : names) {
    const auto row = Operators().Find(name);
    if (!row) return Fail(ErrorCode::kInvalid, "space.operators: " + row.error().message);
    ((*row)->slots == 1 ? choice.unary : choice.binary).push_back(TemplateOf(**row));
  }
  return choice;
}

}  // namespace

// The language knows no slots: they are read as parameters and replaced later.
OperatorTemplate TemplateOf(const OperatorRow& row) {
  std::string text(row.text);
  text += text.find(" where ") == text.npos ? " where a: layer = 0" : ", a: layer = 0";
  if (row.slots == 2) text += ", b: layer = 0";
  Result<expr::Expr> graph = expr::Parse(text);
  ACTSEARCH_CHECK(graph.has_value(), "operator " + std::string(row.name) + ": " +
                                         (graph ? "" : graph.error().message));
  OperatorTemplate result{.name = std::string(row.name),
                          .slots = row.slots,
                          .weight = row.weight,
                          .graph = *std::move(graph)};
  for (const expr::Parameter& parameter : result.graph.parameters) {
    result.slot_of.push_back(parameter.name == "a" ? 0 : parameter.name == "b" ? 1 : -1);
  }
  return result;
}

bool RestrictsOperators(const SpaceSpec& spec) {
  return !spec.operators.empty() || !spec.unary.empty() || !spec.binary.empty();
}

Result<OperatorChoice> ChooseOperators(const SpaceSpec& spec) {
  if (!spec.operators.empty()) {
    if (!spec.unary.empty() || !spec.binary.empty()) {
      return Fail(ErrorCode::kInvalid,
                  "space.operators: stands beside " + FieldOf(spec.unary.empty() ? 2 : 1) +
                      "; name all operators under space.unary and space.binary and leave "
                      "space.operators out");
    }
    if (!spec.shape.empty()) {
      const Result<void> ok = CheckDistinct("space.operators", spec.operators);
      if (!ok) return std::unexpected(ok.error());
    }
    return OfAnyArity(spec.operators);
  }
  Result<Templates> unary = OfArity(spec.unary, 1);
  if (!unary) return std::unexpected(unary.error());
  Result<Templates> binary = OfArity(spec.binary, 2);
  if (!binary) return std::unexpected(binary.error());
  return OperatorChoice{*std::move(unary), *std::move(binary)};
}

}  // namespace actsearch::activations
