#include "evaluators/kernels/affine_input.h"

#include <vector>

#include "search_spaces/expr/graph.h"
#include "search_spaces/expr/primitives.h"
#include "search_spaces/expr/primitive_rows.h"

namespace actsearch::kernels {
namespace {

namespace rows = expr::rows;

std::uint16_t AddParameter(expr::Expr& g, const char* name) {
  g.parameters.push_back({.name = name, .shape = expr::Shape::kChannel});
  return static_cast<std::uint16_t>(g.parameters.size() - 1);
}

}  // namespace

AffineInput WithAffineInput(const expr::Expr& f) {
  AffineInput result{.g = {.nodes = {}, .parameters = f.parameters}};
  result.centre = AddParameter(result.g, "centre");
  result.scale = AddParameter(result.g, "scale");
  result.shift = AddParameter(result.g, "shift");
  expr::Graph graph;
  const auto apply = [&](std::uint16_t id, expr::NodeIndex a, expr::NodeIndex b) {
    const expr::NodeIndex args[] = {a, b};
    return graph.Primitive(id, args);
  };
  const expr::NodeIndex difference =
      apply(expr::IdOf<rows::SubRow>(), graph.Input(), graph.Parameter(result.centre));
  const expr::NodeIndex product =
      apply(expr::IdOf<rows::MulRow>(), difference, graph.Parameter(result.scale));
  const expr::NodeIndex input =
      apply(expr::IdOf<rows::AddRow>(), product, graph.Parameter(result.shift));
  std::vector<expr::NodeIndex> at;
  for (const expr::Node& node : f.nodes) {
    at.push_back(node.kind == expr::Kind::kInput ? input : graph.Copy(node, at));
  }
  result.g = graph.Finish(at.back(), result.g.parameters);
  return result;
}

}  // namespace actsearch::kernels
