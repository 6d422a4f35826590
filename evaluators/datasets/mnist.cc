#include "evaluators/datasets/mnist.h"

#include <array>
#include <cstdio>
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
constexpr std::uint32_t kLabelMagic = 0x801;  // bytes, one dimension
constexpr std::uint32_t kImageMagic = 0x803;  // bytes, three dimensions
constexpr std::uint32_t kLargestSide = 1024;

struct Idx {
  std::vector<std::uint32_t> sizes;
  std::size_t header = 0;  // bytes before the values
  std::vector<std::uint8_t> bytes;
};

std::string Hex(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", value);
  return text;
}

std::uint32_t BigEndian(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
         std::uint32_t{bytes[at + 2]} << 8 | std::uint32_t{bytes[at + 3]};
}

// The number of values must be exactly what the header says.
Result<void> CheckSize(const fs::path& path, const Idx& idx) {
  std::uint64_t values = 1;
  std::string product;
  for (const std::uint32_t size : idx.sizes) {
    // At most 2^32 * 1024 * 1024: no overflow.
    values *= size;
    product += (product.empty() ? "" : " x ") + std::to_string(size);
  }
  const std::uint64_t wanted = idx.header + values;
  if (idx.bytes.size() == wanted) return {};
  const bool truncated = idx.bytes.size() < wanted;
  return Corrupt(
      path, truncated ? idx.bytes.size() : static_cast<std::size_t>(wanted),
      truncated ? "the file ends" : std::to_string(idx.bytes.size() - wanted) + " bytes too many",
      std::to_string(wanted) + " bytes in all (the header says " + product + " values)");
}

Result<Idx> ReadIdx(const fs::path& path, std::uint32_t magic) {
  auto bytes = ReadFile(path);
  if (!bytes) return std::unexpected(bytes.error());
  const std::size_t dimensions = magic & 0xff;
  Idx idx{{}, 4 + 4 * dimensions, *std::move(bytes)};
  if (idx.bytes.size() < idx.header) {
    return Corrupt(path, idx.bytes.size(), "the file ends",
                   "an IDX header of " + std::to_string(idx.header) + " bytes");
  }
  if (const std::uint32_t found = BigEndian(idx.bytes, 0); found != magic) {
    return Corrupt(path, 0, "magic number " + Hex(found),
                   Hex(magic) + (magic == kImageMagic ? " (IDX images)" : " (IDX labels)"));
  }
  for (std::size_t d = 0; d < dimensions; ++d) {
    const std::uint32_t size = BigEndian(idx.bytes, 4 + 4 * d);
    if (d > 0 && (size == 0 || size > kLargestSide)) {
      return Corrupt(path, 4 + 4 * d, "image side " + std::to_string(size),
                     "1 to " + std::to_string(kLargestSide));
    }
    idx.sizes.push_back(size);
  }
  if (const auto ok = CheckSize(path, idx); !ok) return std::unexpected(ok.error());
  idx.bytes.erase(idx.bytes.begin(), idx.bytes.begin() + static_cast<std::ptrdiff_t>(idx.header));
  return idx;
}

Result<Idx> FindIdx(const std::vector<fs::path>& folders, std::string_view stem,
                    std::uint32_t magic, fs::path& path) {
  const std::string kind = magic == kImageMagic ? "idx3-ubyte" : "idx1-ubyte";
  const std::string dashed = std::string(stem) + "-" + kind;
  const std::string dotted = std::string(stem) + "." + kind;
  const auto found = FindFile(folders, std::array<std::string_view, 2>{dashed, dotted});
  if (!found) return std::unexpected(found.error());
  path = *found;
  return ReadIdx(path, magic);
}

Result<ByteImages> LoadPart(const std::vector<fs::path>& folders, const std::string& part) {
  fs::path image_path;
  fs::path label_path;
  auto images = FindIdx(folders, part + "-images", kImageMagic, image_path);
  if (!images) return std::unexpected(images.error());
  auto labels = FindIdx(folders, part + "-labels", kLabelMagic, label_path);
  if (!labels) return std::unexpected(labels.error());
  if (labels->sizes[0] != images->sizes[0]) {
    return Corrupt(label_path, 4, std::to_string(labels->sizes[0]) + " labels",
                   std::to_string(images->sizes[0]) + " as " + image_path.string() + " has images");
  }
  for (std::size_t i = 0; i < labels->bytes.size(); ++i) {
    if (labels->bytes[i] >= kClasses) {
      return Corrupt(label_path, labels->header + i, "label " + std::to_string(labels->bytes[i]),
                     "0 to 9");
    }
  }
  return ByteImages{1, static_cast<int>(images->sizes[1]), static_cast<int>(images->sizes[2]),
                    std::move(images->bytes), std::move(labels->bytes)};
}

}  // namespace

Result<std::unique_ptr<const Dataset>> LoadMnist(const std::string& dir) {
  const auto folders = Folders("mnist", dir, std::array{"mnist"sv, "MNIST/raw"sv});
  if (!folders) return std::unexpected(folders.error());
  const auto pool = LoadPart(*folders, "train");
  if (!pool) return std::unexpected(pool.error());
  const auto final = LoadPart(*folders, "t10k");
  if (!final) return std::unexpected(final.error());
  return Divide("mnist", kClasses, *pool, *final);
}

}  // namespace actsearch::datasets
