// Turns bytes of images into a Dataset: the pool is divided into the training part
// and two scoring splits, constants that standardise them are taken from it. Used by the loaders.
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "evaluators/datasets/dataset.h"

namespace actsearch::datasets {

// Images as files have them: one byte for each value.
struct ByteImages {
  int channels = 0;
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> pixels;  // N x C x H x W
  std::vector<std::uint8_t> labels;  // N

  std::size_t Count() const { return labels.size(); }
  std::size_t ImageSize() const { return static_cast<std::size_t>(channels) * height * width; }
};

// Of the pool an eighth, but at most this many images, goes to each scoring split.
inline constexpr std::size_t kLargestSplit = 5000;
inline constexpr std::size_t kSmallestPool = 8;

// kInvalid when the pool has fewer than kSmallestPool images, the test part none, or when
// the two differ in shape. Labels must be below the number of classes.
Result<std::unique_ptr<const Dataset>> Divide(const std::string& name, int classes,
                                              const ByteImages& pool, const ByteImages& final);

}  // namespace actsearch::datasets
