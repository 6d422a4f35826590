// The torch-free half of the data-set table: what job files may name and what is known of a
// data set before its files are read. Constant; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "search_spaces/base/registry.h"
#include "search_spaces/site.h"

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

struct DatasetInfo {
  std::string_view name;
  std::string_view doc;
  bool generated = false;  // needs no folder and ignores the one it is given
  // As the published files have them; other sizes in the same format are read too.
  Signature inputs, targets;
};

const Registry<DatasetInfo>& Datasets();

// A data set as it was read: what a worker answers to a probe.
struct DataFacts {
  std::string digest;  // 16 hexadecimal digits, of shapes, values and targets of all parts
  Signature inputs, targets;
  std::array<std::int64_t, 4> rows = {};  // of train, search, select, final

  bool operator==(const DataFacts&) const = default;
};

}  // namespace actsearch::catalogue
