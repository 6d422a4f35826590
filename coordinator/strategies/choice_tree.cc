#include "coordinator/strategies/choice_tree.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace actsearch::strategies {

ChoiceTree::ChoiceTree(const Space& space, double exploration, bool bisects)
    : space_(space), exploration_(exploration), bisects_(bisects), nodes_(1) {}

// Answers questions while it goes down the tree, and below it by the priors.
class ChoiceTree::Walker final : public Chooser {
 public:
  Walker(const ChoiceTree& tree, Rng& rng) : tree_(tree), rng_(rng) { descent.path.push_back(0); }

  int Choose(int kind) override {
    const ChoiceKind& asked = tree_.space_.ChoiceKinds()[static_cast<std::size_t>(kind)];
    if (asked.options.size() == 1) return 0;
    if (!tree_.bisects_) return static_cast<int>(Branch(asked.prior));
    std::size_t low = 0;
    std::size_t high = asked.line.size();
    const auto mass = [&](std::size_t begin, std::size_t end) {
      double sum = 0;
      for (std::size_t i = begin; i < end; ++i) {
        sum += asked.prior[static_cast<std::size_t>(asked.line[i])];
      }
      return sum;
    };
    while (high - low > 1) {
      const std::size_t middle = low + (high - low) / 2;
      const double prior[] = {mass(low, middle), mass(middle, high)};
      (Branch(prior) == 0 ? high : low) = middle;
    }
    return asked.line[low];
  }

  Descent descent;

 private:
  std::size_t Branch(std::span<const double> prior) {
    std::size_t answer = 0;
    if (in_tree_ && !tree_.nodes_[descent.path.back()].children.empty()) {
      const Node& node = tree_.nodes_[descent.path.back()];
      answer = tree_.Pick(node, prior, rng_);
      in_tree_ = node.children[answer] != 0;
      if (in_tree_) descent.path.push_back(node.children[answer]);
    } else {
      in_tree_ = false;
      answer = rng_.Weighted(prior);
    }
    descent.steps.push_back({static_cast<std::uint32_t>(answer),
                             static_cast<std::uint32_t>(prior.size())});
    return answer;
  }

  const ChoiceTree& tree_;
  Rng& rng_;
  bool in_tree_ = true;
};

ChoiceTree::Descent ChoiceTree::Walk(Rng& rng) const {
  Walker walker(*this, rng);
  walker.descent.candidate = space_.Build(walker);
  return std::move(walker.descent);
}

// What was not tried yet comes first, by the prior.
std::size_t ChoiceTree::Pick(const Node& node, std::span<const double> prior, Rng& rng) const {
  std::vector<double> untried(prior.size(), 0);
  bool any = false;
  std::size_t best = 0;
  double best_bound = -HUGE_VAL;
  for (std::size_t i = 0; i < prior.size(); ++i) {
    const NodeIndex at = node.children[i];
    if (at != 0 && nodes_[at].closed) continue;
    if (at == 0) {
      untried[i] = prior[i];
      any = true;
      continue;
    }
    const Node& child = nodes_[at];
    const double bound =
        child.reward / child.visits +
        exploration_ * std::sqrt(2 * std::log(node.visits) / child.visits);
    if (bound > best_bound) {
      best_bound = bound;
      best = i;
    }
  }
  return any ? rng.Weighted(untried) : best;
}

void ChoiceTree::AddNode(Descent& descent) {
  const NodeIndex parent = descent.path.back();
  const Step& step = descent.steps[descent.path.size() - 1];
  if (nodes_[parent].children.empty()) nodes_[parent].children.resize(step.width, 0);
  const auto added = static_cast<NodeIndex>(nodes_.size());
  nodes_[parent].children[step.answer] = added;
  nodes_.emplace_back();
  descent.path.push_back(added);
}

void ChoiceTree::Visit(Descent& descent) {
  if (descent.path.size() <= descent.steps.size()) AddNode(descent);
  for (const NodeIndex node : descent.path) ++nodes_[node].visits;
}

void ChoiceTree::Reward(const Path& path, double reward) {
  for (const NodeIndex node : path) nodes_[node].reward += reward;
}

void ChoiceTree::Close(Descent& descent) {
  while (descent.path.size() <= descent.steps.size()) AddNode(descent);
  for (const NodeIndex node : descent.path) ++nodes_[node].visits;
  nodes_[descent.path.back()].closed = true;
  for (std::size_t i = descent.path.size() - 1; i-- > 0;) {
    Node& node = nodes_[descent.path[i]];
    for (const NodeIndex child : node.children) {
      if (child == 0 || !nodes_[child].closed) return;
    }
    node.closed = true;
  }
}

}  // namespace actsearch::strategies
