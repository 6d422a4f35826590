// Straight-line code over numbered slots: what a kernel runs on every element. Made from
// a lowered graph; turned into machine code or run as loops on the CPU (cpu/runner.h), and
// into device code on a GPU. A value type; immutable use from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "evaluators/kernels/lower.h"
#include "evaluators/kernels/ops.h"

namespace actsearch::kernels {

struct Instruction {
  OpId op = 0;
  std::uint16_t args[expr::kMaxArity] = {0, 0, 0};  // slots
  std::uint16_t target = 0;                         // slot
};

// A sum over the elements that share one number of a parameter.
struct Reduction {
  std::uint16_t slot = 0;
  std::uint16_t parameter = 0;
};

// Slots: the arrays read, the parameters, the constants, what follows from parameters
// alone, the arrays written, then intermediate values, which share slots where their
// lifetimes allow. No instruction writes a slot that it reads.
struct Program {
  std::vector<std::uint16_t> inputs;      // ids of the input leaves that are read
  std::vector<std::uint16_t> parameters;  // indices of the parameters that are read
  std::vector<double> constants;
  std::vector<Instruction> setup;  // does not depend on inputs: once is enough
  int stores = 0;                  // arrays written, each in a slot of its own
  std::vector<Instruction> code;   // for every element, after `setup`
  std::vector<Reduction> reductions;
  int slots = 0;

  int ParameterSlot(int k) const { return static_cast<int>(inputs.size()) + k; }
  int ConstantSlot(int k) const { return ParameterSlot(static_cast<int>(parameters.size())) + k; }
  int SetupSlot(int k) const { return ConstantSlot(static_cast<int>(constants.size())) + k; }
  int StoreSlot(int k) const { return SetupSlot(static_cast<int>(setup.size())) + k; }
  int FirstTemporary() const { return StoreSlot(stores); }

  // `setup`, then `code`: what gives the same for an element by itself.
  std::vector<Instruction> Everything() const {
    std::vector<Instruction> all = setup;
    all.insert(all.end(), code.begin(), code.end());
    return all;
  }
};

// A node whose sum over elements is the gradient of a parameter.
struct ReducedNode {
  NodeIndex node = 0;
  std::uint16_t parameter = 0;
};

Program Assemble(const expr::Graph& graph, std::span<const NodeIndex> stores,
                 std::span<const ReducedNode> reductions);

}  // namespace actsearch::kernels
