#include "evaluators/datasets/formats/csv.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace actsearch::datasets {
namespace {

std::string At(const std::string& place, std::size_t line) {
  return place + ":" + std::to_string(line);
}

class Parser {
 public:
  Parser(const std::string& place, std::string_view text) : place_(place), text_(text) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (text_.starts_with(kMark)) text_.remove_prefix(kMark.size());
    const std::string_view header = text_.substr(0, text_.find_first_of("\r\n"));
    for (const char candidate : {',', ';', '\t'}) {
      if (std::ranges::count(header, candidate) > std::ranges::count(header, separator_)) {
        separator_ = candidate;
      }
    }
  }

  Result<std::vector<CsvLine>> Lines() {
    std::vector<CsvLine> lines;
    while (at_ < text_.size()) {
      auto line = Next();
      if (!line) return std::unexpected(line.error());
      const bool is_empty = line->cells.size() == 1 && line->cells[0].empty();
      if (!is_empty) lines.push_back(*std::move(line));
    }
    return lines;
  }

 private:
  Result<CsvLine> Next() {
    CsvLine line{.number = number_, .cells = std::vector<std::string>(1)};
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (quoted) {
        if (c == '\n') ++number_;
        if (c != '"') {
          line.cells.back() += c;
        } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          line.cells.back() += text_[++at_];
        } else {
          quoted = false;
        }
      } else if (c == '"' && line.cells.back().empty()) {
        quoted = true;
      } else if (c == separator_) {
        line.cells.emplace_back();
      } else if (c == '\n' || c == '\r') {
        SkipLineEnd();
        return line;
      } else {
        line.cells.back() += c;
      }
    }
    if (!quoted) return line;
    return Fail(ErrorCode::kCorrupt, At(place_, line.number) + ": a quote that does not end");
  }

  void SkipLineEnd() {
    const bool both = text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
    at_ += both ? 2 : 1;
    ++number_;
  }

  const std::string& place_;
  std::string_view text_;
  char separator_ = ',';
  std::size_t at_ = 0, number_ = 1;
};

std::string Trimmed(const std::string& cell) {
  const auto first = cell.find_first_not_of(" \t");
  return first == std::string::npos ? ""
                                    : cell.substr(first, cell.find_last_not_of(" \t") + 1 - first);
}

bool IsNumber(const std::string& cell) {
  double value = 0;
  const auto read = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return read.ec == std::errc() && read.ptr == cell.data() + cell.size();
}

Result<void> CheckHeader(const std::string& place, const CsvLine& header) {
  std::set<std::string> seen;
  for (const std::string& name : header.cells) {
    if (name.empty()) {
      return Fail(ErrorCode::kInvalid, At(place, header.number) +
                                           ": a column without a name; give it one (pandas writes "
                                           "such an index unless index=False)");
    }
    if (!seen.insert(name).second) {
      return Fail(ErrorCode::kInvalid, At(place, header.number) + ": two columns are named '" +
                                           name.substr(0, 80) + "'");
    }
  }
  const auto number = std::ranges::find_if(header.cells, IsNumber);
  if (number == header.cells.end()) return {};
  return Fail(ErrorCode::kInvalid, At(place, header.number) + ": no header: '" + *number +
                                       "' is a number; put a line with the names of the columns "
                                       "first, names that are no numbers");
}

}  // namespace

Result<Csv> ParseCsv(const std::string& place, std::string_view text) {
  auto lines = Parser(place, text).Lines();
  if (!lines) return std::unexpected(lines.error());
  if (lines->empty()) return Fail(ErrorCode::kCorrupt, place + ": the file is empty");
  for (CsvLine& line : *lines) {
    for (std::string& cell : line.cells) cell = Trimmed(cell);
  }
  if (auto ok = CheckHeader(place, lines->front()); !ok) return std::unexpected(ok.error());
  Csv csv{.names = lines->front().cells, .lines = {}};
  csv.lines.assign(std::make_move_iterator(lines->begin() + 1),
                   std::make_move_iterator(lines->end()));
  for (const CsvLine& line : csv.lines) {
    if (line.cells.size() == csv.names.size()) continue;
    return Fail(ErrorCode::kCorrupt,
                At(place, line.number) + ": " + std::to_string(line.cells.size()) +
                    " cells, the header has " + std::to_string(csv.names.size()));
  }
  return csv;
}

}  // namespace actsearch::datasets
