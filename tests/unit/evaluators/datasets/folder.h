// A temporary folder with small data files for the loaders' tests: written whole, then
// damaged. Not thread-safe.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/process.h"

namespace actsearch::datasets {

class Folder {
 public:
  std::string Path() const { return dir_.Path().string(); }

  void Write(const std::string& name, const std::string& bytes) const {
    const auto path = dir_.Path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
  }

  void WriteGzip(const std::string& name, const std::string& bytes) const {
    const gzFile file = gzopen((dir_.Path() / name).c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
  }

  std::string Read(const std::string& name) const { return test::ReadFile(dir_.Path() / name); }
  void Remove(const std::string& name) const { std::filesystem::remove(dir_.Path() / name); }

 private:
  test::TempDir dir_;
};

inline std::string BigEndian(std::uint32_t value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xff);
  return text;
}

// `count` images of side x side whose values and labels all differ somewhat.
inline std::string IdxImages(std::uint32_t count, std::uint32_t side) {
  std::string bytes = BigEndian(0x803) + BigEndian(count) + BigEndian(side) + BigEndian(side);
  for (std::uint32_t i = 0; i < count * side * side; ++i) bytes += static_cast<char>(i * 37 % 251);
  return bytes;
}

inline std::string IdxLabels(std::uint32_t count) {
  std::string bytes = BigEndian(0x801) + BigEndian(count);
  for (std::uint32_t i = 0; i < count; ++i) bytes += static_cast<char>(i % 10);
  return bytes;
}

inline std::string CifarRecords(int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    bytes += static_cast<char>(i % 10);
    for (int j = 0; j < 3072; ++j) bytes += static_cast<char>((i * 7 + j + j / 1024 * 50) % 256);
  }
  return bytes;
}

}  // namespace actsearch::datasets
