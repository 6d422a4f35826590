// Pictures as files have them, PNG, JPEG and WebP, by their libraries: the one place that meets
// them. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evaluators/datasets/files.h"
#include "search_spaces/base/error.h"

namespace actsearch::datasets {

struct Picture {
  int height = 0, width = 0;
  std::vector<std::uint8_t> pixels;  // height x width x 3: red, green, blue

  bool IsGray() const;  // all three equal everywhere
};

// Whether a name's ending is one of those that Decode reads (.png, .jpg, .jpeg, .webp).
bool IsPictureName(std::string_view name);

// Of a kind that is not read: .bmp, .gif, .tif, .ppm and the like.
bool IsUnreadPictureName(std::string_view name);

// kCorrupt with `place` for damaged bytes or more than 2^26 pixels; kInvalid where this build
// has no library for the format.
Result<Picture> Decode(const std::string& place, const Bytes& bytes);

// To height x width: each new pixel the mean of the part of the picture that it covers, weighted
// by area.
Picture Resized(const Picture& picture, int height, int width);

}  // namespace actsearch::datasets
