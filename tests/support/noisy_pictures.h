// A small data set in MNIST's format, for trials that must be quick.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "search_spaces/base/rng.h"

namespace actsearch::test {

inline std::string BigEndianWord(std::uint32_t value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xff);
  return text;
}

// train or t10k, 8 x 8 pixels: a picture for each class under noise.
inline void WriteNoisyPictures(const std::filesystem::path& folder, const std::string& part,
                               std::uint32_t count) {
  constexpr std::uint32_t side = 8;
  constexpr std::size_t size = side * side;
  Rng pictures(1), noise = Rng(2).Fork(part);
  std::vector<double> picture(10 * size);
  for (double& pixel : picture) pixel = pictures.Normal();
  std::string images =
      BigEndianWord(0x803) + BigEndianWord(count) + BigEndianWord(side) + BigEndianWord(side);
  std::string labels = BigEndianWord(0x801) + BigEndianWord(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    labels += static_cast<char>(i % 10);
    for (std::size_t at = 0; at < size; ++at) {
      const double value = 128 + 30 * picture[i % 10 * size + at] + 30 * noise.Normal();
      images += static_cast<char>(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
    }
  }
  std::ofstream(folder / (part + "-images-idx3-ubyte"), std::ios::binary) << images;
  std::ofstream(folder / (part + "-labels-idx1-ubyte"), std::ios::binary) << labels;
}

}  // namespace actsearch::test
