// The LSTM behind a policy over answers (Hochreiter, Schmidhuber 1997), forward and backward
// over many sequences at once: one column a sequence. By Eigen; included by policy_network.cc
// alone, so that the rest needs no Eigen to compile. Values; any thread.
#pragma once

#include <Eigen/Core>
#include <array>
#include <span>
#include <vector>

#include "search_spaces/base/rng.h"

namespace actsearch::strategies {

// Rows of options: those of the first kind, of the second, ...
struct LstmWeights {
  Eigen::MatrixXf previous;   // hidden x (options + 1): what answer came before; the last: none
  Eigen::MatrixXf kind;       // hidden x kinds
  Eigen::MatrixXf cell;       // 4 hidden x 2 hidden: the gates in, forget, fresh, out, from
                              // input and state
  Eigen::MatrixXf cell_bias;  // 4 hidden x 1
  Eigen::MatrixXf head;       // options x hidden
  Eigen::MatrixXf head_bias;  // options x 1

  // A head of zeros, so that `logits`, one an option, alone decide at first.
  static LstmWeights Draw(int hidden, int kinds, const Eigen::VectorXf& logits, Rng& rng);

  LstmWeights Zeros() const;

  std::array<Eigen::MatrixXf*, 6> All() {
    return {&previous, &kind, &cell, &cell_bias, &head, &head_bias};
  }
};

// Everything of a forward pass that the backward pass reads.
struct LstmTrace {
  struct Step {
    std::vector<int> previous;  // by sequence: column of LstmWeights::previous
    std::vector<int> kind;      // by sequence; -1: it has ended, its column means nothing
    Eigen::MatrixXf joined;     // input over state
    Eigen::MatrixXf in, forget, fresh, out;  // gates
    Eigen::MatrixXf cell_before, cell, state;
    Eigen::MatrixXf logits;     // options x sequences
  };
  std::vector<Step> steps;

  // One more question for every sequence.
  void Add(const LstmWeights& weights, std::vector<int> previous, std::vector<int> kind);
};

// Of a number whose derivatives by the logits of each step are given.
LstmWeights GradientOf(const LstmWeights& weights, const LstmTrace& trace,
                       std::span<const Eigen::MatrixXf> by_logits);

}  // namespace actsearch::strategies
