// The IDX format of MNIST (LeCun, Cortes, Burges): a big-endian magic number that says type and
// dimensions, sizes, then the values. Used by the loaders. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "evaluators/datasets/files.h"
#include "search_spaces/base/error.h"

namespace actsearch::datasets {

enum class IdxKind : std::uint32_t {
  kLabels = 0x801,     // bytes, one dimension
  kImages = 0x803,     // bytes, three dimensions
  kLongLabels = 0xc02  // 32-bit integers, two dimensions: QMNIST
};

struct Idx {
  std::filesystem::path path;
  std::vector<std::uint32_t> sizes;
  std::size_t header = 0;  // bytes before the values
  Bytes values;

  // Big-endian, of kLongLabels.
  std::uint32_t LongAt(std::size_t index) const;
};

// kCorrupt names the byte where the file is no such IDX file: magic number, sides of images
// (1 to 1024), count of values.
Result<Idx> ReadIdx(File file, IdxKind kind);

}  // namespace actsearch::datasets
