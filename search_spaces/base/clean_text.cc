#include "search_spaces/base/clean_text.h"

#include <cstdint>

namespace actsearch {
namespace {

struct Decoded {
  std::uint32_t point = 0;
  std::size_t bytes = 0;  // 0: no UTF-8
};

// The first character (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF).
Decoded Decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < bytes) return {};
  std::uint32_t point = first & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    point = point << 6 | (byte(i) & 0x3f);
  }
  const bool overlong = (bytes == 3 && point < 0x800) || (bytes == 4 && point < 0x10000);
  const bool surrogate = point >= 0xd800 && point < 0xe000;
  if (overlong || surrogate || point > 0x10ffff) return {};
  return {point, bytes};
}

bool IsHarmful(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x61c || point == 0x200e ||
         point == 0x200f || (point >= 0x2028 && point <= 0x202e) ||
         (point >= 0x2066 && point <= 0x2069);
}

}  // namespace

std::string CleanText(std::string_view text, char replacement) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = Decode(text);
    if (next.bytes == 0) {
      clean += '?';
    } else if (IsHarmful(next.point)) {
      clean += replacement;
    } else {
      clean += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes == 0 ? 1 : next.bytes);
  }
  return clean;
}

std::string_view Shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  // Up to three bytes before the cut belong to a character that goes on behind it.
  const auto continues = [&](std::size_t i) {
    return (static_cast<unsigned char>(text[i]) & 0xc0) == 0x80;
  };
  for (int i = 0; i < 3 && end > 0 && continues(end); ++i) --end;
  return continues(end) ? text.substr(0, most) : text.substr(0, end);
}

}  // namespace actsearch
