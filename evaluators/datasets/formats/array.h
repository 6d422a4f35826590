// Arrays as files have them: NumPy's .npy and .npz, and safetensors. Values are read, never
// executed: arrays of Python objects (pickle) are refused. Pure apart from reading; any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "evaluators/datasets/files.h"
#include "search_spaces/base/error.h"

namespace actsearch::datasets {

// Row-major, whatever the order in the file.
struct Array {
  std::vector<std::int64_t> shape;
  // Unsigned bytes and truth values; other whole numbers; real numbers.
  std::variant<Bytes, std::vector<std::int64_t>, std::vector<double>> values;

  bool IsReal() const { return values.index() == 2; }
  std::size_t Count() const;
  double RealAt(std::size_t index) const;          // of any kind
  std::int64_t WholeAt(std::size_t index) const;   // not of real numbers
};
std::string ToText(const std::vector<std::int64_t>& shape);  // "60000 x 28 x 28"

using Arrays = std::map<std::string, Array>;

// The format "NPY" 1.0 to 3.0. kCorrupt or kInvalid names `place`, what was found and the remedy.
Result<Array> ParseNpy(const std::string& place, const Bytes& bytes);

// Header length (64 bits, little-endian, at most 100 MB), JSON, values.
Result<Arrays> ParseSafetensors(const std::string& place, const Bytes& bytes);

// By the name's ending: .npy (the array is named like the file), .npz, .safetensors.
Result<Arrays> ReadArrays(const std::filesystem::path& path);

// What the two formats share: values of a type such as "f4" (kind and bytes), in the file's order.
Result<Array> ArrayOf(const std::string& place, std::vector<std::int64_t> shape, char kind,
                      std::size_t width, bool big_endian, std::span<const std::uint8_t> bytes);

}  // namespace actsearch::datasets
