// Random changes of training inputs that a recipe asks for: mirrored and moved images, noise.
// One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "evaluators/catalogue/recipe.h"
#include "search_spaces/base/rng.h"

namespace actsearch::training {

class Augmenter {
 public:
  // Draws come from `rng` alone: one step after the other, example by example.
  Augmenter(const catalogue::Recipe& recipe, const Rng& rng);

  // In place; float32 on the CPU. Mirroring and moving are for N x C x H x W in channels-last
  // memory, catalogue::CheckRecipe has made sure.
  void Apply(at::Tensor& inputs);

 private:
  void Move(float* image, std::int64_t height, std::int64_t width, std::int64_t channels);

  catalogue::Recipe recipe_;
  Rng rng_;
  std::vector<float> before_;  // one image
};

}  // namespace actsearch::training
