#include "evaluators/kernels/cpu/trace_program.h"

#include "evaluators/kernels/cpu/traced_vector.h"

// After the vector that it works on.
#include "evaluators/kernels/cpu/lane.h"

namespace actsearch::kernels::cpu {
namespace {

class Tracer {
 public:
  Tracer(const TraceRequest& request, Trace& trace)
      : request_(request),
        program_(*request.program),
        trace_(trace),
        values_(static_cast<std::size_t>(program_.slots), kNoValue) {}

  void Run() {
    for (const Instruction& in : program_.code) {
      trace_.NextInstruction();
      const int arity = Ops()[in.op].arity;
      std::vector<Lane> args;
      for (int k = 0; k < arity; ++k) args.push_back(Lane(Floats(ValueOf(in.args[k]))));
      values_[in.target] = ApplyOp<Lane>(in.op, args.data()).v.id;
      if (in.target >= program_.StoreSlot(0) && in.target < program_.FirstTemporary()) {
        Effect(TraceOp::kStore, values_[in.target], in.target);
        if (request_.checks) Effect(TraceOp::kCheck, values_[in.target], 0);
      }
    }
    for (std::size_t r = 0; r < program_.reductions.size(); ++r) Reduce(r);
  }

 private:
  // Leaves come into being when they are read.
  TraceValue ValueOf(int slot) {
    TraceValue& value = values_[static_cast<std::size_t>(slot)];
    if (value != kNoValue) return value;
    const auto bits = static_cast<std::uint32_t>(slot);
    if (slot < program_.ParameterSlot(0)) {
      value = trace_.Add({.op = TraceOp::kArray, .bits = bits});
    } else if (slot >= program_.ConstantSlot(0) && slot < program_.SetupSlot(0)) {
      value =
          trace_.Constant(static_cast<float>(program_.constants[slot - program_.ConstantSlot(0)]));
    } else {
      const bool is_uniform = request_.uniform[static_cast<std::size_t>(slot)];
      value = trace_.Add({.op = is_uniform ? TraceOp::kUniform : TraceOp::kNumbers, .bits = bits});
    }
    return value;
  }

  void Reduce(std::size_t r) {
    const std::uint16_t slot = program_.reductions[r].slot;
    const TraceValue term = ValueOf(slot);
    if (request_.checks) Effect(TraceOp::kCheck, term, 0);
    const auto number = static_cast<std::uint32_t>(r);
    if (request_.summed[r]) {
      Effect(TraceOp::kSum, term, number);
    } else {
      Effect(TraceOp::kAccumulate, term, static_cast<std::uint32_t>(program_.slots) + number);
    }
  }

  void Effect(TraceOp op, TraceValue value, std::uint32_t bits) {
    trace_.Add({.op = op, .bits = bits, .args = {value, kNoValue, kNoValue, kNoValue}});
  }

  const TraceRequest& request_;
  const Program& program_;
  Trace& trace_;
  std::vector<TraceValue> values_;
};

}  // namespace

Trace TraceProgram(const TraceRequest& request) {
  Trace trace(request.target);
  const ScopedTrace scope(trace);
  Tracer(request, trace).Run();
  trace.Finish();
  return trace;
}

}  // namespace actsearch::kernels::cpu
