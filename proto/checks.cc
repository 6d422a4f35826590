#include "proto/checks.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "proto/convert.h"

namespace actsearch::proto {
namespace {

constexpr std::size_t kDigestDigits = 16;

bool IsVisible(char c) { return c > ' ' && c <= '~'; }
bool IsHexDigit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

std::string Quoted(std::string_view text) { return "'" + OneLine(text, 80) + "'"; }

}  // namespace

std::unexpected<Error> Invalid(const std::string& field, const std::string& value,
                               const std::string& expected) {
  return Fail(ErrorCode::kInvalid, field + ": " + value + " is not " + expected);
}

std::unexpected<Error> Within(const std::string& field, const Error& error) {
  return Fail(error.code, field + "." + error.message);
}

std::string At(std::string_view list, int index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

Result<void> CheckRange(const std::string& field, std::int64_t value, std::int64_t low,
                        std::int64_t high) {
  if (value >= low && value <= high) return {};
  return Invalid(field, std::to_string(value),
                 "from " + std::to_string(low) + " to " + std::to_string(high));
}

Result<void> CheckAtLeast(const std::string& field, std::int64_t value, std::int64_t low) {
  if (value < low) return Invalid(field, std::to_string(value), "at least " + std::to_string(low));
  return {};
}

Result<void> CheckFinite(const std::string& field, double value) {
  if (!std::isfinite(value)) return Invalid(field, std::to_string(value), "a finite number");
  return {};
}

Result<void> CheckCount(const std::string& field, int items, int most) {
  if (items <= most) return {};
  return Fail(ErrorCode::kInvalid, field + ": " + std::to_string(items) + " items; at most " +
                                       std::to_string(most) + " are allowed");
}

Result<void> CheckSize(const std::string& field, std::string_view text, std::size_t most) {
  if (text.size() <= most) return {};
  return Fail(ErrorCode::kInvalid, field + ": " + std::to_string(text.size()) +
                                       " bytes; at most " + std::to_string(most) +
                                       " are allowed");
}

Result<void> CheckName(const std::string& field, std::string_view name, bool may_be_empty) {
  if (Result<void> ok = CheckSize(field, name, kMostNameBytes); !ok) return ok;
  const bool is_empty = name.empty() && !may_be_empty;
  if (!is_empty && std::ranges::all_of(name, IsVisible)) return {};
  return Invalid(field, Quoted(name),
                 "a name of 1 to " + std::to_string(kMostNameBytes) + " visible ASCII characters");
}

Result<void> CheckDigest(const std::string& field, std::string_view digest) {
  const bool is_digest = digest.size() == kDigestDigits && std::ranges::all_of(digest, IsHexDigit);
  if (digest.empty() || is_digest) return {};
  return Invalid(field, Quoted(digest), "16 lower-case hexadecimal digits");
}

}  // namespace actsearch::proto
