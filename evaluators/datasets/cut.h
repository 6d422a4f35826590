// Which rows of a data set's pieces are learned from and which are scored on. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluators/datasets/dataset.h"

namespace actsearch::datasets {

// What files come in; those that a data set has not are empty.
enum class Piece { kTrain, kValid, kTest };

// What people call them: train, training; val, valid, validation, dev; test, testing.
std::span<const std::string_view> WordsOf(Piece piece);
std::optional<Piece> PieceOf(std::string_view word);

// Files of a piece: each of its words with each of the endings.
std::vector<std::string> FileNames(Piece piece, std::span<const std::string_view> endings);

struct RowOf {
  Piece piece = Piece::kTrain;
  std::size_t row = 0;
};

// By near subset.
using Cut = std::array<std::vector<RowOf>, 4>;

// Of the training piece an eighth, but at most this many rows, goes to each scoring subset that
// has no piece of its own.
inline constexpr std::size_t kLargestSplit = 5000;
inline constexpr std::size_t kSmallestPool = 8;

// `search` and `select` are the halves of the validation piece, or else out of the training
// piece; `final` is the test piece in its own order, or else out of the training piece too;
// `train` is the rest. Rows are taken by a shuffle with a fixed seed. kInvalid when there are
// fewer rows than kSmallestPool, or than two for validation; `what`: "images".
Result<Cut> CutRows(const std::string& name, const std::string& what, std::size_t train,
                    std::size_t valid, std::size_t test);

}  // namespace actsearch::datasets
