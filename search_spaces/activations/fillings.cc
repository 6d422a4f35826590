#include "search_spaces/activations/fillings.h"

#include <string>
#include <utility>

#include "search_spaces/activations/graph_edit.h"

namespace actsearch::activations {
namespace {

// One filling under construction.
class Builder {
 public:
  Builder(const Fillings& fillings, const Choices& choices)
      : fillings_(fillings), shape_(fillings.Shape()), choices_(choices) {
    for (const expr::Parameter& p : shape_.declared) {
      declared_.push_back(edit_.AddParameter(p.shape, p.initial));
    }
  }

  expr::Expr Run() { return edit_.Output(AddPart(0)); }

 private:
  NodeIndex AddPart(std::size_t index) {
    const FormulaShape::Part& part = shape_.parts[index];
    std::vector<int> nodes(declared_);
    for (const std::size_t slot : part.slots) nodes.push_back(AddSlot(slot));
    return edit_.Graft(part.graph, static_cast<NodeIndex>(part.graph.nodes.size() - 1), nodes);
  }

  NodeIndex AddSlot(std::size_t slot) {
    NodeIndex args[2] = {};
    for (std::size_t k = 0; k < shape_.slots[slot].args.size(); ++k) {
      args[k] = AddPart(shape_.slots[slot].args[k]);
    }
    const OperatorTemplate& t = fillings_.OperatorsOf(slot)[choices_[slot]];
    std::vector<int> nodes;
    for (const int k : t.slot_of) nodes.push_back(k < 0 ? GraphEdit::kNoSlot : args[k]);
    return edit_.Graft(t.graph, static_cast<NodeIndex>(t.graph.nodes.size() - 1), nodes);
  }

  const Fillings& fillings_;
  const FormulaShape& shape_;
  const Choices& choices_;
  GraphEdit edit_;
  std::vector<int> declared_;
};

}  // namespace

Result<Fillings> Fillings::Make(FormulaShape shape, OperatorChoice operators) {
  Fillings fillings(std::move(shape), std::move(operators));
  for (std::size_t slot = 0; slot < fillings.shape_.slots.size(); ++slot) {
    const std::uint64_t ways = fillings.OperatorsOf(slot).size();
    if (ways == 0) {
      const bool is_unary = fillings.shape_.slots[slot].args.size() == 1;
      return Fail(ErrorCode::kInvalid, "space.shape: no operator is allowed for its slot '" +
                                           std::string(is_unary ? "unary(...)" : "binary(...)") +
                                           "'; allow one of that arity");
    }
    if (fillings.size_ > kMaxSize / ways) {
      return Fail(ErrorCode::kInvalid,
                  "space.shape: more than " + std::to_string(kMaxSize) +
                      " fillings; name fewer operators under space.unary and space.binary, or "
                      "take slots out of the shape");
    }
    fillings.size_ *= ways;
  }
  return fillings;
}

Choices Fillings::At(std::uint64_t index) const {
  Choices choices(shape_.slots.size());
  for (std::size_t slot = choices.size(); slot-- > 0;) {
    const std::uint64_t ways = OperatorsOf(slot).size();
    choices[slot] = index % ways;
    index /= ways;
  }
  return choices;
}

expr::Expr Fillings::Build(const Choices& choices) const { return Builder(*this, choices).Run(); }

}  // namespace actsearch::activations
