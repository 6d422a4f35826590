// A Program as CUDA C++: straight-line code in registers, one pass over memory with
// 16-byte loads and stores, sums of parameter gradients in two stages that always add in
// the same order (no atomic additions). Text only: nothing here needs CUDA. Equal programs
// give equal text. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "evaluators/kernels/cuda/launch.h"
#include "evaluators/kernels/program.h"

namespace actsearch::kernels::cuda {

// The formula and its slopes as programs that read nothing but x and parameters: results
// that float leaves infinite or NaN are computed again from them in double, inside the
// kernel (as cpu/repair.h does).
struct ExactPrograms {
  explicit ExactPrograms(const expr::Expr& f);

  Program value;
  Program input_slope;
  std::vector<Program> parameter_slopes;  // by parameter
};

struct KernelRequest {
  const Program* program = nullptr;
  std::span<const expr::Parameter> declared;  // the formula's
  Storage storage = Storage::kFloat32;
  Walk walk = Walk::kPlain;
  const ExactPrograms* exact = nullptr;  // null: results are not looked at
  bool is_backward = false;              // of `exact`: slopes times the gradient
};

// Declarations that every kernel of a file needs once: Arguments and the walks.
std::string WalksText();

// The functions of the operations that these programs use.
std::string OpFunctionsText(std::span<const Program* const> programs);

// The kernel itself, `name(Arguments)`, on the two texts above and VocabularyText.
std::string KernelText(const KernelRequest& request, const std::string& name);

// A whole file for a GPU with one kernel called `actsearch_kernel`.
std::string SourceOf(const KernelRequest& request);
inline constexpr char kKernelName[] = "actsearch_kernel";

// The kernel of the second stage, `name(FinishArguments)`: grid (numbers, reductions).
std::string FinishText(const std::string& name);
std::string FinishSource();

}  // namespace actsearch::kernels::cuda
