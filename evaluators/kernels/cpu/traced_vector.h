// The vector of vector.h as a value that is still to be computed: its operations add nodes
// to the trace that ScopedTrace names for this thread, so that lane.h and every primitive
// describe themselves. Internal linkage, since lane.h exists once for each vector.
#pragma once

#include <bit>
#include <cstdint>

#include "evaluators/kernels/cpu/trace.h"

namespace actsearch::kernels::cpu {
namespace {

#define ACTSEARCH_INLINE inline

inline constexpr bool kHasFma = true;  // as in vector.h

thread_local Trace* current_trace = nullptr;

class ScopedTrace {
 public:
  explicit ScopedTrace(Trace& trace) { current_trace = &trace; }
  ~ScopedTrace() { current_trace = nullptr; }
  ScopedTrace(const ScopedTrace&) = delete;
  ScopedTrace& operator=(const ScopedTrace&) = delete;
};

struct Floats {
  TraceValue id;

  Floats() : Floats(0.0f) {}
  Floats(float value) : id(current_trace->Constant(value)) {}  // NOLINT: as vectors have it
  explicit Floats(TraceValue value) : id(value) {}
};
struct Ints {
  TraceValue id;

  Ints(std::int32_t value)  // NOLINT: as vectors have it
      : id(current_trace->ConstantBits(static_cast<std::uint32_t>(value))) {}
  explicit Ints(Floats bits) : id(bits.id) {}
};
struct Condition {
  Predicate predicate;
  Floats a, b;
};

inline Floats Traced(TraceOp op, TraceValue a, TraceValue b = kNoValue, TraceValue c = kNoValue,
                     std::uint32_t bits = 0) {
  return Floats(current_trace->Add({.op = op, .bits = bits, .args = {a, b, c, kNoValue}}));
}

inline Floats operator+(Floats a, Floats b) { return Traced(TraceOp::kAdd, a.id, b.id); }
inline Floats operator-(Floats a, Floats b) { return Traced(TraceOp::kSub, a.id, b.id); }
inline Floats operator*(Floats a, Floats b) { return Traced(TraceOp::kMul, a.id, b.id); }
inline Floats operator/(Floats a, Floats b) { return Traced(TraceOp::kDiv, a.id, b.id); }
inline Floats operator-(Floats a) { return Traced(TraceOp::kNegate, a.id); }

inline Condition operator==(Floats a, Floats b) { return {Predicate::kEqual, a, b}; }
inline Condition operator<(Floats a, Floats b) { return {Predicate::kLess, a, b}; }
inline Condition operator>(Floats a, Floats b) { return {Predicate::kGreater, a, b}; }
inline Condition operator>=(Floats a, Floats b) { return {Predicate::kGreaterEqual, a, b}; }

inline Ints operator&(Ints a, Ints b) { return Ints(Traced(TraceOp::kAnd, a.id, b.id)); }
inline Ints operator|(Ints a, Ints b) { return Ints(Traced(TraceOp::kOr, a.id, b.id)); }
inline Ints operator^(Ints a, Ints b) { return Ints(Traced(TraceOp::kXor, a.id, b.id)); }
inline Ints operator+(Ints a, Ints b) { return Ints(Traced(TraceOp::kAddInt, a.id, b.id)); }
inline Ints operator-(Ints a, Ints b) { return Ints(Traced(TraceOp::kSubInt, a.id, b.id)); }
inline Ints operator<<(Ints a, int by) {
  return Ints(Traced(TraceOp::kShiftLeft, a.id, kNoValue, kNoValue, static_cast<unsigned>(by)));
}
inline Ints operator>>(Ints a, int by) {
  return Ints(Traced(TraceOp::kShiftRight, a.id, kNoValue, kNoValue, static_cast<unsigned>(by)));
}

inline Floats Broadcast(float value) { return Floats(value); }
inline Ints BitsOf(Floats v) { return Ints(v); }
inline Floats FloatsOf(Ints bits) { return Floats(bits.id); }
inline Floats Choose(Condition condition, Floats a, Floats b) {
  return Floats(current_trace->Add({.op = TraceOp::kChoose,
                                    .predicate = condition.predicate,
                                    .args = {condition.a.id, condition.b.id, a.id, b.id}}));
}
inline Ints MinusWord(Ints a, std::uint32_t b) { return a - Ints(std::bit_cast<std::int32_t>(b)); }
inline Floats ToFloats(Ints v) { return Traced(TraceOp::kToFloat, v.id); }
inline Ints ToInts(Floats v) { return Ints(Traced(TraceOp::kToInt, v.id)); }
inline Floats FusedMultiplySubtract(Floats a, Floats b, Floats c) {
  return Traced(TraceOp::kFms, a.id, b.id, c.id);
}
inline Floats Min(Floats a, Floats b) { return Traced(TraceOp::kMin, a.id, b.id); }
inline Floats Max(Floats a, Floats b) { return Traced(TraceOp::kMax, a.id, b.id); }
inline Floats SquareRoot(Floats a) { return Traced(TraceOp::kSqrt, a.id); }
inline Floats ApproximateReciprocal(Floats a) { return Traced(TraceOp::kReciprocal, a.id); }
inline Floats Nearest(Floats a) { return Traced(TraceOp::kRound, a.id); }
inline bool DividesFast() { return current_trace->target().divides_fast; }
inline bool HasExponentOperations() {
  return current_trace->target().set == InstructionSet::kAvx512;
}
inline Floats Significand(Floats a) { return Traced(TraceOp::kSignificand, a.id); }
inline Floats Exponent(Floats a) { return Traced(TraceOp::kExponent, a.id); }
inline Floats Scale(Floats a, Floats n) { return Traced(TraceOp::kScale, a.id, n.id); }

}  // namespace
}  // namespace actsearch::kernels::cpu
