#include "evaluators/training/augment.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace actsearch::training {

Augmenter::Augmenter(const catalogue::Recipe& recipe, const Rng& rng)
    : recipe_(recipe), rng_(rng) {}

void Augmenter::Apply(at::Tensor& inputs) {
  float* const values = inputs.data_ptr<float>();
  if (recipe_.flip || recipe_.crop > 0) {
    const std::int64_t size = inputs.numel() / inputs.size(0);
    for (std::int64_t i = 0; i < inputs.size(0); ++i) {
      Move(values + i * size, inputs.size(2), inputs.size(3), inputs.size(1));
    }
  }
  if (recipe_.noise == 0) return;
  for (std::int64_t i = 0; i < inputs.numel(); ++i) {
    values[i] += static_cast<float>(recipe_.noise * rng_.Normal());
  }
}

// `image`: height x width x channels.
void Augmenter::Move(float* image, std::int64_t height, std::int64_t width,
                     std::int64_t channels) {
  const bool flips = recipe_.flip && rng_.Below(2) == 1;
  const auto range = static_cast<std::uint64_t>(2 * recipe_.crop + 1);
  const std::int64_t down = static_cast<std::int64_t>(rng_.Below(range)) - recipe_.crop;
  const std::int64_t right = static_cast<std::int64_t>(rng_.Below(range)) - recipe_.crop;
  before_.assign(image, image + height * width * channels);
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      const std::int64_t from_y = y - down;
      const std::int64_t from_x = flips ? width - 1 - (x - right) : x - right;
      float* const to = image + (y * width + x) * channels;
      if (from_y < 0 || from_y >= height || from_x < 0 || from_x >= width) {
        std::fill_n(to, channels, 0.0f);  // the mean: inputs are standardised
      } else {
        std::copy_n(before_.data() + (from_y * width + from_x) * channels, channels, to);
      }
    }
  }
}

}  // namespace actsearch::training
