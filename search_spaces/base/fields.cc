#include "search_spaces/base/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <type_traits>
#include <utility>

#include "search_spaces/base/names.h"
#include "search_spaces/base/registry.h"

namespace actsearch {
namespace {

std::string NumberText(double value) {
  char buffer[32];
  // Whole numbers in full: "10000000", not "1e+07".
  const bool whole = std::abs(value) < 1e16 && value == std::floor(value);
  const auto format = whole ? std::chars_format::fixed : std::chars_format::general;
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof(buffer), value, format).ptr);
}

std::unexpected<Error> Wrong(std::string_view name, const std::string& what) {
  return Fail(ErrorCode::kInvalid, std::string(name) + ": " + what);
}

// The value as the kind's own alternative, when nothing is lost by that.
std::optional<FieldValue> Adapt(FieldKind kind, const FieldValue& value) {
  if (value.index() == static_cast<std::size_t>(kind)) return value;
  const auto is_empty_list = []<class T>(const T& v) {
    if constexpr (!std::is_arithmetic_v<T> && !std::is_same_v<T, std::string>) return v.empty();
    return false;
  };
  if (kind == FieldKind::kNumber) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  }
  if (kind == FieldKind::kNumbers) {
    if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&value)) {
      return std::vector<double>(whole->begin(), whole->end());
    }
    if (const auto one = Adapt(FieldKind::kNumber, value)) {
      return std::vector<double>{std::get<double>(*one)};
    }
  }
  if (!IsList(kind) || !std::visit(is_empty_list, value)) return std::nullopt;
  if (kind == FieldKind::kIntegers) return std::vector<std::int64_t>();
  if (kind == FieldKind::kNumbers) return std::vector<double>();
  return std::vector<std::string>();
}

Result<void> CheckNumber(std::string_view name, const FieldRow& row, double value,
                         const std::string& text) {
  if (value >= row.low && value <= row.high) return {};  // false for NaN
  return Wrong(name, text + " is out of bounds; allowed: " + BoundsText(row));
}

Result<void> CheckSize(std::string_view name, const FieldRow& row, std::size_t size,
                       std::string_view unit) {
  if (size >= static_cast<std::size_t>(row.min_size) &&
      size <= static_cast<std::size_t>(row.max_size)) {
    return {};
  }
  return Wrong(name, std::to_string(size) + " " + std::string(unit) +
                               "; allowed: " + std::to_string(row.min_size) + " to " +
                               std::to_string(row.max_size));
}

Result<void> CheckText(std::string_view name, const FieldRow& row, const std::string& text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; };
  if (std::ranges::any_of(text, is_control) || !IsUtf8(text)) {
    return Wrong(name, "holds a control character or bytes that are not UTF-8");
  }
  if (row.known == nullptr) return {};
  const auto known = row.known();
  if (std::ranges::find(known, text) != known.end()) return {};
  return Wrong(name, UnknownName("value", text, known).message);
}

template <class Item>
Result<void> CheckItems(std::string_view name, const FieldRow& row,
                        const std::vector<Item>& items) {
  if (Result<void> ok = CheckSize(name, row, items.size(), "items"); !ok) return ok;
  for (const Item& item : items) {
    Result<void> ok;
    if constexpr (std::is_same_v<Item, std::string>) {
      ok = CheckText(name, row, item);
    } else {
      ok = CheckNumber(name, row, static_cast<double>(item), ToText(FieldValue(item)));
    }
    if (!ok) return ok;
  }
  return {};
}

Result<void> CheckValue(std::string_view name, const FieldRow& row, const FieldValue& value) {
  switch (row.kind) {
    case FieldKind::kFlag:
      return {};
    case FieldKind::kInteger:
      return CheckNumber(name, row, static_cast<double>(std::get<std::int64_t>(value)),
                         ToText(value));
    case FieldKind::kNumber:
      return CheckNumber(name, row, std::get<double>(value), ToText(value));
    case FieldKind::kText: {
      const std::string& text = std::get<std::string>(value);
      if (Result<void> ok = CheckSize(name, row, text.size(), "bytes"); !ok) return ok;
      return CheckText(name, row, text);
    }
    case FieldKind::kIntegers:
      return CheckItems(name, row, std::get<std::vector<std::int64_t>>(value));
    case FieldKind::kNumbers:
      return CheckItems(name, row, std::get<std::vector<double>>(value));
    case FieldKind::kTexts:
      return CheckItems(name, row, std::get<std::vector<std::string>>(value));
  }
  return {};
}

template <class T>
Result<T> ParseNumber(FieldKind kind, std::string_view text) {
  T value{};
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code == std::errc() && end == digits.data() + digits.size()) return value;
  return Fail(ErrorCode::kInvalid,
              "'" + std::string(text.substr(0, 80)) + "' is not " + std::string(Name(kind)));
}

template <class T>
Result<FieldValue> ParseItems(FieldKind kind, std::span<const std::string> items) {
  std::vector<T> values;
  for (const std::string& item : items) {
    Result<T> value = ParseNumber<T>(kind, item);
    if (!value) return std::unexpected(value.error());
    values.push_back(*value);
  }
  return values;
}

// Bytes of the UTF-8 sequence that begins with `lead`; 0 for a byte that begins none.
std::size_t SequenceLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

// The least and largest second byte after `lead` that is neither overlong, a surrogate nor
// beyond U+10FFFF.
std::pair<unsigned char, unsigned char> SecondByte(unsigned char lead) {
  const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  return {low, high};
}

}  // namespace

bool IsUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[i + k]); };
    const std::size_t length = SequenceLength(byte(0));
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      const auto [low, high] =
          k == 1 ? SecondByte(byte(0)) : std::pair<unsigned char, unsigned char>(0x80, 0xbf);
      if (byte(k) < low || byte(k) > high) return false;
    }
    i += length;
  }
  return true;
}

std::string_view Name(FieldKind kind) {
  constexpr std::string_view kNames[] = {
      "true or false",           "a whole number",    "a number",       "a text",
      "a list of whole numbers", "a list of numbers", "a list of texts"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string ToText(const FieldValue& value) {
  return std::visit(
      []<class T>(const T& v) -> std::string {
        if constexpr (std::is_same_v<T, bool>) {
          return v ? "true" : "false";
        } else if constexpr (std::is_same_v<T, std::string>) {
          return v;
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
          return std::to_string(v);
        } else if constexpr (std::is_same_v<T, double>) {
          return NumberText(v);
        } else {
          std::string text = "[";
          for (const auto& item : v) text += (text.size() > 1 ? ", " : "") + ToText(item);
          return text + "]";
        }
      },
      value);
}

std::string BoundsText(const FieldRow& row) {
  if (row.known != nullptr) {
    return (IsList(row.kind) ? "any of " : "one of ") + ListNames(row.known());
  }
  if (row.kind == FieldKind::kFlag) return std::string(Name(row.kind));
  if (row.kind == FieldKind::kText || row.kind == FieldKind::kTexts) {
    return "at most " + std::to_string(row.max_size) +
           (row.kind == FieldKind::kText ? " bytes" : " items");
  }
  return NumberText(row.low) + " to " + NumberText(row.high);
}

Result<FieldValue> ValueFromText(FieldKind kind, std::string_view text) {
  switch (kind) {
    case FieldKind::kText:
      return std::string(text);
    case FieldKind::kFlag:
      if (text == "true" || text == "false") return text == "true";
      break;
    case FieldKind::kInteger:
      return ParseNumber<std::int64_t>(kind, text);
    case FieldKind::kNumber:
      return ParseNumber<double>(kind, text);
    default:
      break;
  }
  return Fail(ErrorCode::kInvalid,
              "'" + std::string(text.substr(0, 80)) + "' is not " + std::string(Name(kind)));
}

Result<FieldValue> ValueFromTexts(FieldKind kind, std::span<const std::string> items) {
  switch (kind) {
    case FieldKind::kIntegers:
      return ParseItems<std::int64_t>(FieldKind::kInteger, items);
    case FieldKind::kNumbers:
      return ParseItems<double>(FieldKind::kNumber, items);
    case FieldKind::kTexts:
      return std::vector<std::string>(items.begin(), items.end());
    default:
      return Fail(ErrorCode::kInvalid, "a list is not " + std::string(Name(kind)));
  }
}

Result<FieldValue> ValueFromLine(FieldKind kind, std::string_view text) {
  if (!IsList(kind)) return ValueFromText(kind, text);
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
    item = item.substr(0, item.find_last_not_of(' ') + 1);
    items.emplace_back(item);
    text = comma == std::string_view::npos ? "" : text.substr(comma + 1);
  }
  return ValueFromTexts(kind, items);
}

Result<FieldValue> Adapted(FieldKind kind, const FieldValue& value) {
  std::optional<FieldValue> adapted = Adapt(kind, value);
  if (adapted) return *std::move(adapted);
  return Fail(ErrorCode::kInvalid,
              "'" + ToText(value).substr(0, 80) + "' is not " + std::string(Name(kind)));
}

Result<FieldValue> Checked(const FieldRow& row, std::string_view name, const FieldValue& value) {
  Result<FieldValue> adapted = Adapted(row.kind, value);
  if (!adapted) return Wrong(name, adapted.error().message);
  if (Result<void> ok = CheckValue(name, row, *adapted); !ok) return std::unexpected(ok.error());
  return *std::move(adapted);
}

Result<Fields> CompleteFields(std::string_view section, std::span<const FieldRow> rows,
                              const Fields& given) {
  Fields complete;
  for (const FieldRow& row : rows) complete.emplace(row.name, row.initial);
  for (const auto& [name, value] : given) {
    const std::string full = std::string(section) + "." + name;
    const auto row = std::ranges::find(rows, name, &FieldRow::name);
    if (row == rows.end()) {
      std::vector<std::string_view> known;
      for (const FieldRow& each : rows) known.push_back(each.name);
      return Wrong(full, UnknownName("field", name, known).message);
    }
    Result<FieldValue> checked = Checked(*row, full, value);
    if (!checked) return std::unexpected(checked.error());
    complete[name] = *std::move(checked);
  }
  return complete;
}

}  // namespace actsearch
