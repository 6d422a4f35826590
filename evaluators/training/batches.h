// Rows of a data set as tensors on the device. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "evaluators/catalogue/recipe.h"
#include "evaluators/datasets/dataset.h"
#include "evaluators/training/augment.h"
#include "search_spaces/base/rng.h"

namespace actsearch::training {

struct Examples {
  // Planes: N x C x H x W in channels-last memory; features: N x C; tokens: N x length, int64.
  at::Tensor inputs;
  at::Tensor targets;  // N labels or N x length tokens, int64; or N x C numbers
};

// Tensors of one size that are filled again and again.
class Filler {
 public:
  Filler(const datasets::Dataset& data, std::int64_t rows, const at::Device& device);

  // As many rows as the filler was made for; `augmenter`, if given, changes their inputs. Valid
  // until the next call.
  const Examples& Fill(datasets::Subset subset, std::span<const std::int64_t> rows,
                       Augmenter* augmenter = nullptr);

 private:
  const datasets::Dataset& data_;
  at::Device device_;
  Examples host_, on_device_;
};

// Minibatches in an order, and with changes of their inputs, that depend on the generator and
// the recipe only: a new permutation of the training subset each epoch, whose last, incomplete
// batch is left out.
class Batches {
 public:
  Batches(const datasets::Dataset& data, std::int64_t batch, const Rng& rng,
          const catalogue::Recipe& recipe, const at::Device& device);

  const Examples& Next();

 private:
  void Shuffle();

  Rng rng_;
  std::size_t batch_;
  std::uint64_t epoch_ = 0;
  std::size_t begin_ = 0;
  std::vector<std::int64_t> order_;
  Filler filler_;
  std::optional<Augmenter> augmenter_;
};

}  // namespace actsearch::training
