#include "search_spaces/expr/foreign_names.h"

#include <algorithm>
#include <optional>
#include <string>

#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {
namespace {

constexpr std::string_view kModules[] = {
    "torch", "torch.nn.functional", "torch.special", "nn.functional", "F",
    "np",    "numpy",               "math",          "scipy.special", "special"};

struct Foreign {
  std::string_view name;  // lower case, without underscores
  int arity;
  std::string_view formula;  // over a, b, c; empty where `remedy` says what to write
  std::string_view remedy = "";
  bool in_module_only = false;
};

constexpr Foreign kForeign[] = {
    {"ln", 1, "log(a)"},
    {"log2", 1, "log(a) / 0.6931471805599453"},
    {"log10", 1, "log(a) / 2.302585092994046"},
    {"fabs", 1, "abs(a)"},
    {"absolute", 1, "abs(a)"},
    {"negative", 1, "-a"},
    {"positive", 1, "a"},
    {"sgn", 1, "sign(a)"},
    {"multiply", 2, "a * b"},
    {"subtract", 2, "a - b"},
    {"divide", 2, "a / b"},
    {"truedivide", 2, "a / b"},
    {"maximum", 2, "max(a, b)"},
    {"minimum", 2, "min(a, b)"},
    {"clamp", 3, "clip(a, b, c)"},
    {"leakyrelu", 2, "prelu(a, b)"},
    {"swish", 1, "silu(a)"},
    {"arctan", 1, "atan(a)"},
    {"arcsin", 1, "asin(a)"},
    {"arccos", 1, "acos(a)"},
    {"arcsinh", 1, "asinh(a)"},
    {"arccosh", 1, "acosh(a)"},
    {"arctanh", 1, "atanh(a)"},
    {"expit", 1, "sigmoid(a)"},
    {"logistic", 1, "sigmoid(a)"},
    {"ndtr", 1, "normal_cdf(a)"},
    {"i0e", 1, "bessel_i0e(a)"},
    {"i1e", 1, "bessel_i1e(a)"},
    // Names that mean another function there than here.
    {"lerp", 3, "lerp(b, a, c)", "", true},
    {"sinc", 1, "sinc(3.141592653589793 * a)", "", true},
    {"select", 3, "", "write 'select(a, b, c)' for b where a > 0, else c", true},
    {"max", 2, "", "write 'max(a, b)' for the larger of two", true},
    {"min", 2, "", "write 'min(a, b)' for the smaller of two", true},
    // Names of several things.
    {"mod", 2, "", "there is no remainder; 'sin' and 'cos' are periodic"},
    {"atan2", 2, "", "write 'atan(a / b)' where b > 0"},
    {"arctan2", 2, "", "write 'atan(a / b)' where b > 0"},
    {"sqr", 1, "", "write 'square(x)' or 'sqrt(x)'"},
    {"round", 1, "", "no primitive rounds; 'step' and 'sign' jump"},
    {"floor", 1, "", "no primitive rounds; 'step' and 'sign' jump"},
    {"ceil", 1, "", "no primitive rounds; 'step' and 'sign' jump"},
    {"softmax", 1, "", "write 'exp(x) / sum{c}(exp(x))'"},
};

constexpr std::string_view kPowers[] = {"pow", "power", "floatpower"};

std::string Squeezed(std::string_view name) {
  std::string squeezed;
  for (const char c : name) {
    if (c == '_') continue;
    squeezed += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return squeezed;
}

Error Unknown(std::string_view name, std::string_view last) {
  if (last.size() != name.size() || name.find('.') == std::string_view::npos) {
    return FindPrimitive(last).error();
  }
  const std::string_view function = name.substr(name.rfind('.') + 1);
  return {ErrorCode::kNotFound, "cannot read '" + std::string(name) +
                                    "'; write a function of x as in '" + std::string(function) +
                                    "(x)'"};
}

}  // namespace

std::string_view WithoutModule(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return name;
  const bool is_known = std::ranges::find(kModules, name.substr(0, dot)) != std::end(kModules);
  return is_known ? name.substr(dot + 1) : name;
}

Result<ForeignCall> FindForeign(std::string_view name, int arity) {
  const std::string_view last = WithoutModule(name);
  const bool in_module = last.size() != name.size();
  const std::string wanted = Squeezed(last);
  std::optional<ForeignCall> found;
  const auto meets = [&](const ForeignCall& call) {
    if (!found || call.arity == arity) found = call;
    return call.arity == arity;
  };
  if (std::ranges::find(kPowers, wanted) != std::end(kPowers)) {
    return ForeignCall{.arity = 2, .is_power = true};
  }
  for (const Foreign& row : kForeign) {
    if (row.name != wanted || (row.in_module_only && !in_module)) continue;
    if (row.formula.empty()) {
      return Fail(ErrorCode::kNotFound,
                  "cannot read '" + std::string(name) + "'; " + std::string(row.remedy));
    }
    if (meets({.arity = row.arity, .formula = row.formula})) return *found;
  }
  for (const PrimitiveRow& row : Primitives()) {
    if (Squeezed(row.name) != wanted) continue;
    if (meets({.arity = row.arity, .primitive = row.name})) return *found;
  }
  if (found) return *found;
  return std::unexpected(Unknown(name, last));
}

}  // namespace actsearch::expr
