// The where clause: learnable parameters and names of shared parts.
#include <algorithm>
#include <string>
#include <utility>

#include "search_spaces/expr/parser.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {
namespace {

constexpr std::size_t kMaxNameLength = 32;

bool IsReserved(std::string_view name) {
  return name == "x" || name == "u" || name == "pi" || name == "where" ||
         std::ranges::find(Primitives(), name, &PrimitiveRow::name) != Primitives().end();
}

}  // namespace

std::string ElementName(std::string_view vector, std::size_t k) {
  std::string name(vector);
  name.append(1, '[').append(std::to_string(k)).append(1, ']');
  return name;
}

bool Parser::ReadItems() {
  do {
    if (!ReadItem()) return false;
  } while (Take(","));
  return true;
}

bool Parser::ReadItem() {
  const Token name = Now();
  if (name.kind != TokenKind::kName) return Expected("a name"), false;
  ++at_;
  std::optional<std::uint16_t> element;
  if (Take("[")) {
    element = ReadInteger(0, kMaxElements - 1, "the number of an element");
    if (!element) return false;
    if (!Take("]")) return Expected("']'"), false;
  }
  if (!CheckName(name)) return false;
  if (element || !Take(":=")) return ReadParameter(name, element);
  const Parsed value = ReadFormula();
  return value && Bind(name, std::string(name.text), *value);
}

bool Parser::CheckName(const Token& name) {
  if (name.text.size() > kMaxNameLength) {
    Error(name.column, "the name " + Quoted(name.text) + " is longer than 32 characters");
  } else if (name.text.find('.') != std::string_view::npos) {
    Error(name.column, "the name " + Quoted(name.text) + " has a '.'; use letters, digits and '_'");
  } else if (IsReserved(name.text)) {
    Error(name.column,
          "the name " + Quoted(name.text) + " is taken by the language; choose another");
  }
  return !error_;
}

// `full` is the token's name, or that of an element of it: either a name stands for one
// thing, or it has elements.
bool Parser::Bind(const Token& name, const std::string& full, NodeIndex node) {
  const bool is_element = full.size() > name.text.size();
  if (Find(full) || (is_element ? Find(name.text) != nullptr : HasElements(full))) {
    Error(name.column, "the name " + Quoted(full) + " is declared twice");
    return false;
  }
  bindings_.push_back({full, node});
  return true;
}

bool Parser::HasElements(std::string_view name) const {
  return std::ranges::any_of(bindings_, [&](const Binding& binding) {
    return binding.name.starts_with(name) && binding.name[name.size()] == '[';
  });
}

bool Parser::ReadParameter(const Token& name, std::optional<std::uint16_t> element) {
  Parameter parameter{.name = element ? ElementName(name.text, *element) : std::string(name.text)};
  if (!Take(":")) {
    return Expected("':' and a shape, as in '" + parameter.name + ": channel = 1'"), false;
  }
  if (!ReadShape(parameter)) return false;
  std::optional<std::uint16_t> count;
  if (!element && Take("[")) {
    count = ReadInteger(1, kMaxElements, "the number of elements");
    if (!count) return false;
    if (!Take("]")) return Expected("']'"), false;
  }
  if (!Take("=")) return Expected("'=' and the initial value"), false;
  if (count) return ReadVector(name, parameter, *count);
  const std::optional<double> initial = ReadNumber();
  if (!initial) return false;
  parameter.initial = *initial;
  return Declare(name, std::move(parameter));
}

bool Parser::ReadShape(Parameter& parameter) {
  const std::string_view shape = Now().text;
  if (shape != "layer" && shape != "channel" && shape != "group") {
    return Expected("a shape, 'layer', 'channel' or 'group(4)'"), false;
  }
  ++at_;
  parameter.shape = shape == "layer"     ? Shape::kLayer
                    : shape == "channel" ? Shape::kChannel
                                         : Shape::kGroup;
  if (parameter.shape != Shape::kGroup) return true;
  if (!Take("(")) return Expected("'(' and the number of groups, as in 'group(4)'"), false;
  const auto groups = ReadInteger(1, kMaxGroups, "the number of groups");
  if (!groups) return false;
  parameter.groups = *groups;
  return Take(")") || (Expected("')'"), false);
}

std::optional<double> Parser::ReadNumber() {
  const bool negative = Take("-");
  if (Now().kind != TokenKind::kNumber) return Expected("the initial value, a number");
  const double number = Now().number;
  ++at_;
  return negative ? -number : number;
}

// One value for all elements, or as many as there are elements, in parentheses.
bool Parser::ReadVector(const Token& name, const Parameter& parameter, std::size_t count) {
  std::vector<double> values;
  const std::size_t column = Now().column;
  const bool is_list = Take("(");
  do {
    const std::optional<double> value = ReadNumber();
    if (!value) return false;
    values.push_back(*value);
  } while (is_list && Take(","));
  if (is_list && !Take(")")) return Expected("',' or ')'"), false;
  if (!is_list) values.resize(count, values[0]);
  if (values.size() != count) {
    Error(column, Quoted(name.text) + " has " + std::to_string(count) + " elements, met " +
                      std::to_string(values.size()) + " initial values");
    return false;
  }
  for (std::size_t k = 0; k < count; ++k) {
    Parameter element = parameter;
    element.name = ElementName(name.text, k);
    element.initial = values[k];
    if (!Declare(name, std::move(element))) return false;
  }
  return true;
}

bool Parser::Declare(const Token& name, Parameter parameter) {
  if (parameters_.size() >= static_cast<std::size_t>(std::max(limits_.max_parameters, 0))) {
    Error(name.column, "more than " + std::to_string(limits_.max_parameters) + " parameters");
    return false;
  }
  const auto index = static_cast<std::uint16_t>(parameters_.size());
  if (!Bind(name, parameter.name, graph_.Parameter(index))) return false;
  parameters_.push_back(std::move(parameter));
  return true;
}

}  // namespace actsearch::expr
