#include "evaluators/kernels/program.h"

#include <cstddef>
#include <limits>
#include <span>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/graph.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::kernels {
namespace {

using expr::Graph;
using expr::Kind;
using expr::NodeIndex;

int ArityOf(const Graph::Item& item) { return expr::Primitives()[item.id].arity; }

// Copies `e` into `graph`, which shares equal nodes; returns e's output there.
NodeIndex Merge(const expr::Expr& e, Graph& graph) {
  std::vector<NodeIndex> at;
  at.reserve(e.nodes.size());
  for (const expr::Node& node : e.nodes) at.push_back(graph.Copy(node, at));
  return at.back();
}

// For each node the position of its last user; a node without users, and not an
// output, keeps -1 and is left out of the code. Outputs live to the end.
std::vector<int> LastUses(const Graph& graph, std::span<const NodeIndex> outputs) {
  std::vector<int> last(graph.size(), -1);
  for (const NodeIndex output : outputs) last[output] = std::numeric_limits<int>::max();
  for (std::size_t i = graph.size(); i-- > 0;) {
    if (last[i] < 0 || graph[i].kind != Kind::kPrimitive) continue;
    for (int k = 0; k < ArityOf(graph[i]); ++k) {
      int& use = last[graph[i].args[k]];
      if (use < static_cast<int>(i)) use = static_cast<int>(i);
    }
  }
  return last;
}

// Gives every needed node a slot and writes the code.
class Assembler {
 public:
  Assembler(const Graph& graph, std::span<const NodeIndex> outputs, Program& program)
      : graph_(graph), last_(LastUses(graph, outputs)), slot_(graph.size()), program_(program) {
    CollectConstants();
    for (std::size_t i = 0; i < graph.size(); ++i) {
      if (last_[i] >= 0 && graph[i].kind == Kind::kPrimitive) Emit(i);
    }
    for (const NodeIndex output : outputs) program_.outputs.push_back(slot_[output]);
  }

 private:
  void CollectConstants() {
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      const Graph::Item& item = graph_[i];
      if (item.kind == Kind::kParameter) {
        slot_[i] = static_cast<std::uint16_t>(program_.ParameterSlot(item.id));
      } else if (item.kind == Kind::kConstant && last_[i] >= 0) {
        slot_[i] = static_cast<std::uint16_t>(
            program_.ConstantSlot(static_cast<int>(program_.constants.size())));
        program_.constants.push_back(item.value);
      }
    }
    program_.slots = program_.ConstantSlot(static_cast<int>(program_.constants.size()));
  }

  // The target is taken before dead arguments are freed, so that no instruction
  // writes a slot that it reads.
  void Emit(std::size_t i) {
    const Graph::Item& item = graph_[i];
    slot_[i] = TakeSlot();
    Instruction instruction{.primitive = item.id, .target = slot_[i]};
    const int arity = ArityOf(item);
    for (int k = 0; k < arity; ++k) instruction.args[k] = slot_[item.args[k]];
    for (int k = 0; k < arity; ++k) FreeIfDead(item.args[k], i);
    program_.code.push_back(instruction);
  }

  std::uint16_t TakeSlot() {
    if (free_.empty()) {
      ACTSEARCH_CHECK(program_.slots < 65535, "slots are 16-bit");
      return static_cast<std::uint16_t>(program_.slots++);
    }
    const std::uint16_t slot = free_.back();
    free_.pop_back();
    return slot;
  }

  void FreeIfDead(NodeIndex argument, std::size_t user) {
    if (graph_[argument].kind != Kind::kPrimitive) return;
    if (last_[argument] != static_cast<int>(user)) return;
    last_[argument] = -1;  // an argument that is used twice is freed once
    free_.push_back(slot_[argument]);
  }

  const Graph& graph_;
  std::vector<int> last_;
  std::vector<std::uint16_t> slot_;
  std::vector<std::uint16_t> free_;
  Program& program_;
};

Program Assemble(const expr::Expr& f, const std::vector<expr::Expr>& more) {
  ACTSEARCH_CHECK(expr::IsPointwise(f) && expr::InputCount(f) <= 1, "a function of x alone");
  Graph graph;
  std::vector<NodeIndex> outputs = {Merge(f, graph)};
  for (const expr::Expr& e : more) outputs.push_back(Merge(e, graph));
  Program program;
  program.parameters = f.parameters;
  Assembler(graph, outputs, program);
  return program;
}

}  // namespace

Program CompileValue(const expr::Expr& f) { return Assemble(f, {}); }

Program CompileValueAndSlopes(const expr::Expr& f) {
  std::vector<expr::Expr> slopes = {expr::Derive(f)};
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    slopes.push_back(expr::DeriveParameter(f, k));
  }
  return Assemble(f, slopes);
}

}  // namespace actsearch::kernels
