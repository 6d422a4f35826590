// Columns of a table as numbers: how a cell becomes inputs or a target is learned from the
// training rows alone. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluators/datasets/formats/csv.h"
#include "search_spaces/base/error.h"

namespace actsearch::datasets {

// Beyond so many different words a column is no category but a text or an identifier.
inline constexpr std::size_t kMostWords = 64;

bool IsMissing(const std::string& cell);  // empty, NA, N/A, nan, null, ?
std::optional<double> NumberIn(const std::string& cell);

// A column whose cells are numbers is one input; one of words as many as there are words, of
// which the cell's is 1; words that the training has not are 0 in all.
class Column {
 public:
  // `training`: its cells there. kInvalid: more than kMostWords words, or nothing but missing
  // cells. `fills`: missing cells take the mean of the training, else they are refused.
  static Result<Column> Learn(const std::string& name, std::span<const std::string> training,
                              bool fills);

  std::size_t Width() const { return words_.empty() ? 1 : words_.size(); }
  // Appends Width() numbers; kInvalid for a word among numbers or a refused missing cell.
  Result<void> Append(const std::string& cell, std::vector<double>& to) const;

 private:
  std::string name_;
  std::vector<std::string> words_;  // sorted; empty: numbers
  std::vector<double> shares_;      // of each in the training
  double mean_ = 0;
  bool fills_ = false;
};

}  // namespace actsearch::datasets
