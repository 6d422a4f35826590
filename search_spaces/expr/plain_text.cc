#include "search_spaces/expr/plain_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace actsearch::expr {
namespace {

struct Lookalike {
  char32_t first;
  char32_t last;           // of a range that means the same
  std::string_view plain;  // what it is read as; empty where nothing is clear
  std::string_view remedy;
};

constexpr Lookalike kLookalikes[] = {
    {0x00a0, 0x00a0, " ", ""},  // no-break space
    {0x00b2, 0x00b2, "^2", ""},
    {0x00b3, 0x00b3, "^3", ""},
    {0x00b7, 0x00b7, "*", ""},  // middle dot
    {0x00b9, 0x00b9, "", "write a power as in 'x^-1'"},
    {0x00d7, 0x00d7, "*", ""},
    {0x00f7, 0x00f7, "/", ""},
    {0x03c0, 0x03c0, "pi", ""},
    {0x03a6, 0x03a6, "", "write 'normal_cdf(x)'"},
    {0x03c3, 0x03c3, "", "write 'sigmoid(x)'"},
    {0x2000, 0x200b, " ", ""},  // spaces from en quad to zero width
    {0x2010, 0x2015, "-", ""},  // hyphens and dashes
    {0x2018, 0x201f, "", "leave quotation marks out"},
    {0x202f, 0x202f, " ", ""},
    {0x2032, 0x2033, "", "slopes are not written; 'actsearch eval' shows them"},
    {0x2044, 0x2044, "/", ""},
    {0x205f, 0x2060, " ", ""},
    {0x2070, 0x208e, "", "write a power as in 'x^-1', an index as in 'w[0]'"},
    {0x2211, 0x2211, "", "write a sum over an index set as 'sum{c}(x)'"},
    {0x2212, 0x2212, "-", ""},  // the minus sign of typography
    {0x2215, 0x2215, "/", ""},
    {0x2217, 0x2217, "*", ""},
    {0x2219, 0x2219, "*", ""},
    {0x221a, 0x221a, "", "write 'sqrt(x)'"},
    {0x221b, 0x221b, "", "write 'cbrt(x)'"},
    {0x221e, 0x221e, "", "write a large number"},
    {0x2264, 0x2264, "<=", ""},
    {0x2265, 0x2265, ">=", ""},
    {0x22c5, 0x22c5, "*", ""},
    {0x2a7d, 0x2a7d, "<=", ""},
    {0x2a7e, 0x2a7e, ">=", ""},
    {0x3000, 0x3000, " ", ""},  // ideographic space
    {0xfe63, 0xfe63, "-", ""},
    {0xfeff, 0xfeff, " ", ""},  // byte order mark
};

// Signs of ASCII that have a full-width twin, at a fixed distance in Unicode.
constexpr char32_t kToFullWidth = 0xfee0;
constexpr std::string_view kFullWidthSigns = "()*+,-./:<=>[]^{}0123456789";

struct Character {
  char32_t code = 0;
  std::size_t bytes = 0;
};

// The character at the start of `text`; nothing where that is no UTF-8.
std::optional<Character> Decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  const std::size_t bytes = first < 0x80              ? 1
                            : first >> 5 == 0b110     ? 2
                            : first >> 4 == 0b1110    ? 3
                            : first >> 3 == 0b11110   ? 4
                                                      : 0;
  if (bytes == 0 || bytes > text.size()) return std::nullopt;
  char32_t code = bytes == 1 ? first : first & (0x7f >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if (byte(i) >> 6 != 0b10) return std::nullopt;
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kLeast[bytes] || code > 0x10ffff || is_surrogate) return std::nullopt;
  return Character{code, bytes};
}

const Lookalike* Find(char32_t code) {
  const auto* found = std::ranges::find_if(kLookalikes, [code](const Lookalike& row) {
    return row.first <= code && code <= row.last;
  });
  return found == std::end(kLookalikes) ? nullptr : found;
}

// At least `digits` hexadecimal digits.
std::string Hex(char32_t code, int digits, std::string_view alphabet) {
  std::string text;
  for (; code != 0 || digits > 0; code >>= 4, --digits) {
    text.insert(text.begin(), alphabet[code & 15]);
  }
  return text;
}

std::unexpected<Error> At(std::size_t column, const std::string& what) {
  return Fail(ErrorCode::kInvalid, "column " + std::to_string(column) + ": " + what);
}

std::unexpected<Error> Refuse(std::size_t column, std::string_view shown, char32_t code,
                              const Lookalike* row) {
  std::string what = "cannot read '" + std::string(shown) + "' (U+" +
                     Hex(code, 4, "0123456789ABCDEF") + "); ";
  what += row != nullptr
              ? std::string(row->remedy)
              : "formulas are made of names, numbers and + - * / ^ ( ) [ ] { } , : = < >";
  return At(column, what);
}

}  // namespace

Result<std::string> PlainText(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  std::size_t column = 0;
  while (!text.empty()) {
    ++column;
    const std::optional<Character> character = Decode(text);
    if (!character) {
      return At(column, "cannot read byte 0x" + Hex(static_cast<std::uint8_t>(text[0]), 2,
                                                    "0123456789abcdef") +
                            "; give the text in UTF-8");
    }
    const auto [code, bytes] = *character;
    const std::string_view shown = text.substr(0, bytes);
    text.remove_prefix(bytes);
    const Lookalike* row = Find(code);
    if (code < 0x80) {
      plain += static_cast<char>(code);
    } else if (row != nullptr && !row->plain.empty()) {
      plain += row->plain;
    } else if (code >= kToFullWidth && kFullWidthSigns.find(static_cast<char>(
                                           code - kToFullWidth)) != std::string_view::npos &&
               code - kToFullWidth < 0x80) {
      plain += static_cast<char>(code - kToFullWidth);
    } else {
      return Refuse(column, shown, code, row);
    }
  }
  return plain;
}

}  // namespace actsearch::expr
