// How a candidate is trained: the program of its forward pass, that of its backward pass,
// and what the first keeps for the second. Keeping nothing but x costs no memory beyond
// the network's own, but the backward pass then computes anew what the forward pass knew;
// keeping an intermediate array costs writing and reading it. The plan with the least
// estimated time is chosen. A value type; immutable use from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "evaluators/kernels/program.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::kernels {

// Where the backward program's arrays come from (Program::inputs): kInputX, kInputGradient
// (lower.h), the forward pass's result, or the k-th array that it saved.
inline constexpr std::uint16_t kInputResult = 2;
inline constexpr std::uint16_t kInputSaved = 3;

// What dLoss/dx is: an array that the backward program writes (its store 0), the gradient
// that came in, or 0.
enum class InputGradient : std::uint8_t { kStored, kSame, kZero };

struct Plan {
  bool is_identity = false;  // the result is x itself, and no program runs
  Program value;             // stores y
  Program forward;           // stores y, then what it saves
  Program backward;          // stores dLoss/dx where kStored; reduces to the parameters' gradients
  int saved = 0;             // arrays that `forward` stores besides y
  InputGradient input_gradient = InputGradient::kStored;
  // dLoss/dx may be written over the gradient that came in.
  bool in_place = false;
  bool reads_x = false;       // the backward program does
  bool reads_result = false;  // likewise
  // An operation may leave float's range, or lose all digits, where the result in double
  // would not: results that are not finite are computed again in double (cpu/repair.h).
  bool may_overflow = false;
};

// `constants`: indices of parameters whose gradients nobody asks for; `backward` does not
// reduce to them.
Plan MakePlan(const expr::Expr& f, std::span<const std::uint16_t> constants = {});

// Plan::value alone.
Program MakeValueProgram(const expr::Expr& f);

}  // namespace actsearch::kernels
