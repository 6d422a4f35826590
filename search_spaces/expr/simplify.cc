#include "search_spaces/expr/simplify.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "search_spaces/base/hash.h"
#include "search_spaces/expr/merge_parameters.h"
#include "search_spaces/expr/parameter_colours.h"
#include "search_spaces/expr/rewrite.h"

namespace actsearch::expr {
namespace {

// Common subexpressions shared and nothing else changed.
Expr Share(const Expr& e) {
  Graph graph;
  std::vector<NodeIndex> shared;
  shared.reserve(e.nodes.size());
  for (const Node& node : e.nodes) shared.push_back(graph.Copy(node, shared));
  return graph.Finish(shared.back(), e.parameters);
}

constexpr int kMaxMerges = 32;

// Opening a shared sum in two places can make a graph larger. A little of that is
// fine; a graph that would outgrow this keeps its shape (and stays parsable).
std::size_t LargestResult(std::size_t nodes) {
  return std::max(nodes, std::min<std::size_t>(2 * nodes + 16, 256));
}

Expr SimplifyColoured(const Expr& e, std::vector<std::uint64_t> colours) {
  Rewriter rewriter(std::move(colours));
  const NodeIndex root = rewriter.Rewrite(e).back();
  if (rewriter.IsExhausted() ||
      rewriter.graph().CountReachable(root) > LargestResult(e.nodes.size()))
    return Share(e);
  return rewriter.graph().Finish(root, e.parameters);
}

std::vector<std::uint64_t> ColoursByIndex(const Expr& e) {
  std::vector<std::uint64_t> colours(e.parameters.size());
  for (std::size_t k = 0; k < colours.size(); ++k) colours[k] = MixBits(k);
  return colours;
}

// The parameters that nodes use, in order of first appearance, as p0, p1, ...
void RenameParameters(Expr& e) {
  constexpr std::uint16_t kUnseen = 0xffff;
  std::vector<std::uint16_t> renamed(e.parameters.size(), kUnseen);
  std::vector<Parameter> parameters;
  for (Node& node : e.nodes) {
    if (node.kind != Kind::kParameter) continue;
    if (renamed[node.id] == kUnseen) {
      renamed[node.id] = static_cast<std::uint16_t>(parameters.size());
      parameters.push_back(e.parameters[node.id]);
      parameters.back().name.assign(1, 'p');
      parameters.back().name += std::to_string(renamed[node.id]);
    }
    node.id = renamed[node.id];
  }
  e.parameters = std::move(parameters);
}

}  // namespace

Expr Simplify(const Expr& e) { return SimplifyColoured(e, ColoursByIndex(e)); }

// Colours need the simplified graph, and the simplified graph's order needs colours:
// simplify in any order first, then once more in the order of the colours.
Expr Canonical(const Expr& e) {
  std::vector<std::uint64_t> colours = PlainColours(e);
  bool is_ordered = AllDistinct(colours);
  Expr result = is_ordered ? SimplifyColoured(e, std::move(colours)) : Simplify(e);
  RenameParameters(result);
  for (int round = 0; round < kMaxMerges && !result.parameters.empty(); ++round) {
    const std::optional<Expr> merged = MergeParameters(result);
    if (!merged) break;
    result = Simplify(*merged);
    RenameParameters(result);
    is_ordered = false;
  }
  if (!is_ordered) {
    result = SimplifyColoured(result, ParameterColours(result));
    RenameParameters(result);
  }
  return result;
}

}  // namespace actsearch::expr
