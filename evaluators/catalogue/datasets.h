// The torch-free half of the data-set table: what job files may name and what is known of a
// data set before its files are read. Constant; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/base/error.h"
#include "search_spaces/base/fields.h"
#include "search_spaces/base/registry.h"
#include "search_spaces/site.h"
#include "search_spaces/trial.h"

namespace actsearch::catalogue {

enum class ValueKind {
  kNumbers,  // float
  kTokens,   // whole numbers below `classes`
};

// What a task sees of one example: its inputs, or its targets.
struct Signature {
  ValueKind kind = ValueKind::kNumbers;
  Shape shape;
  int classes = 0;  // of tokens; a class label is one token

  bool operator==(const Signature&) const = default;
};

std::string ToText(const Signature& signature);  // "1 x 28 x 28 numbers", "one of 10 classes"

// What examples are for: `train` is learned from, the other parts are disjoint from it and from
// each other (design.md section 7). The far ones lie outside the range of train; only data sets
// that know such a range have them.
enum class Subset { kTrain, kSearch, kSelect, kFinal, kFarSearch, kFarSelect, kFarFinal };
inline constexpr Subset kSubsets[] = {Subset::kTrain,     Subset::kSearch,    Subset::kSelect,
                                      Subset::kFinal,     Subset::kFarSearch, Subset::kFarSelect,
                                      Subset::kFarFinal};
inline constexpr std::size_t kSubsetCount = std::size(kSubsets);
std::string_view Name(Subset subset);  // train, search, ..., far_final

struct DatasetInfo {
  std::string_view name;
  std::string_view doc;
  bool generated = false;  // needs no folder and ignores the one it is given
  // As the published files have them; other sizes in the same format are read too. Shapes of
  // size 0, and 0 classes: the files say.
  Signature inputs, targets;
  std::vector<FieldRow> fields;  // of job files: what to read or to generate
  // Where the files lie below the folder that people name; "" is that folder itself.
  std::vector<std::string_view> folders;
  // Files, endings such as "*.csv", or endings below any folder ("*/*.png"), of which one tells
  // that a folder holds this data set; the first stands for them in messages.
  std::vector<std::string_view> marks;
};

const Registry<DatasetInfo>& Datasets();

// What a simple prediction costs, in the task's loss, on each subset (0 where there is none):
// what losses are to be read against.
struct Reference {
  std::string name;  // mean, linear; prior; unigram, bigram
  std::array<double, kSubsetCount> losses = {};

  bool operator==(const Reference&) const = default;
};

// A data set as it was read: what a worker answers to a probe.
struct DataFacts {
  std::string digest;  // 16 hexadecimal digits, of shapes, values and targets of all parts
  Signature inputs, targets;
  std::array<std::int64_t, kSubsetCount> rows = {};  // by subset; all far ones are 0, or none is
  std::vector<Reference> references;             // the first does not look at the input; or none

  // Those that there are: four or seven.
  std::span<const std::int64_t> Rows() const {
    return std::span(rows).first(rows.back() > 0 ? kSubsetCount : 4);
  }

  bool operator==(const DataFacts&) const = default;
};

// Rows whose mean loss is one unit of a split: what varies independently. A row, but of a text
// as many windows as hold kUnitLength symbols.
inline constexpr std::int64_t kUnitLength = 256;
std::int64_t RowsPerUnit(const DataFacts& data);

// The field that chooses what a split means, of data sets with far subsets.
inline constexpr std::string_view kRangeField = "range";
FieldRow RangeRow();

inline bool IsFar(Subset subset) { return subset >= Subset::kFarSearch; }

// The subset on which a trial of this task is scored.
Subset ScoredSubset(const TaskSpec& task, Split split);

}  // namespace actsearch::catalogue
