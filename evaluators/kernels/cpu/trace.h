// Straight-line vector code before it has registers: what a program does to one vector of
// elements, in the operations that x86 has. Equal nodes are one node. A value type; one
// thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace actsearch::kernels::cpu {

enum class InstructionSet { kAvx2, kAvx512 };

// What code is made for.
struct Target {
  InstructionSet set = InstructionSet::kAvx2;
  // A division costs less than the four operations of an approximate reciprocal and its
  // correction: the divider works beside the multipliers, and fast.
  bool divides_fast = false;
};

enum class TraceOp : std::uint8_t {
  kArray,     // load from the array of slot `bits`, one number an element
  kNumbers,   // load from the array of slot `bits`, one number a position
  kUniform,   // the one number of slot `bits`
  kConstant,  // `bits`, in every lane
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMin,  // the second where either is NaN
  kMax,  // likewise
  kSqrt,
  kReciprocal,   // approximate: relative error below 2^-11
  kRound,        // to the nearest whole number
  kScale,        // a 2^b for a whole b (AVX-512)
  kSignificand,  // in [3/4, 3/2), NaN below 0 (AVX-512)
  kExponent,     // whole (AVX-512)
  kFma,          // a b + c
  kFms,          // a b - c
  kFnma,         // c - a b
  kNegate,       // until the trace is finished
  kAnd,
  kOr,
  kXor,
  kAddInt,
  kSubInt,
  kShiftLeft,   // by `bits`
  kShiftRight,  // by `bits`, keeping the sign
  kToFloat,
  kToInt,       // nearest
  kChoose,      // c where `a predicate b`, else d
  kStore,       // a to the array of slot `bits`
  kSum,         // a is added to the sum `bits`
  kAccumulate,  // a is added to the array of slot `bits`, position by position
  kCheck,       // whether all lanes of a are finite
};

// As x86 numbers them; xor 4 is the opposite, true for NaN where the other is false.
enum class Predicate : std::uint8_t {
  kEqual = 0,
  kLess = 1,
  kLessEqual = 2,
  kUnordered = 3,
  kNotEqual = 4,
  kNotLess = 5,
  kNotLessEqual = 6,
  kNotGreaterEqual = 9,
  kNotGreater = 10,
  kGreaterEqual = 13,
  kGreater = 14,
};
inline Predicate Opposite(Predicate p) {
  return static_cast<Predicate>(static_cast<std::uint8_t>(p) ^ 4);
}

using TraceValue = std::int32_t;  // index of a node
inline constexpr TraceValue kNoValue = -1;

struct TraceNode {
  TraceOp op = TraceOp::kConstant;
  Predicate predicate = Predicate::kEqual;
  std::uint32_t bits = 0;
  std::array<TraceValue, 4> args = {kNoValue, kNoValue, kNoValue, kNoValue};

  bool operator==(const TraceNode&) const = default;
};

// Whether a node is a place in memory rather than an operation.
inline bool IsLeaf(TraceOp op) { return op <= TraceOp::kConstant; }
inline bool IsLoad(TraceOp op) { return op == TraceOp::kArray || op == TraceOp::kNumbers; }
// Whether a node is there for what it does.
inline bool IsEffect(TraceOp op) { return op >= TraceOp::kStore; }

class Trace {
 public:
  explicit Trace(Target target);

  const Target& target() const { return target_; }

  TraceValue Constant(float value);
  TraceValue ConstantBits(std::uint32_t bits);
  // The node itself, or one that gives the same for less.
  TraceValue Add(TraceNode node);

  // The nodes to come belong to the next instruction of the program.
  void NextInstruction() { ++instruction_; }

  // Products that an instruction only adds become one operation with the sum, as in the loop
  // that g++ makes of the instruction, so that bits are the same. What nothing needs goes.
  void Finish();

  std::span<const TraceNode> nodes() const { return nodes_; }

 private:
  struct Hash {
    std::size_t operator()(const TraceNode& node) const;
  };

  TraceValue AddSum(TraceNode node);
  TraceValue AddProduct(TraceNode node);
  TraceValue AddChoice(const TraceNode& node);
  TraceValue Insert(const TraceNode& node);
  bool Is(TraceValue v, TraceOp op) const { return nodes_[static_cast<std::size_t>(v)].op == op; }
  TraceValue Arg(TraceValue v, int k) const { return nodes_[static_cast<std::size_t>(v)].args[k]; }
  TraceValue Negated(TraceValue v);
  void Contract();
  std::vector<bool> Needed() const;
  void DropDead();

  Target target_;
  std::vector<TraceNode> nodes_;
  int instruction_ = 0;
  // Every instruction that has a node, and the first.
  std::vector<std::pair<TraceValue, int>> made_;
  std::vector<int> first_made_;
  std::unordered_map<TraceNode, TraceValue, Hash> known_;
};

}  // namespace actsearch::kernels::cpu
