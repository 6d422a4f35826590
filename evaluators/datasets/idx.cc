#include "evaluators/datasets/idx.h"

#include <cstdio>
#include <string>
#include <utility>

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kLargestSide = 1024;

std::string Hex(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", value);
  return text;
}

std::uint32_t BigEndian(const Bytes& bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
         std::uint32_t{bytes[at + 2]} << 8 | std::uint32_t{bytes[at + 3]};
}

std::string_view Name(IdxKind kind) {
  switch (kind) {
    case IdxKind::kLabels:
      return " (IDX labels)";
    case IdxKind::kImages:
      return " (IDX images)";
    case IdxKind::kLongLabels:
      break;
  }
  return " (IDX labels of QMNIST)";
}

// The number of values must be exactly what the header says.
Result<void> CheckSize(const Idx& idx, std::size_t width) {
  std::uint64_t values = 1;
  std::string product;
  for (const std::uint32_t size : idx.sizes) {
    // At most 2^32 * 1024 * 1024: no overflow.
    values *= size;
    product += (product.empty() ? "" : " x ") + std::to_string(size);
  }
  const std::uint64_t wanted = idx.header + values * width;
  const Bytes& bytes = idx.values;
  if (bytes.size() == wanted) return {};
  const bool truncated = bytes.size() < wanted;
  return Corrupt(
      idx.path, truncated ? bytes.size() : static_cast<std::size_t>(wanted),
      truncated ? "the file ends" : std::to_string(bytes.size() - wanted) + " bytes too many",
      std::to_string(wanted) + " bytes in all (the header says " + product + " values)");
}

}  // namespace

std::uint32_t Idx::LongAt(std::size_t index) const { return BigEndian(values, 4 * index); }

Result<Idx> ReadIdx(File file, IdxKind kind) {
  if (auto ok = CheckNoWebPage(file.path, file.bytes); !ok) return std::unexpected(ok.error());
  const auto magic = static_cast<std::uint32_t>(kind);
  const std::size_t dimensions = magic & 0xff;
  const std::size_t width = kind == IdxKind::kLongLabels ? 4 : 1;
  Idx idx{std::move(file.path), {}, 4 + 4 * dimensions, std::move(file.bytes)};
  if (idx.values.size() < idx.header) {
    return Corrupt(idx.path, idx.values.size(), "the file ends",
                   "an IDX header of " + std::to_string(idx.header) + " bytes");
  }
  if (const std::uint32_t found = BigEndian(idx.values, 0); found != magic) {
    return Corrupt(idx.path, 0, "magic number " + Hex(found),
                   Hex(magic) + std::string(Name(kind)));
  }
  for (std::size_t d = 0; d < dimensions; ++d) {
    const std::uint32_t size = BigEndian(idx.values, 4 + 4 * d);
    if (d > 0 && (size == 0 || size > kLargestSide)) {
      return Corrupt(idx.path, 4 + 4 * d, "image side " + std::to_string(size),
                     "1 to " + std::to_string(kLargestSide));
    }
    idx.sizes.push_back(size);
  }
  if (const auto ok = CheckSize(idx, width); !ok) return std::unexpected(ok.error());
  idx.values.erase(idx.values.begin(),
                   idx.values.begin() + static_cast<std::ptrdiff_t>(idx.header));
  return idx;
}

}  // namespace actsearch::datasets
