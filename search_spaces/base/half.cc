#include "search_spaces/base/half.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace actsearch {
namespace {

constexpr std::uint32_t kFloatInfinity = 0x7f800000;
constexpr std::uint32_t kHalfOverflow = 0x477ff000;  // 65520: rounds to infinity
constexpr std::uint32_t kLeastNormal = 0x38800000;   // 2^-14
constexpr std::uint32_t kExponentShift = 112U << 23;  // between the biases 127 and 15

}  // namespace

std::uint16_t HalfOf(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
  const std::uint32_t size = bits & 0x7fffffffU;
  std::uint32_t half = 0;
  if (size > kFloatInfinity) {
    half = 0x7e00;  // not a number
  } else if (size >= kHalfOverflow) {
    half = 0x7c00;
  } else if (size < kLeastNormal) {
    // Next to 0.5 a float's last digit is 2^-24, the unit of halves without exponent.
    half = std::bit_cast<std::uint32_t>(std::bit_cast<float>(size) + 0.5F) -
           std::bit_cast<std::uint32_t>(0.5F);
  } else {
    const std::uint32_t tie_to_even = 0xfffU + ((size >> 13) & 1U);
    half = (size - kExponentShift + tie_to_even) >> 13;
  }
  return static_cast<std::uint16_t>(sign | half);
}

float FromHalf(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16;
  const std::uint32_t size = half & 0x7fffU;
  if (size >= 0x7c00) {
    return std::bit_cast<float>(sign | kFloatInfinity | ((size & 0x3ffU) << 13));
  }
  if (size >= 0x400) return std::bit_cast<float>(sign | ((size << 13) + kExponentShift));
  const float value = static_cast<float>(size) * 0x1p-24F;
  return sign == 0 ? value : -value;
}

std::string PackHalves(std::span<const float> values) {
  std::string bytes;
  bytes.reserve(2 * values.size());
  for (const float value : values) {
    const std::uint16_t half = HalfOf(value);
    bytes += static_cast<char>(half & 0xff);
    bytes += static_cast<char>(half >> 8);
  }
  return bytes;
}

ScaledHalves PackScaled(std::span<const float> values) {
  float largest = 0;
  for (const float value : values) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  if (largest == 0) return {PackHalves(values), 1};
  int exponent = 0;
  const float mantissa = std::frexp(largest, &exponent);
  exponent -= mantissa * 65536 > 65504 ? 15 : 16;
  std::vector<float> scaled;
  scaled.reserve(values.size());
  for (const float value : values) scaled.push_back(std::ldexp(value, -exponent));
  return {PackHalves(scaled), std::ldexp(1.0, exponent)};
}

Result<std::vector<float>> UnpackScaled(std::string_view bytes, double scale) {
  if (!(scale > 0) || !std::isfinite(scale)) {
    return Fail(ErrorCode::kInvalid,
                "a scale of " + std::to_string(scale) + "; it must be finite and above 0");
  }
  auto values = UnpackHalves(bytes);
  if (!values) return values;
  for (float& value : *values) value = static_cast<float>(value * scale);
  return values;
}

Result<std::vector<float>> UnpackHalves(std::string_view bytes) {
  if (bytes.size() % 2 != 0) {
    return Fail(ErrorCode::kInvalid, std::to_string(bytes.size()) +
                                         " bytes are no list of half-precision numbers of two "
                                         "bytes each");
  }
  std::vector<float> values;
  values.reserve(bytes.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const auto low = static_cast<unsigned char>(bytes[i]);
    const auto high = static_cast<unsigned char>(bytes[i + 1]);
    values.push_back(FromHalf(static_cast<std::uint16_t>(low | (high << 8))));
  }
  return values;
}

}  // namespace actsearch
