// Rows of a data set as tensors on the device. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "evaluators/datasets/dataset.h"
#include "search_spaces/base/rng.h"

namespace actsearch::training {

struct Examples {
  at::Tensor inputs;   // N x C x H x W in channels-last memory
  at::Tensor targets;  // N labels, int64
};

// Tensors of one size that are filled again and again.
class Filler {
 public:
  Filler(const datasets::Dataset& data, std::int64_t rows, const at::Device& device);

  // As many rows as the filler was made for. Valid until the next call.
  const Examples& Fill(datasets::Subset subset, std::span<const std::int64_t> rows);

 private:
  const datasets::Dataset& data_;
  at::Device device_;
  Examples host_, on_device_;
};

// Minibatches in an order that depends on the generator only: a new permutation of the
// training subset each epoch, whose last, incomplete batch is left out.
class Batches {
 public:
  Batches(const datasets::Dataset& data, std::int64_t batch, const Rng& rng,
          const at::Device& device);

  const Examples& Next();

 private:
  void Shuffle();

  Rng rng_;
  std::size_t batch_;
  std::uint64_t epoch_ = 0;
  std::size_t begin_ = 0;
  std::vector<std::int64_t> order_;
  Filler filler_;
};

}  // namespace actsearch::training
