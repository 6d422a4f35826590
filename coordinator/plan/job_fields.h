// The one table of a job's fields: dotted name as the job file spells it, kind,
// bounds, documentation, default and accessor. Checking, JSON, the YAML reader of
// the CLI and the documentation iterate over it. Constant, so safe from any thread.
//
// Options of the chosen strategy are written beside strategy.name
// (strategy.population: 64) and are not rows here: their table is
// strategies::StrategyRow::options. SetField takes them as numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "search_spaces/base/error.h"

namespace actsearch::plan {

// In the order of FieldValue's alternatives.
enum class FieldKind { kFlag, kInteger, kNumber, kText, kIntegers, kNumbers, kTexts };
std::string_view Name(FieldKind kind);  // "true or false", "a whole number", ..., for people
constexpr bool IsList(FieldKind kind) { return kind >= FieldKind::kIntegers; }

using FieldValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                                std::vector<double>, std::vector<std::string>>;
std::string ToText(const FieldValue& value);  // true, 3, 0.5, mlp, [0.5, 1]

struct Field {
  std::string_view name;  // search.candidates
  FieldKind kind;
  double low = 0;  // inclusive bounds of a number, or of each number of a list
  double high = 0;
  int min_size = 0;  // bytes of a text, items of a list
  int max_size = 0;
  std::vector<std::string_view> (*known)() = nullptr;  // allowed texts; null: any
  std::string_view doc;
  FieldValue (*get)(const JobSpec& spec) = nullptr;
  void (*set)(JobSpec& spec, const FieldValue& value) = nullptr;  // use SetField
};

// Section by section, in the order of the documentation.
std::span<const Field> JobFields();
FieldValue DefaultOf(const Field& field);
std::string BoundsText(const Field& field);  // "1 to 1000", "one of a b", ...

// Names that may stand at the top of a job file (name, space, strategy, ...).
std::vector<std::string_view> SectionNames();
// Names that may stand in a section, without its prefix; without strategy options.
std::vector<std::string_view> FieldNames(std::string_view section);

// kNotFound with a suggestion. strategy.ANYTHING is a number: whether the chosen
// strategy has that option is known, and said by CheckJobSpec, once all is read.
Result<FieldKind> KindOf(std::string_view name);

// A scalar or the items of a list as people write them. kInvalid: "'abc' is not a
// whole number".
Result<FieldValue> ValueFromText(FieldKind kind, std::string_view text);
Result<FieldValue> ValueFromTexts(FieldKind kind, std::span<const std::string> items);

// Sets one field. Whole numbers serve as numbers, an empty list as a list of any
// kind. Errors begin with `name` and a colon; bounds and allowed texts too are checked.
Result<void> SetField(JobSpec& spec, std::string_view name, const FieldValue& value);

// Bounds and allowed texts of one row against `spec`. Errors begin with the name.
Result<void> CheckField(const Field& field, const JobSpec& spec);

}  // namespace actsearch::plan
