// Bytes that the worker processes of one host share: read-only memory behind a file that
// lives as long as somebody uses it. The name of the file is the content's digest, and its
// content is compared before it is trusted. Where there is no room or no such file system
// the bytes stay private to the process: sharing saves memory, nothing else depends on it.
// Immutable; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace actsearch::datasets {

class SharedBytes {
 public:
  SharedBytes() = default;
  explicit SharedBytes(std::vector<std::uint8_t> bytes);  // private

  // As above, but shared under `digest` in a folder of this user in memory (/dev/shm).
  static SharedBytes Share(const std::string& digest, std::vector<std::uint8_t> bytes);
  // In another folder: tests.
  static SharedBytes ShareIn(const std::string& folder, const std::string& digest,
                             std::vector<std::uint8_t> bytes);

  std::span<const std::uint8_t> Bytes() const { return bytes_; }
  bool IsShared() const { return mapping_ != nullptr; }

 private:
  class Mapping;

  std::shared_ptr<const std::vector<std::uint8_t>> own_;
  std::shared_ptr<const Mapping> mapping_;
  std::span<const std::uint8_t> bytes_;
};

}  // namespace actsearch::datasets
