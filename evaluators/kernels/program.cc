#include "evaluators/kernels/program.h"

#include <limits>

#include "search_spaces/base/check.h"

namespace actsearch::kernels {
namespace {

using expr::Graph;
using expr::Kind;

constexpr std::uint16_t kNoSlot = std::numeric_limits<std::uint16_t>::max();
constexpr int kForever = std::numeric_limits<int>::max();

class Assembler {
 public:
  Assembler(const Graph& graph, std::span<const NodeIndex> stores,
            std::span<const ReducedNode> reductions)
      : graph_(graph), slot_(graph.size(), kNoSlot), last_use_(graph.size(), -1) {
    std::vector<NodeIndex> outputs(stores.begin(), stores.end());
    for (const ReducedNode& reduced : reductions) outputs.push_back(reduced.node);
    order_ = Reachable(graph, outputs);
    FindLastUses(outputs);
    NumberLeaves();
    EmitSetup();
    program_.stores = static_cast<int>(stores.size());
    program_.slots += program_.stores;
    NumberStores(stores);
    for (const NodeIndex i : order_) {
      if (graph[i].kind == Kind::kPrimitive && !IsInvariant(i)) Emit(i);
    }
    CopyRemaining(stores);
    for (const ReducedNode& reduced : reductions) {
      program_.reductions.push_back({slot_[reduced.node], reduced.parameter});
    }
  }

  Program Result() && { return std::move(program_); }

 private:
  void FindLastUses(std::span<const NodeIndex> outputs) {
    for (const NodeIndex i : order_) {
      if (graph_[i].kind != Kind::kPrimitive) continue;
      for (int k = 0; k < Ops()[graph_[i].id].arity; ++k) {
        last_use_[graph_[i].args[k]] = static_cast<int>(i);
      }
    }
    for (const NodeIndex output : outputs) last_use_[output] = kForever;
  }

  // Invariant nodes were given slots before the varying ones.
  bool IsInvariant(NodeIndex i) const { return slot_[i] < program_.StoreSlot(0); }

  // Operations on parameters and constants alone.
  void EmitSetup() {
    for (const NodeIndex i : order_) {
      const Graph::Item& item = graph_[i];
      if (item.kind != Kind::kPrimitive) continue;
      Instruction instruction{.op = item.id};
      bool invariant = true;
      for (int k = 0; k < Ops()[item.id].arity; ++k) {
        instruction.args[k] = slot_[item.args[k]];
        invariant = invariant && graph_[item.args[k]].kind != Kind::kInput &&
                    slot_[item.args[k]] != kNoSlot;
      }
      if (!invariant) continue;
      slot_[i] = instruction.target = static_cast<std::uint16_t>(program_.slots++);
      program_.setup.push_back(instruction);
    }
  }

  void NumberLeaves() {
    for (const Kind kind : {Kind::kInput, Kind::kParameter, Kind::kConstant}) {
      for (const NodeIndex i : order_) {
        if (graph_[i].kind != kind) continue;
        slot_[i] = static_cast<std::uint16_t>(program_.slots++);
        if (kind == Kind::kInput) program_.inputs.push_back(graph_[i].id);
        if (kind == Kind::kParameter) program_.parameters.push_back(graph_[i].id);
        if (kind == Kind::kConstant) program_.constants.push_back(graph_[i].value);
      }
    }
  }

  // An operation writes its array itself, the first time that it is stored.
  void NumberStores(std::span<const NodeIndex> stores) {
    for (std::size_t k = 0; k < stores.size(); ++k) {
      const NodeIndex node = stores[k];
      if (graph_[node].kind != Kind::kPrimitive || slot_[node] != kNoSlot) continue;
      slot_[node] = static_cast<std::uint16_t>(program_.StoreSlot(static_cast<int>(k)));
    }
  }

  void CopyRemaining(std::span<const NodeIndex> stores) {
    for (std::size_t k = 0; k < stores.size(); ++k) {
      const int target = program_.StoreSlot(static_cast<int>(k));
      if (slot_[stores[k]] == target) continue;
      program_.code.push_back({.op = FusedId<fused::CopyRow>(),
                               .args = {slot_[stores[k]], 0, 0},
                               .target = static_cast<std::uint16_t>(target)});
    }
  }

  // The target is taken before dead arguments are freed, so that no instruction
  // writes a slot that it reads.
  void Emit(NodeIndex i) {
    const Graph::Item& item = graph_[i];
    const int arity = Ops()[item.id].arity;
    Instruction instruction{.op = item.id};
    for (int k = 0; k < arity; ++k) instruction.args[k] = slot_[item.args[k]];
    if (slot_[i] == kNoSlot) slot_[i] = TakeSlot();
    instruction.target = slot_[i];
    for (int k = 0; k < arity; ++k) FreeIfDead(item.args[k], i);
    program_.code.push_back(instruction);
  }

  std::uint16_t TakeSlot() {
    if (free_.empty()) {
      ACTSEARCH_CHECK(program_.slots < kNoSlot, "slots are 16-bit");
      return static_cast<std::uint16_t>(program_.slots++);
    }
    const std::uint16_t slot = free_.back();
    free_.pop_back();
    return slot;
  }

  void FreeIfDead(NodeIndex argument, NodeIndex user) {
    if (graph_[argument].kind != Kind::kPrimitive) return;
    if (last_use_[argument] != static_cast<int>(user)) return;
    last_use_[argument] = -1;  // an argument that is used twice is freed once
    if (slot_[argument] >= program_.FirstTemporary()) free_.push_back(slot_[argument]);
  }

  const Graph& graph_;
  std::vector<NodeIndex> order_;
  std::vector<std::uint16_t> slot_;
  std::vector<int> last_use_;
  std::vector<std::uint16_t> free_;
  Program program_;
};

}  // namespace

Program Assemble(const Graph& graph, std::span<const NodeIndex> stores,
                 std::span<const ReducedNode> reductions) {
  return Assembler(graph, stores, reductions).Result();
}

}  // namespace actsearch::kernels
