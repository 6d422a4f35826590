#include "evaluators/datasets/cut.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <string_view>

#include "search_spaces/base/rng.h"

namespace actsearch::datasets {
namespace {

// Part of the meaning of every stored loss: another seed makes other splits.
constexpr std::uint64_t kSplitSeed = 20240229;

std::vector<std::size_t> FirstRows(std::size_t count) {
  std::vector<std::size_t> rows(count);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

std::vector<std::size_t> Shuffled(std::size_t count, std::string_view name) {
  std::vector<std::size_t> rows = FirstRows(count);
  Rng(kSplitSeed).Fork(name).Shuffle(rows);
  return rows;
}

std::vector<RowOf> RowsOf(Piece piece, std::span<const std::size_t> rows) {
  std::vector<RowOf> result;
  for (const std::size_t row : rows) result.push_back({piece, row});
  return result;
}

// Takes so many rows off the front.
std::span<const std::size_t> Take(std::span<const std::size_t>& rows, std::size_t count) {
  const auto taken = rows.first(count);
  rows = rows.subspan(count);
  return taken;
}

constexpr std::string_view kTrainWords[] = {"train", "training"};
constexpr std::string_view kValidWords[] = {"valid", "val", "validation", "dev"};
constexpr std::string_view kTestWords[] = {"test", "testing"};

}  // namespace

std::span<const std::string_view> WordsOf(Piece piece) {
  switch (piece) {
    case Piece::kTrain:
      return kTrainWords;
    case Piece::kValid:
      return kValidWords;
    case Piece::kTest:
      break;
  }
  return kTestWords;
}

std::optional<Piece> PieceOf(std::string_view word) {
  for (const Piece piece : {Piece::kTrain, Piece::kValid, Piece::kTest}) {
    if (std::ranges::find(WordsOf(piece), word) != WordsOf(piece).end()) return piece;
  }
  return std::nullopt;
}

std::vector<std::string> FileNames(Piece piece, std::span<const std::string_view> endings) {
  std::vector<std::string> names;
  for (const std::string_view word : WordsOf(piece)) {
    for (const std::string_view ending : endings) {
      names.push_back(std::string(word) + std::string(ending));
    }
  }
  return names;
}

Result<Cut> CutRows(const std::string& name, const std::string& what, std::size_t train,
                    std::size_t valid, std::size_t test) {
  if (train < kSmallestPool) {
    return Fail(ErrorCode::kInvalid, name + ": " + std::to_string(train) + " training and " +
                                         std::to_string(test) + " test " + what + ", at least " +
                                         std::to_string(kSmallestPool) + " and 1 are needed");
  }
  if (valid == 1) {
    return Fail(ErrorCode::kInvalid,
                name + ": one row for validation; at least 2 are needed, or none");
  }
  const std::vector<std::size_t> pool = Shuffled(train, "split"), held = Shuffled(valid, "valid");
  const std::size_t part = std::min(train / 8, kLargestSplit);
  const std::size_t half = std::min(valid / 2, kLargestSplit);
  std::span<const std::size_t> left = pool, left_held = held;
  Cut cut;
  for (const Subset subset : {Subset::kSearch, Subset::kSelect}) {
    cut[static_cast<std::size_t>(subset)] = valid > 0
                                                ? RowsOf(Piece::kValid, Take(left_held, half))
                                                : RowsOf(Piece::kTrain, Take(left, part));
  }
  cut[static_cast<std::size_t>(Subset::kFinal)] =
      test > 0 ? RowsOf(Piece::kTest, FirstRows(test)) : RowsOf(Piece::kTrain, Take(left, part));
  cut[static_cast<std::size_t>(Subset::kTrain)] = RowsOf(Piece::kTrain, left);
  return cut;
}

}  // namespace actsearch::datasets
