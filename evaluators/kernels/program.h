// A formula compiled to straight-line code over numbered slots: its value and, for
// training, its derivatives by x and by each learnable parameter, as one graph with
// every common subexpression computed once. Interpreted by LaneProgram (CPU) and
// TensorProgram (any LibTorch device). A value type; immutable use from any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "search_spaces/expr/expr.h"

namespace actsearch::kernels {

struct Instruction {
  std::uint16_t primitive = 0;                      // row of expr::Primitives()
  std::uint16_t args[expr::kMaxArity] = {0, 0, 0};  // slots
  std::uint16_t target = 0;                         // slot
};

// Slot 0 holds x, the next ones the parameters, then the constants, then
// intermediate values, which share slots where their lifetimes allow.
struct Program {
  std::vector<expr::Parameter> parameters;
  std::vector<double> constants;
  std::vector<Instruction> code;
  std::vector<std::uint16_t> outputs;  // slots of f, or of f, df/dx, df/dp0, df/dp1, ...
  int slots = 0;

  int ParameterSlot(int k) const { return 1 + k; }
  int ConstantSlot(int k) const { return 1 + static_cast<int>(parameters.size()) + k; }
};

// f reads x only and has no reductions (expr::ParseScalar).
Program CompileValue(const expr::Expr& f);
Program CompileValueAndSlopes(const expr::Expr& f);

}  // namespace actsearch::kernels
