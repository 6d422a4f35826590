#include "evaluators/datasets/columns.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

namespace actsearch::datasets {

bool IsMissing(const std::string& cell) {
  std::string lower = cell;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower.empty() || lower == "na" || lower == "n/a" || lower == "nan" || lower == "null" ||
         lower == "?";
}

std::optional<double> NumberIn(const std::string& cell) {
  const char* begin = cell.data();
  const char* const end = begin + cell.size();
  if (begin != end && *begin == '+') ++begin;
  double value = 0;
  const auto read = std::from_chars(begin, end, value);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

Result<Column> Column::Learn(const std::string& name, std::span<const std::string> training,
                             bool fills) {
  Column column;
  column.name_ = name;
  column.fills_ = fills;
  std::map<std::string, double> words;  // and how often
  double sum = 0;
  std::size_t numbers = 0, present = 0;
  for (const std::string& cell : training) {
    if (IsMissing(cell)) continue;
    ++present;
    if (const auto number = NumberIn(cell)) {
      sum += *number;
      ++numbers;
    }
    if (words.size() <= kMostWords) ++words[cell];
  }
  const std::string place = "column '" + name.substr(0, 80) + "'";
  if (present == 0) {
    return Fail(ErrorCode::kInvalid, place + " is empty in the training rows; leave it out with "
                                             "task.drop");
  }
  if (numbers == present) {
    column.mean_ = sum / static_cast<double>(numbers);
    return column;
  }
  if (words.size() > kMostWords) {
    return Fail(ErrorCode::kInvalid,
                place + " has more than " + std::to_string(kMostWords) +
                    " different words: a text or an identifier; leave it out with task.drop");
  }
  for (const auto& [word, count] : words) {
    column.words_.push_back(word);
    column.shares_.push_back(count / static_cast<double>(present));
  }
  return column;
}

Result<void> Column::Append(const std::string& cell, std::vector<double>& to) const {
  const std::string place = "column '" + name_.substr(0, 80) + "': ";
  if (IsMissing(cell) && !fills_) {
    return Fail(ErrorCode::kInvalid, place +
                                         "an empty or missing cell; fill it, leave the column out "
                                         "with task.drop, or give task.missing: mean");
  }
  if (!words_.empty()) {
    for (std::size_t k = 0; k < words_.size(); ++k) {
      to.push_back(IsMissing(cell) ? shares_[k] : words_[k] == cell ? 1 : 0);
    }
    return {};
  }
  const auto number = IsMissing(cell) ? std::optional(mean_) : NumberIn(cell);
  if (!number) {
    return Fail(ErrorCode::kInvalid,
                place + "'" + cell.substr(0, 80) + "' is no number, as those of training are");
  }
  to.push_back(*number);
  return {};
}

}  // namespace actsearch::datasets
