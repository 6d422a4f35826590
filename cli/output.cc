#include "cli/output.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>

#include "search_spaces/base/check.h"
#include "search_spaces/base/clean_text.h"

namespace actsearch::cli {
namespace {

constexpr auto kReplace = Document::error_handler_t::replace;

std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Words that a YAML reader takes for the text they are: neither number, nor bool,
// nor null, nor syntax.
bool IsPlainYaml(std::string_view text) {
  static constexpr std::string_view kSpecial[] = {"true", "false", "yes", "no",  "on", "off",
                                                  "null", "y",     "n",   "nan", "inf"};
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text[0])) == 0) return false;
  const bool safe = std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' ||
           c == '/';
  });
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return safe && std::ranges::find(kSpecial, lower) == std::end(kSpecial);
}

std::string YamlScalar(const Document& value) {
  if (value.is_string() && IsPlainYaml(value.get_ref<const std::string&>())) {
    return value.get<std::string>();
  }
  return value.dump(-1, ' ', false, kReplace);  // JSON scalars are YAML
}

bool IsFlat(const Document& value) {
  return !value.is_structured() || value.empty() ||
         (value.is_array() &&
          std::ranges::none_of(value, [](const Document& v) { return v.is_structured(); }));
}

std::string FlatYaml(const Document& value) {
  if (!value.is_array()) return value.is_object() ? "{}" : YamlScalar(value);
  std::string text = "[";
  for (const Document& item : value) text += (text.size() > 1 ? ", " : "") + YamlScalar(item);
  return text + "]";
}

void WriteYaml(const Document& value, const std::string& indent, std::string& text) {
  if (IsFlat(value)) {
    text += indent + FlatYaml(value) + "\n";
  } else if (value.is_array()) {
    for (const Document& item : value) {
      std::string inner;
      WriteYaml(item, indent + "  ", inner);
      inner[indent.size()] = '-';
      text += inner;
    }
  } else {
    for (const auto& [key, item] : value.items()) {
      text += indent + YamlScalar(Document(key)) + ":";
      if (IsFlat(item)) {
        text += " " + FlatYaml(item) + "\n";
      } else {
        text += "\n";
        WriteYaml(item, indent + "  ", text);
      }
    }
  }
}

}  // namespace

std::string ToJson(const Document& document) {
  return document.dump(2, ' ', false, kReplace) + "\n";
}

std::string ToYaml(const Document& document) {
  std::string text;
  WriteYaml(document, "", text);
  return text;
}

void Table::Add(std::vector<std::string> cells) {
  ACTSEARCH_CHECK(cells.size() == columns_.size(), "a cell for each column");
  for (std::string& cell : cells) cell = Printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::ToText(bool heading) const {
  std::vector<std::vector<std::string>> lines;
  if (heading) {
    lines.emplace_back();
    for (const Column& column : columns_) lines.back().emplace_back(column.name);
  }
  lines.insert(lines.end(), rows_.begin(), rows_.end());
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], Width(line[i]));
  }
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string padding(widths[i] - Width(line[i]), ' ');
      row += columns_[i].right ? padding + line[i] : line[i] + padding;
      row += "  ";
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  }
  return text;
}

std::string Printable(std::string_view text) {
  return CleanText(text, '?');
}

std::string Short(double value, int digits) {
  if (!std::isfinite(value)) return "-";
  char text[40];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

std::string Duration(double seconds) {
  char text[40];
  const auto whole = static_cast<long long>(seconds + 0.5);
  if (!std::isfinite(seconds) || seconds < 0) return "-";
  if (seconds < 1) {
    std::snprintf(text, sizeof text, "%.*g ms", 3, seconds * 1e3);
  } else if (seconds < 60) {
    std::snprintf(text, sizeof text, "%.1f s", seconds);
  } else if (whole < 3600) {
    std::snprintf(text, sizeof text, "%lldm%02llds", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%lldh%02lldm", whole / 3600, whole / 60 % 60);
  }
  return text;
}

}  // namespace actsearch::cli
