#include "evaluators/kernels/magnitude.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace actsearch::kernels {
namespace {

using expr::Graph;
using expr::Kind;
namespace rows = expr::rows;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLargestX = 1e8;
constexpr double kLargestParameter = 1e3;
constexpr double kLargestGradient = 1e4;

double BoundOfLeaf(const Graph::Item& item) {
  if (item.kind == Kind::kConstant) return std::abs(item.value);
  if (item.kind == Kind::kParameter) return kLargestParameter;
  return item.id == kInputGradient ? kLargestGradient : kLargestX;
}

// Of |op(...)| for arguments of magnitudes up to a, b, c. Operations that are not named
// may be infinite, or take digits away, for arguments that float rounds.
double BoundOf(OpId op, double a, double b, double c) {
  switch (op) {
    case expr::IdOf<rows::AddRow>():
    case expr::IdOf<rows::SubRow>():
      return a + b;
    case expr::IdOf<rows::MulRow>():
      return a * b;
    case expr::IdOf<rows::SquareRow>():
      return a * a;
    case expr::IdOf<rows::CubeRow>():
      return a * a * a;
    case expr::IdOf<rows::NegRow>():
    case expr::IdOf<rows::AbsRow>():
    case expr::IdOf<rows::ReluRow>():
    case expr::IdOf<rows::Min0Row>():
    case FusedId<fused::CopyRow>():
      return a;
    case FusedId<fused::MaskRow>():
      return b;
    case expr::IdOf<rows::MaxRow>():
    case expr::IdOf<rows::MinRow>():
      return std::max(a, b);
    case expr::IdOf<rows::SelectRow>():
      return std::max(b, c);
    case FusedId<fused::MulMulRow>():
      return a * b * c;
    case FusedId<fused::AddMulRow>():
    case FusedId<fused::SubMulRow>():
      return (a + b) * c;
    case FusedId<fused::FmaRow>():
    case FusedId<fused::FmsRow>():
    case FusedId<fused::FnmaRow>():
      return a * b + c;
    case expr::IdOf<rows::SignRow>():
    case expr::IdOf<rows::StepRow>():
    case expr::IdOf<rows::SinRow>():
    case expr::IdOf<rows::CosRow>():
    case expr::IdOf<rows::TanhRow>():
    case FusedId<fused::SechRow>():
    case FusedId<fused::GaussianRow>():
    case FusedId<fused::SigmoidOfRow>():
    case FusedId<fused::SigmoidNegOfRow>():
    case FusedId<fused::TanhSoftplusOfRow>():
    case FusedId<fused::SechSoftplusOfRow>():
    case FusedId<fused::TanhSoftplusSlopeOfRow>():
    case FusedId<fused::ErfOfRow>():
    case FusedId<fused::NormalCdfOfRow>():
      return 1;
    case expr::IdOf<rows::AtanRow>():
    case FusedId<fused::ErfcOfRow>():
      return 2;
    case FusedId<fused::ExpCappedRow>():
      return 1e38;
    case FusedId<fused::SoftplusOfRow>():
      return a + 1;
    default:
      return kInfinity;
  }
}

}  // namespace

std::vector<bool> MayOverflowByNode(const Graph& graph, std::span<const NodeIndex> outputs) {
  std::vector<double> bounds(graph.size(), 0);
  std::vector<bool> may_overflow(graph.size(), false);
  for (const NodeIndex i : Reachable(graph, outputs)) {
    const Graph::Item& item = graph[i];
    if (item.kind == Kind::kPrimitive) {
      double args[expr::kMaxArity] = {};
      for (int k = 0; k < Ops()[item.id].arity; ++k) args[k] = bounds[item.args[k]];
      bounds[i] = BoundOf(item.id, args[0], args[1], args[2]);
    } else {
      bounds[i] = BoundOfLeaf(item);
    }
    may_overflow[i] = !(bounds[i] <= std::numeric_limits<float>::max());
  }
  return may_overflow;
}

bool MayOverflow(const Graph& graph, std::span<const NodeIndex> outputs) {
  const std::vector<bool> may_overflow = MayOverflowByNode(graph, outputs);
  return std::ranges::find(may_overflow, true) != may_overflow.end();
}

}  // namespace actsearch::kernels
