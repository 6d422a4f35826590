#include "evaluators/datasets/formats/array.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "evaluators/datasets/formats/archive.h"

namespace actsearch::datasets {
namespace {

template <class T>
T ValueAt(const std::uint8_t* from, bool big_endian) {
  std::uint8_t bytes[sizeof(T)];
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    bytes[i] = from[big_endian ? sizeof(T) - 1 - i : i];
  }
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

// IEEE 754 binary16.
double HalfValue(std::uint16_t half) {
  const int exponent = half >> 10 & 0x1f;
  const double fraction = half & 0x3ff;
  const double sign = (half & 0x8000) != 0 ? -1 : 1;
  if (exponent == 31) {
    return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  }
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

// The upper half of a float.
double BrainValue(std::uint16_t half) {
  return std::bit_cast<float>(std::uint32_t{half} << 16);
}

template <class T, class To, class Convert>
void Each(std::span<const std::uint8_t> bytes, bool big_endian, std::vector<To>& to,
              Convert convert) {
  to.reserve(bytes.size() / sizeof(T));
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(T)) {
    to.push_back(static_cast<To>(convert(ValueAt<T>(bytes.data() + at, big_endian))));
  }
}

template <class T, class To>
void ConvertTo(std::span<const std::uint8_t> bytes, bool big_endian, std::vector<To>& to) {
  Each<T>(bytes, big_endian, to, [](T value) { return value; });
}

// False for a type that is not known.
bool ReadWhole(char kind, std::size_t width, bool big_endian, std::span<const std::uint8_t> bytes,
               std::vector<std::int64_t>& to) {
  const bool is_signed = kind == 'i';
  switch (width) {
    case 1:
      ConvertTo<std::int8_t>(bytes, big_endian, to);
      return is_signed;
    case 2:
      is_signed ? ConvertTo<std::int16_t>(bytes, big_endian, to)
                : ConvertTo<std::uint16_t>(bytes, big_endian, to);
      return true;
    case 4:
      is_signed ? ConvertTo<std::int32_t>(bytes, big_endian, to)
                : ConvertTo<std::uint32_t>(bytes, big_endian, to);
      return true;
    case 8:
      ConvertTo<std::int64_t>(bytes, big_endian, to);
      // Of unsigned ones the upper half cannot be held.
      return is_signed || std::ranges::none_of(to, [](std::int64_t v) { return v < 0; });
    default:
      return false;
  }
}

bool ReadReal(char kind, std::size_t width, bool big_endian, std::span<const std::uint8_t> bytes,
              std::vector<double>& to) {
  if (width == 2) {
    Each<std::uint16_t>(bytes, big_endian, to, kind == 'B' ? BrainValue : HalfValue);
    return true;
  }
  if (width == 4) ConvertTo<float>(bytes, big_endian, to);
  if (width == 8) ConvertTo<double>(bytes, big_endian, to);
  return width == 4 || width == 8;
}

}  // namespace

std::size_t Array::Count() const {
  return std::visit([](const auto& v) { return v.size(); }, values);
}

double Array::RealAt(std::size_t index) const {
  return std::visit([&](const auto& v) { return static_cast<double>(v[index]); }, values);
}

std::int64_t Array::WholeAt(std::size_t index) const {
  return std::visit([&](const auto& v) { return static_cast<std::int64_t>(v[index]); }, values);
}

std::string ToText(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return shape.empty() ? "a single value" : text;
}

Result<Array> ArrayOf(const std::string& place, std::vector<std::int64_t> shape, char kind,
                      std::size_t width, bool big_endian, std::span<const std::uint8_t> bytes) {
  std::uint64_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 0 ||
        (size > 0 && count > (std::uint64_t{1} << 31) / static_cast<std::uint64_t>(size))) {
      return Fail(ErrorCode::kCorrupt, place + ": shape " + ToText(shape) +
                                           ": more than 2^31 values; the header is damaged");
    }
    count *= static_cast<std::uint64_t>(size);
  }
  constexpr std::string_view kKnown = "buifB";
  if (kKnown.find(kind) == std::string_view::npos) {
    return Fail(ErrorCode::kInvalid,
                place + ": values of type '" + kind +
                    "', no numbers; give whole numbers for classes (numpy.unique(y, "
                    "return_inverse=True)) and real ones for the rest");
  }
  if (bytes.size() != count * width) {
    return Fail(ErrorCode::kCorrupt, place + ": " + std::to_string(bytes.size()) +
                                         " bytes of values, expected " +
                                         std::to_string(count * width) + " for " + ToText(shape) +
                                         "; copy or download the file again");
  }
  Array array{.shape = std::move(shape), .values = {}};
  bool is_known = true;
  if ((kind == 'u' || kind == 'b') && width == 1) {
    array.values = Bytes(bytes.begin(), bytes.end());
  } else if (kind == 'i' || kind == 'u') {
    is_known = ReadWhole(kind, width, big_endian, bytes,
                         array.values.emplace<std::vector<std::int64_t>>());
  } else if (kind == 'f' || kind == 'B') {
    is_known =
        ReadReal(kind, width, big_endian, bytes, array.values.emplace<std::vector<double>>());
  } else {
    is_known = false;
  }
  if (is_known) return array;
  return Fail(ErrorCode::kInvalid, place + ": values of type '" + kind + std::to_string(width) +
                                       "'; whole numbers below 2^63 and real ones of 2 to 8 bytes "
                                       "are read");
}

Result<Arrays> ReadArrays(const std::filesystem::path& path) {
  Arrays arrays;
  if (path.extension() == ".npz") {
    const auto read =
        ForEachMember(path, [&](const std::string& name, Bytes bytes) -> Result<void> {
          if (!name.ends_with(".npy")) return {};
          auto array = ParseNpy(path.string() + ", " + name, bytes);
          if (!array) return std::unexpected(array.error());
          arrays.emplace(name.substr(0, name.size() - 4), *std::move(array));
          return {};
        });
    if (!read) return std::unexpected(read.error());
    return arrays;
  }
  const auto bytes = ReadFile(path);
  if (!bytes) return std::unexpected(bytes.error());
  if (auto ok = CheckNoWebPage(path, *bytes); !ok) return std::unexpected(ok.error());
  if (path.extension() == ".safetensors") return ParseSafetensors(path.string(), *bytes);
  auto array = ParseNpy(path.string(), *bytes);
  if (!array) return std::unexpected(array.error());
  arrays.emplace(path.stem().string(), *std::move(array));
  return arrays;
}

}  // namespace actsearch::datasets
