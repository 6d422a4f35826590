// Comma-separated values as RFC 4180 has them: a header, quoted cells with doubled quotes, line
// ends of either kind. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/base/error.h"

namespace actsearch::datasets {

struct CsvLine {
  std::size_t number = 0;  // in the file, from 1
  std::vector<std::string> cells;
};

struct Csv {
  std::vector<std::string> names;  // of the columns
  std::vector<CsvLine> lines;      // each with as many cells
};

// The separator is the one of comma, semicolon and tab that the header has most. Empty lines are
// passed over. kCorrupt or kInvalid names `place`, the line and what is wrong: quotes that do not
// end, lines of other length, no header (a cell of it is a number), a name twice.
Result<Csv> ParseCsv(const std::string& place, std::string_view text);

}  // namespace actsearch::datasets
