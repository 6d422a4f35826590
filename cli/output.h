// The three forms of every listing: aligned columns for people, JSON and YAML for
// programs. Documents keep the order of their fields and write numbers so that
// reading them back gives the same bits. Pure functions; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace actsearch::cli {

enum class Format { kTable, kJson, kYaml };

using Document = nlohmann::ordered_json;

// Ends with a newline. Not-a-number and infinity become null.
std::string ToJson(const Document& document);
std::string ToYaml(const Document& document);

struct Column {
  std::string_view name;
  bool right = false;  // numbers
};

// Rows of cells under a heading, columns as wide as their widest cell. Control
// characters in cells are shown as '?': texts of others must not drive a terminal.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void Add(std::vector<std::string> cells);
  bool Empty() const { return rows_.empty(); }
  // `heading` false: rows only.
  std::string ToText(bool heading = true) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// `text` with control characters shown as '?'.
std::string Printable(std::string_view text);

// At most `digits` significant digits, "-" when not finite.
std::string Short(double value, int digits = 4);
// "12 ms", "3.4 s", "2m05s", "1h02m".
std::string Duration(double seconds);

}  // namespace actsearch::cli
