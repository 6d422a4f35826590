// Named values that people set in job files: kinds, bounds, defaults and documentation stand
// in rows, and reading, checking and explaining follow from them. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "search_spaces/base/error.h"

namespace actsearch {

// In the order of FieldValue's alternatives.
enum class FieldKind { kFlag, kInteger, kNumber, kText, kIntegers, kNumbers, kTexts };
std::string_view Name(FieldKind kind);  // "true or false", "a whole number", ..., for people
constexpr bool IsList(FieldKind kind) { return kind >= FieldKind::kIntegers; }

using FieldValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                                std::vector<double>, std::vector<std::string>>;
std::string ToText(const FieldValue& value);  // true, 3, 0.5, mlp, [0.5, 1]

struct FieldRow {
  std::string_view name;  // as the job file spells it
  FieldKind kind = FieldKind::kFlag;
  double low = 0;  // inclusive bounds of a number, or of each number of a list
  double high = 0;
  int min_size = 0;  // bytes of a text, items of a list
  int max_size = 0;
  std::vector<std::string_view> (*known)() = nullptr;  // allowed texts; null: any
  FieldValue initial;
  std::string_view doc;
};

std::string BoundsText(const FieldRow& row);  // "1 to 1000", "one of a b", ...

// A scalar or the items of a list as people write them. kInvalid: "'abc' is not a whole
// number".
Result<FieldValue> ValueFromText(FieldKind kind, std::string_view text);
Result<FieldValue> ValueFromTexts(FieldKind kind, std::span<const std::string> items);

// As typed on a command line: lists as "a,b" or "[a, b]".
Result<FieldValue> ValueFromLine(FieldKind kind, std::string_view text);

// The value as one of this kind, when nothing is lost by that: whole numbers serve as numbers,
// one number as a list of it, an empty list as any. kInvalid: "'abc' is not a whole number".
Result<FieldValue> Adapted(FieldKind kind, const FieldValue& value);

// The value as the row's own kind and inside its bounds. kInvalid begins with `name` and a
// colon, says the value and what is allowed.
Result<FieldValue> Checked(const FieldRow& row, std::string_view name, const FieldValue& value);

// Values by name.
using Fields = std::map<std::string, FieldValue, std::less<>>;

// Checks names, kinds and bounds of `given` and fills in the rows' initial values. Errors
// name the field as `section`.NAME and the nearest known one.
Result<Fields> CompleteFields(std::string_view section, std::span<const FieldRow> rows,
                              const Fields& given);

// A field that is there, as all are once they are complete, of the kind that its row says.
template <class T>
const T& FieldOf(const Fields& fields, std::string_view name) {
  return std::get<T>(fields.find(name)->second);
}

// Texts of people are UTF-8 (RFC 3629): no surrogates, no overlong forms.
bool IsUtf8(std::string_view text);

}  // namespace actsearch
