// A candidate as the answers to finite questions asked in turn, each of a kind that
// recurs: which unary operator, which binary one, another unit or not (Negrinho, Gordon
// 2017, "DeepArchitect"). Strategies that learn a policy or a tree over answers need no
// more of a space than this. Values; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "search_spaces/base/rng.h"

namespace actsearch {

struct ChoiceKind {
  std::string name;                  // unary, binary, ...
  std::vector<std::string> options;  // their names, at least one
  std::vector<double> prior;         // how likely each is in Space::Sample; positive, sum 1
  // The options in an order in which neighbours behave alike: halving it repeatedly
  // leads from groups of similar options to one (bisection).
  std::vector<int> line;
};

// Who answers. A space asks it while it builds a candidate.
class Chooser {
 public:
  virtual ~Chooser() = default;

  // One of the options of kinds[kind], by position.
  virtual int Choose(int kind) = 0;
};

// Answers at random by the priors.
class PriorChooser final : public Chooser {
 public:
  // Both outlive this.
  PriorChooser(std::span<const ChoiceKind> kinds, Rng& rng) : kinds_(kinds), rng_(rng) {}

  int Choose(int kind) override {
    return static_cast<int>(rng_.Weighted(kinds_[static_cast<std::size_t>(kind)].prior));
  }

 private:
  std::span<const ChoiceKind> kinds_;
  Rng& rng_;
};

// Options in the order given, which then says who is alike.
ChoiceKind MakeChoiceKind(std::string name, std::vector<std::string> options,
                          std::vector<double> weights);

}  // namespace actsearch
