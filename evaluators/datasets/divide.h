// Turns bytes of images into a Dataset: cut into subsets (cut.h), standardised by constants of the
// training subset. Used by the loaders. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "evaluators/datasets/cut.h"
#include "evaluators/datasets/dataset.h"

namespace actsearch::datasets {

// Images as files have them: one byte for each value.
struct ByteImages {
  int channels = 0;
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> pixels;  // N x C x H x W
  std::vector<std::uint16_t> labels;  // N

  std::size_t Count() const { return labels.size(); }
  std::size_t ImageSize() const { return static_cast<std::size_t>(channels) * height * width; }
};

struct ImagePieces {
  ByteImages train, valid, test;
};

// kInvalid as CutRows says, or when pieces differ in shape. Labels must be below the number of
// classes.
Result<std::unique_ptr<const Dataset>> Divide(const std::string& name, int classes,
                                              const ImagePieces& pieces);

}  // namespace actsearch::datasets
