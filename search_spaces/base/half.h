// Numbers in IEEE 754 half precision (binary16), for lists that travel and are kept: two
// bytes each, little-endian, rounded to nearest, ties to even. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/base/error.h"

namespace actsearch {

// Beyond 65504 by half a step or more: infinity.
std::uint16_t HalfOf(float value);
float FromHalf(std::uint16_t half);

std::string PackHalves(std::span<const float> values);

// Halves whose largest finite value lies just below 65504, and the power of 2 that they are to
// be multiplied by: relative precision 2^-11 down to 2^-30 of the largest.
struct ScaledHalves {
  std::string bytes;
  double scale = 1;
};
ScaledHalves PackScaled(std::span<const float> values);

// kInvalid for an odd number of bytes, or a scale that is not a finite number above 0.
Result<std::vector<float>> UnpackScaled(std::string_view bytes, double scale);

// kInvalid for an odd number of bytes.
Result<std::vector<float>> UnpackHalves(std::string_view bytes);

}  // namespace actsearch
