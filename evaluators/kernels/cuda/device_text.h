// The device function of every operation, as text. Nobody lists operations here: the rows
// of the language and of ops.h run over a number type that writes down what is done to
// it, so a function on a GPU follows from the row as everything else does. The functions
// are templates over the scalar type (float, or double for repairs) and stand on the
// vocabulary of VocabularyText. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "evaluators/kernels/ops.h"

namespace actsearch::kernels::cuda {

// op_sigmoid_of
std::string OpFunctionName(OpId op);

// template <class T> DEVICE T op_sigmoid_of(T a) { ... }
std::string OpFunctionText(OpId op);

// A number as a literal of the scalar type T: T(0.5). It must be finite.
std::string Literal(double value);

// Every operation that lowering leaves in a program: what an interpreter must know.
std::vector<OpId> LoweredOps();

// The vocabulary of search_spaces/expr/vocabulary.h and what ops.h adds, for float and
// double, with the accurate functions of CUDA's mathematical library; storage types and
// vector loads. Needs DEVICE, DEVICE_MEMBER, COLD_MEMBER, SHARED, KERNEL and
// ARGUMENT from TargetText, or,
// for the host, from the including file (tests).
std::string_view VocabularyText();

// The macros for a GPU.
std::string_view TargetText();

}  // namespace actsearch::kernels::cuda
