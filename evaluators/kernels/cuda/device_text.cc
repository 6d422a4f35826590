#include "evaluators/kernels/cuda/device_text.h"

#include <cmath>
#include <cstdio>
#include <utility>

#include "evaluators/kernels/lower.h"
#include "search_spaces/base/check.h"

namespace actsearch::kernels::cuda {
namespace {

// The statements of one function so far.
struct Body {
  std::string text;
  int count = 0;

  std::string Name(const std::string& value) {
    std::string name = "t" + std::to_string(count++);
    text += "  const T " + name + " = " + value + ";\n";
    return name;
  }
};

// A number that writes down what is done to it: a constant, or a name in a body.
struct Symbol {
  Body* body = nullptr;
  std::string name;

  Symbol(double value) : name(Literal(value)) {}  // NOLINT: the vocabulary's
  Symbol(Body* where, std::string what) : body(where), name(std::move(what)) {}
};

template <class... Symbols>
Body* BodyOf(const Symbols&... symbols) {
  Body* body = nullptr;
  ((body = symbols.body != nullptr ? symbols.body : body), ...);
  return body;
}

// An operation on constants alone stays an expression: compilers fold it.
Symbol Made(Body* body, const std::string& value) {
  if (body == nullptr) return {nullptr, "(" + value + ")"};
  return {body, body->Name(value)};
}

Symbol operator+(const Symbol& a, const Symbol& b) {
  return Made(BodyOf(a, b), a.name + " + " + b.name);
}
Symbol operator-(const Symbol& a, const Symbol& b) {
  return Made(BodyOf(a, b), a.name + " - " + b.name);
}
Symbol operator*(const Symbol& a, const Symbol& b) {
  return Made(BodyOf(a, b), a.name + " * " + b.name);
}
Symbol operator/(const Symbol& a, const Symbol& b) {
  return Made(BodyOf(a, b), a.name + " / " + b.name);
}
Symbol operator-(const Symbol& a) { return Made(a.body, "-" + a.name); }

template <class... Symbols>
Symbol Call(const char* function, const Symbol& first, const Symbols&... rest) {
  std::string list = first.name;
  ((list += ", " + rest.name), ...);
  return Made(BodyOf(first, rest...), std::string(function) + "(" + list + ")");
}

Symbol Exp(const Symbol& a) { return Call("Exp", a); }
Symbol Expm1(const Symbol& a) { return Call("Expm1", a); }
Symbol Log(const Symbol& a) { return Call("Log", a); }
Symbol Log1p(const Symbol& a) { return Call("Log1p", a); }
Symbol Sqrt(const Symbol& a) { return Call("Sqrt", a); }
Symbol Abs(const Symbol& a) { return Call("Abs", a); }
Symbol Sign(const Symbol& a) { return Call("Sign", a); }
Symbol Step(const Symbol& a) { return Call("Step", a); }
Symbol Sin(const Symbol& a) { return Call("Sin", a); }
Symbol Cos(const Symbol& a) { return Call("Cos", a); }
Symbol Sinh(const Symbol& a) { return Call("Sinh", a); }
Symbol Cosh(const Symbol& a) { return Call("Cosh", a); }
Symbol Tanh(const Symbol& a) { return Call("Tanh", a); }
Symbol Asinh(const Symbol& a) { return Call("Asinh", a); }
Symbol Atan(const Symbol& a) { return Call("Atan", a); }
Symbol Erf(const Symbol& a) { return Call("Erf", a); }
Symbol Erfc(const Symbol& a) { return Call("Erfc", a); }
Symbol Sigmoid(const Symbol& a) { return Call("Sigmoid", a); }
Symbol Softplus(const Symbol& a) { return Call("Softplus", a); }
Symbol Max(const Symbol& a, const Symbol& b) { return Call("Max", a, b); }
Symbol Min(const Symbol& a, const Symbol& b) { return Call("Min", a, b); }
Symbol Select(const Symbol& c, const Symbol& a, const Symbol& b) { return Call("Select", c, a, b); }

Symbol QuickDivide(const Symbol& a, const Symbol& b) { return Call("QuickDivide", a, b); }
Symbol ExpCapped(const Symbol& a) { return Call("ExpCapped", a); }
Symbol Gaussian(const Symbol& a) { return Call("Gaussian", a); }
Symbol Sech(const Symbol& a) { return Call("Sech", a); }
Symbol SoftplusOf(const Symbol& a, const Symbol& e) { return Call("SoftplusOf", a, e); }
Symbol NormalCdfOf(const Symbol& a, const Symbol& g) { return Call("NormalCdfOf", a, g); }
Symbol ErfOf(const Symbol& a, const Symbol& g) { return Call("ErfOf", a, g); }
Symbol ErfcOf(const Symbol& a, const Symbol& g) { return Call("ErfcOf", a, g); }

}  // namespace

std::string Literal(double value) {
  ACTSEARCH_CHECK(std::isfinite(value), "constants of programs are finite");
  char text[40];
  std::snprintf(text, sizeof text, "T(%.17g)", value);
  return text;
}

std::string OpFunctionName(OpId op) { return "op_" + std::string(Ops()[op].name); }

std::string OpFunctionText(OpId op) {
  static constexpr const char* kNames[] = {"a", "b", "c"};
  Body body;
  const Symbol args[] = {{&body, kNames[0]}, {&body, kNames[1]}, {&body, kNames[2]}};
  const Symbol result = ApplyOp<Symbol>(op, args);
  std::string parameters;
  for (int k = 0; k < Ops()[op].arity; ++k) {
    parameters += std::string(k == 0 ? "T " : ", T ") + kNames[k];
  }
  return "template <class T>\nDEVICE T " + OpFunctionName(op) + "(" + parameters + ") {\n" +
         body.text + "  return " + result.name + ";\n}\n";
}

std::vector<OpId> LoweredOps() {
  std::vector<OpId> ops;
  for (OpId op = 0; op < kOpCount; ++op) {
    if (op >= expr::kPrimitiveCount) {
      ops.push_back(op);
      continue;
    }
    // Over distinct parameters nothing folds: lowering keeps the primitive or replaces it.
    Lowering lowering;
    NodeIndex args[expr::kMaxArity];
    for (std::uint16_t k = 0; k < expr::kMaxArity; ++k) args[k] = lowering.graph().Parameter(k);
    const auto arity = static_cast<std::size_t>(Ops()[op].arity);
    const expr::Graph::Item item = lowering.graph()[lowering.Apply(op, {args, arity})];
    if (item.kind == expr::Kind::kPrimitive && item.id == op) ops.push_back(op);
  }
  return ops;
}

}  // namespace actsearch::kernels::cuda
