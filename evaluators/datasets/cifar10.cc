#include "evaluators/datasets/cifar10.h"

#include <array>
#include <filesystem>
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

Result<std::unique_ptr<const Dataset>> LoadCifar10(const std::string& dir) {
  const auto folders = Folders("cifar10", dir, std::array{"cifar10"sv, "cifar-10-batches-bin"sv});
  if (!folders) return std::unexpected(folders.error());
  const auto pool = LoadPool(*folders);
  if (!pool) return std::unexpected(pool.error());
  const auto path = FindFile(*folders, std::array{"test_batch.bin"sv});
  if (!path) return std::unexpected(path.error());
  ByteImages final{3, kSide, kSide, {}, {}};
  if (const auto ok = AddBatch(*path, final); !ok) return std::unexpected(ok.error());
  return Divide("cifar10", kClasses, *pool, final);
}

}  // namespace actsearch::datasets
