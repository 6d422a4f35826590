#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <type_traits>
#include <utility>

#include "coordinator/plan/job_fields.h"
#include "coordinator/plan/json.h"
#include "search_spaces/base/names.h"
#include "search_spaces/base/registry.h"

namespace actsearch::plan {
namespace {

std::string NumberText(double value) {
  char buffer[32];
  // Whole numbers in full: "10000000", not "1e+07".
  const bool whole = std::abs(value) < 1e16 && value == std::floor(value);
  const auto format = whole ? std::chars_format::fixed : std::chars_format::general;
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof(buffer), value, format).ptr);
}

std::string_view SectionOf(std::string_view name) {
  const auto dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

std::unexpected<Error> Wrong(std::string_view name, const std::string& what) {
  return Fail(ErrorCode::kInvalid, std::string(name) + ": " + what);
}

const Field* Find(std::string_view name) {
  const auto at = std::ranges::find(JobFields(), name, &Field::name);
  return at == JobFields().end() ? nullptr : &*at;
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
  }
  if (!IsList(kind) || !std::visit(is_empty_list, value)) return std::nullopt;
  if (kind == FieldKind::kIntegers) return std::vector<std::int64_t>();
  if (kind == FieldKind::kNumbers) return std::vector<double>();
  return std::vector<std::string>();
}

Result<void> CheckNumber(const Field& field, double value, const std::string& text) {
  if (value >= field.low && value <= field.high) return {};  // false for NaN
  return Wrong(field.name, text + " is out of bounds; allowed: " + BoundsText(field));
}

Result<void> CheckSize(const Field& field, std::size_t size, std::string_view unit) {
  if (size >= static_cast<std::size_t>(field.min_size) &&
      size <= static_cast<std::size_t>(field.max_size)) {
    return {};
  }
  return Wrong(field.name, std::to_string(size) + " " + std::string(unit) +
                               "; allowed: " + std::to_string(field.min_size) + " to " +
                               std::to_string(field.max_size));
}

Result<void> CheckText(const Field& field, const std::string& text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; };
  if (std::ranges::any_of(text, is_control) || !IsUtf8(text)) {
    return Wrong(field.name, "holds a control character or bytes that are not UTF-8");
  }
  if (field.known == nullptr) return {};
  const auto known = field.known();
  if (std::ranges::find(known, text) != known.end()) return {};
  return Wrong(field.name, UnknownName("value", text, known).message);
}

template <class Item>
Result<void> CheckItems(const Field& field, const std::vector<Item>& items) {
  if (Result<void> ok = CheckSize(field, items.size(), "items"); !ok) return ok;
  for (const Item& item : items) {
    Result<void> ok;
    if constexpr (std::is_same_v<Item, std::string>) {
      ok = CheckText(field, item);
    } else {
      ok = CheckNumber(field, static_cast<double>(item), ToText(FieldValue(item)));
    }
    if (!ok) return ok;
  }
  return {};
}

Result<void> CheckValue(const Field& field, const FieldValue& value) {
  switch (field.kind) {
    case FieldKind::kFlag:
      return {};
    case FieldKind::kInteger:
      return CheckNumber(field, static_cast<double>(std::get<std::int64_t>(value)), ToText(value));
    case FieldKind::kNumber:
      return CheckNumber(field, std::get<double>(value), ToText(value));
    case FieldKind::kText: {
      const std::string& text = std::get<std::string>(value);
      if (Result<void> ok = CheckSize(field, text.size(), "bytes"); !ok) return ok;
      return CheckText(field, text);
    }
    case FieldKind::kIntegers:
      return CheckItems(field, std::get<std::vector<std::int64_t>>(value));
    case FieldKind::kNumbers:
      return CheckItems(field, std::get<std::vector<double>>(value));
    case FieldKind::kTexts:
      return CheckItems(field, std::get<std::vector<std::string>>(value));
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

}  // namespace

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

std::string BoundsText(const Field& field) {
  if (field.known != nullptr) {
    return (IsList(field.kind) ? "any of " : "one of ") + ListNames(field.known());
  }
  if (field.kind == FieldKind::kFlag) return std::string(Name(field.kind));
  if (field.kind == FieldKind::kText || field.kind == FieldKind::kTexts) {
    return "at most " + std::to_string(field.max_size) +
           (field.kind == FieldKind::kText ? " bytes" : " items");
  }
  return NumberText(field.low) + " to " + NumberText(field.high);
}

std::vector<std::string_view> SectionNames() {
  std::vector<std::string_view> names;
  for (const Field& field : JobFields()) {
    const std::string_view section = SectionOf(field.name);
    const std::string_view name = section.empty() ? field.name : section;
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

std::vector<std::string_view> FieldNames(std::string_view section) {
  std::vector<std::string_view> names;
  for (const Field& field : JobFields()) {
    if (!section.empty() && SectionOf(field.name) == section) {
      names.push_back(field.name.substr(section.size() + 1));
    }
  }
  return names;
}

Result<FieldKind> KindOf(std::string_view name) {
  if (const Field* field = Find(name)) return field->kind;
  const std::string_view section = SectionOf(name);
  if (section == "strategy" && name.size() > section.size() + 1) return FieldKind::kNumber;
  const auto known = FieldNames(section);
  if (known.empty()) {
    const std::string_view top = section.empty() ? name : section;
    return std::unexpected(UnknownName("section", top, SectionNames()));
  }
  return std::unexpected(UnknownName("field of section '" + std::string(section) + "'",
                                     name.substr(section.size() + 1), known));
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

Result<void> SetField(JobSpec& spec, std::string_view name, const FieldValue& value) {
  const Result<FieldKind> kind = KindOf(name);
  if (!kind) return Wrong(name, kind.error().message);
  const std::optional<FieldValue> adapted = Adapt(*kind, value);
  if (!adapted) {
    return Wrong(name, "'" + ToText(value).substr(0, 80) + "' is not " + std::string(Name(*kind)));
  }
  const Field* field = Find(name);
  if (field == nullptr) {
    spec.strategy.options[std::string(name.substr(name.find('.') + 1))] =
        std::get<double>(*adapted);
    return {};
  }
  if (Result<void> ok = CheckValue(*field, *adapted); !ok) return ok;
  field->set(spec, *adapted);
  return {};
}

Result<void> CheckField(const Field& field, const JobSpec& spec) {
  return CheckValue(field, field.get(spec));
}

}  // namespace actsearch::plan
