// UTF-8 to characters (RFC 3629).
#include <cstddef>

#include "evaluators/datasets/text_windows.h"

namespace actsearch::datasets {
namespace {

struct Character {
  char32_t value = 0;
  std::size_t length = 0;  // bytes; 0: not UTF-8
};

Character CharacterAt(std::string_view bytes, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + length > bytes.size()) return {};
  char32_t value = first & (0xFF >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(at + i) & 0x3F);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = value >= 0xD800 && value < 0xE000;
  if (value < kLeast[length] || value > 0x10FFFF || is_surrogate) return {};
  return {value, length};
}

}  // namespace

Result<std::u32string> DecodeText(const std::string& place, std::string_view bytes) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  std::size_t at = bytes.starts_with(kMark) ? kMark.size() : 0;
  std::u32string text;
  text.reserve(bytes.size());
  while (at < bytes.size()) {
    const Character character = CharacterAt(bytes, at);
    if (character.length == 0 || character.value == 0) {
      return Fail(ErrorCode::kCorrupt,
                  place + ": byte " + std::to_string(at) +
                      ": not UTF-8 text; is it another encoding (iconv -t UTF-8) or no text?");
    }
    at += character.length;
    const bool is_line_end = character.value == U'\r' && at < bytes.size() && bytes[at] == '\n';
    if (!is_line_end) text.push_back(character.value);
  }
  return text;
}

}  // namespace actsearch::datasets
