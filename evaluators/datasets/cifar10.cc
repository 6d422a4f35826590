#include "evaluators/datasets/cifar10.h"

#include <array>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <utility>

#include "evaluators/datasets/divide.h"
#include "evaluators/datasets/files.h"

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr int kClasses = 10;
constexpr int kSide = 32;
constexpr std::size_t kImage = std::size_t{3} * kSide * kSide;
constexpr std::size_t kRecord = 1 + kImage;

constexpr std::array kBatches = {"data_batch_1.bin"sv, "data_batch_2.bin"sv, "data_batch_3.bin"sv,
                                 "data_batch_4.bin"sv, "data_batch_5.bin"sv};

Result<void> AddBatch(const fs::path& path, ByteImages& images) {
  const auto bytes = ReadFile(path);
  if (!bytes) return std::unexpected(bytes.error());
  if (bytes->empty()) return Corrupt(path, 0, "the file is empty", "records of 3073 bytes");
  if (const std::size_t rest = bytes->size() % kRecord; rest != 0) {
    return Corrupt(path, bytes->size() - rest,
                   "the last record has " + std::to_string(rest) + " bytes",
                   "3073 (one label, 3 x 32 x 32 values)");
  }
  for (std::size_t at = 0; at < bytes->size(); at += kRecord) {
    const std::uint8_t label = (*bytes)[at];
    if (label >= kClasses) {
      return Corrupt(path, at, "label " + std::to_string(label), "0 to 9");
    }
    const auto values = bytes->begin() + static_cast<std::ptrdiff_t>(at) + 1;
    images.labels.push_back(label);
    images.pixels.insert(images.pixels.end(), values, values + kImage);
  }
  return {};
}

// One name a line; empty lines at the end, and carriage returns, do not count.
Result<std::vector<std::string>> ReadNames(const fs::path& path) {
  const auto bytes = ReadFile(path);
  if (!bytes) return std::unexpected(bytes.error());
  std::istringstream lines(std::string(bytes->begin(), bytes->end()));
  std::vector<std::string> names;
  std::string line;
  while (std::getline(lines, line)) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  if (names.size() != kClasses) {
    return Corrupt(path, bytes->size(), std::to_string(names.size()) + " names of classes",
                   "10, one a line (or no such file)");
  }
  return names;
}

Result<std::vector<std::string>> ClassNames(const std::vector<fs::path>& folders) {
  const auto path = FindFile(folders, std::array{"batches.meta.txt"sv});
  if (path) return ReadNames(*path);
  return std::vector<std::string>{"airplane", "automobile", "bird",  "cat",  "deer",
                                  "dog",      "frog",       "horse", "ship", "truck"};
}

Result<ByteImages> LoadPool(const std::vector<fs::path>& folders) {
  ByteImages pool{3, kSide, kSide, {}, {}};
  for (const std::string_view name : kBatches) {
    const auto path = FindFile(folders, std::array{name});
    if (!path) continue;
    if (const auto ok = AddBatch(*path, pool); !ok) return std::unexpected(ok.error());
  }
  if (pool.Count() == 0) return std::unexpected(FindFile(folders, kBatches).error());
  return pool;
}

}  // namespace

Result<Dataset> LoadCifar10(const std::string& dir) {
  const auto folders = Folders("cifar10", dir, std::array{"cifar10"sv, "cifar-10-batches-bin"sv});
  if (!folders) return std::unexpected(folders.error());
  auto names = ClassNames(*folders);
  if (!names) return std::unexpected(names.error());
  const auto pool = LoadPool(*folders);
  if (!pool) return std::unexpected(pool.error());
  const auto path = FindFile(*folders, std::array{"test_batch.bin"sv});
  if (!path) return std::unexpected(path.error());
  ByteImages final{3, kSide, kSide, {}, {}};
  if (const auto ok = AddBatch(*path, final); !ok) return std::unexpected(ok.error());
  return Divide("cifar10", *std::move(names), *pool, final);
}

}  // namespace actsearch::datasets
