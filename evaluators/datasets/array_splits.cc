#include "evaluators/datasets/array_splits.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <span>
#include <vector>

#include "evaluators/datasets/cut.h"
#include "search_spaces/base/names.h"

namespace actsearch::datasets {
namespace {

using namespace std::string_view_literals;

constexpr std::array kInputWords = {"x"sv,        "images"sv, "inputs"sv, "data"sv,
                                    "features"sv, "image"sv,  "imgs"sv};
constexpr std::array kTargetWords = {"y"sv, "labels"sv, "targets"sv, "target"sv, "label"sv};

bool Contains(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// train_images -> {"train", "images"}.
std::vector<std::string> NameWords(const std::string& name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    if (c == '_' || c == '-' || c == '/' || c == '.' || c == ' ') {
      words.emplace_back();
    } else {
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return words;
}

ArrayPair& PairOf(std::span<const std::string> words, ArraySplits& splits) {
  for (const std::string& word : words) {
    const std::optional<Piece> piece = PieceOf(word);
    if (piece == Piece::kValid) return splits.valid;
    if (piece == Piece::kTest) return splits.test;
  }
  return splits.train;
}

std::string NamesIn(const Arrays& arrays) {
  std::vector<std::string_view> names;
  for (const auto& [name, array] : arrays) names.push_back(name);
  return ListNames(names);
}

Result<void> Put(const std::string& place, const std::string& name, const Array& array,
                 const Array*& slot, std::string& slot_name) {
  if (slot != nullptr) {
    return Fail(ErrorCode::kInvalid, place + ": '" + slot_name + "' and '" + name +
                                         "' may both be meant; keep one, or name them "
                                         "train_images, train_labels, test_images, test_labels");
  }
  slot = &array;
  slot_name = name;
  return {};
}

Result<void> CheckPair(const std::string& place, const std::string& split, const ArrayPair& pair,
                       bool is_needed) {
  if (pair.inputs == nullptr && pair.targets == nullptr && !is_needed) return {};
  if (pair.inputs == nullptr || pair.targets == nullptr) {
    return Fail(ErrorCode::kInvalid, place + ": no " +
                                         (pair.inputs == nullptr ? "inputs" : "targets") + " for " +
                                         split + "; name the arrays " + split + "_images and " +
                                         split + "_labels, or x_" + split + " and y_" + split);
  }
  const std::vector<std::int64_t>&x = pair.inputs->shape, &y = pair.targets->shape;
  if (!x.empty() && !y.empty() && x[0] == y[0]) return {};
  return Fail(ErrorCode::kInvalid, place + ": '" + pair.input_name + "' is " + ToText(x) + ", '" +
                                       pair.target_name + "' " + ToText(y) +
                                       "; both need one row for each example");
}

}  // namespace

Result<ArraySplits> FindSplits(const std::string& place, const Arrays& arrays) {
  ArraySplits splits;
  for (const auto& [name, array] : arrays) {
    const std::vector<std::string> words = NameWords(name);
    const auto has = [&](std::span<const std::string_view> known) {
      return std::ranges::any_of(words, [&](const auto& word) { return Contains(known, word); });
    };
    ArrayPair& pair = PairOf(words, splits);
    Result<void> put;
    if (has(kInputWords)) put = Put(place, name, array, pair.inputs, pair.input_name);
    if (has(kTargetWords)) put = Put(place, name, array, pair.targets, pair.target_name);
    if (!put) return std::unexpected(put.error());
  }
  if (splits.train.inputs == nullptr && splits.train.targets == nullptr) {
    return Fail(ErrorCode::kInvalid, place + ": holds " + NamesIn(arrays) +
                                         "; name the arrays train_images and train_labels, "
                                         "x_train and y_train, or x and y");
  }
  if (auto ok = CheckPair(place, "train", splits.train, true); !ok)
    return std::unexpected(ok.error());
  if (auto ok = CheckPair(place, "val", splits.valid, false); !ok)
    return std::unexpected(ok.error());
  if (auto ok = CheckPair(place, "test", splits.test, false); !ok)
    return std::unexpected(ok.error());
  return splits;
}

}  // namespace actsearch::datasets
