#include "search_spaces/activations/eafo/log_derivative.h"

#include <cstddef>
#include <optional>
#include <vector>

#include "search_spaces/activations/eafo/builder.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::activations::eafo {
namespace {

using expr::Expr;
using expr::IdOf;
using expr::Kind;
using expr::Node;
using expr::NodeIndex;
namespace rows = expr::rows;

class Logarithm {
 public:
  explicit Logarithm(const Expr& g) : g_(g), builder_(g.parameters), of_(g.nodes.size()) {
    zero_ = builder_.Constant(0);
  }

  Expr Result() { return expr::Simplify(builder_.Finish(Of(g_.nodes.size() - 1))); }

 private:
  NodeIndex Of(std::size_t at) {
    if (!of_[at]) of_[at] = Make(at);
    return *of_[at];
  }

  NodeIndex Make(std::size_t at) {
    const Node& node = g_.nodes[at];
    if (node.kind == Kind::kConstant || node.kind == Kind::kParameter) return zero_;
    if (node.kind == Kind::kInput) return Quotient(at);
    const auto arg = [&](int k) { return Of(node.args[k]); };
    switch (node.id) {
      case IdOf<rows::StepRow>():
      case IdOf<rows::StepGeRow>():
      case IdOf<rows::SignRow>():
        return zero_;
      case IdOf<rows::NegRow>():
      case IdOf<rows::AbsRow>():
        return arg(0);
      case IdOf<rows::MulRow>():
        return builder_.Make<rows::AddRow>(arg(0), arg(1));
      case IdOf<rows::DivRow>():
        return builder_.Make<rows::SubRow>(arg(0), arg(1));
      case IdOf<rows::ReciprocalRow>():
        return builder_.Make<rows::NegRow>(arg(0));
      case IdOf<rows::SquareRow>():
        return Times(2, arg(0));
      case IdOf<rows::CubeRow>():
        return Times(3, arg(0));
      case IdOf<rows::SqrtRow>():
        return Times(0.5, arg(0));
      case IdOf<rows::SelectRow>():
        return OfChoice(node);
      default:
        return OfCall(at);
    }
  }

  NodeIndex OfChoice(const Node& node) {
    if (IsZero(node.args[2])) return Of(node.args[1]);
    if (IsZero(node.args[1])) return Of(node.args[2]);
    return builder_.Make<rows::SelectRow>(Copy(node.args[0]), Of(node.args[1]), Of(node.args[2]));
  }

  // Functions whose logarithm has a simple slope.
  NodeIndex OfCall(std::size_t at) {
    const Node& node = g_.nodes[at];
    const auto times_slope = [&](NodeIndex outer) {
      return builder_.Make<rows::MulRow>(outer, SlopeOf(node.args[0]));
    };
    const NodeIndex a = Copy(node.args[0]);
    switch (node.id) {
      case IdOf<rows::ExpRow>():
        return SlopeOf(node.args[0]);
      case IdOf<rows::GaussianRow>():
        return times_slope(Times(-2, a));
      case IdOf<rows::SigmoidRow>():
        return times_slope(builder_.Make<rows::SigmoidRow>(builder_.Make<rows::NegRow>(a)));
      case IdOf<rows::CoshRow>():
        return times_slope(builder_.Make<rows::TanhRow>(a));
      case IdOf<rows::SechRow>():
        return times_slope(builder_.Make<rows::NegRow>(builder_.Make<rows::TanhRow>(a)));
      default:
        return Quotient(at);
    }
  }

  NodeIndex Quotient(std::size_t at) {
    return builder_.Make<rows::DivRow>(SlopeOf(at), Copy(at));
  }

  NodeIndex Times(double factor, NodeIndex node) {
    return builder_.Make<rows::MulRow>(builder_.Constant(factor), node);
  }

  bool IsZero(std::size_t at) const {
    return g_.nodes[at].kind == Kind::kConstant && g_.nodes[at].value == 0;
  }

  Expr PartAt(std::size_t at) const {
    const auto end = g_.nodes.begin() + static_cast<std::ptrdiff_t>(at) + 1;
    return {{g_.nodes.begin(), end}, g_.parameters};
  }
  NodeIndex Copy(std::size_t at) { return builder_.Import(PartAt(at)); }
  NodeIndex SlopeOf(std::size_t at) { return builder_.Import(expr::Derive(PartAt(at))); }

  const Expr& g_;
  Builder builder_;
  std::vector<std::optional<NodeIndex>> of_;
  NodeIndex zero_ = 0;
};

}  // namespace

Expr LogDerivative(const Expr& g) { return Logarithm(g).Result(); }

}  // namespace actsearch::activations::eafo
