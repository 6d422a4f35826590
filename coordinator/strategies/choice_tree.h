// A tree over the answers by which a space builds candidates, for Monte Carlo tree search with
// upper confidence bounds (Kocsis, Szepesvari 2006). A question over k options is one branching
// of k, or, bisected, a chain of questions "left or right half" along the line of similar
// options (Negrinho, Gordon 2017, "DeepArchitect"): similar options then share what is learned,
// and the tree is as deep as log k instead of as wide as k. A strategy owns one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "search_spaces/space.h"

namespace actsearch::strategies {

class ChoiceTree {
 public:
  using NodeIndex = std::uint32_t;
  using Path = std::vector<NodeIndex>;  // from the root

  // `exploration` weighs the bound: mean + c sqrt(2 ln N / n).
  ChoiceTree(const Space& space, double exploration, bool bisects);

  struct Step {
    std::uint32_t answer;
    std::uint32_t width;  // of the branching
  };

  struct Descent {
    std::optional<Candidate> candidate;  // nothing: the answers lead to none
    Path path;                           // nodes of the tree that were passed, the root first
    std::vector<Step> steps;             // one for each branching, also below the tree
  };

  // Walks down by the bounds, then on by the priors.
  Descent Walk(Rng& rng) const;

  // A walk whose candidate was proposed: one node is added where the walk left the tree, and
  // all passed count a visit whose reward comes later.
  void Visit(Descent& descent);
  void Reward(const Path& path, double reward);

  // The candidate of this walk will not be proposed (again): its leaf is closed, and so is
  // every node all of whose branches are. Walks avoid closed ones. It is a visit without reward,
  // so that walks also leave a region where most lead nowhere.
  void Close(Descent& descent);
  bool IsClosed() const { return nodes_[0].closed; }

 private:
  struct Node {
    std::vector<NodeIndex> children;  // 0: not in the tree yet
    double visits = 0;
    double reward = 0;  // sum
    bool closed = false;
  };
  class Walker;

  std::size_t Pick(const Node& node, std::span<const double> prior, Rng& rng) const;
  void AddNode(Descent& descent);

  const Space& space_;
  double exploration_;
  bool bisects_;
  std::vector<Node> nodes_;  // the root first
};

}  // namespace actsearch::strategies
