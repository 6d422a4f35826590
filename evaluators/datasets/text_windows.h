// A text as rows of tokens: windows of so many symbols, and as targets the symbol behind each.
// Symbols are Unicode characters; those of the training part, sorted, are the vocabulary, and one
// more token stands for every other. Used by the loaders. Immutable; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "evaluators/datasets/dataset.h"

namespace actsearch::datasets {

// Characters of each part; no far ones.
struct TextParts {
  std::u32string train, search, select, final;
};

// Of a scoring part at most so many characters: 512 units (catalogue::RowsPerUnit).
inline constexpr std::size_t kLargestTextPart = std::size_t{1} << 17;
// Beyond so many symbols the rarest are unknown.
inline constexpr std::size_t kMostSymbols = 8192;

// UTF-8 without a byte-order mark, line ends as "\n". kCorrupt with `place` and the byte offset.
Result<std::u32string> DecodeText(const std::string& place, std::string_view bytes);

// The last three sixteenths are search, select and final, in this order; the rest is train.
TextParts CutText(std::u32string text);

// Training windows begin at every character, or at every k-th of a text with more than 2^20;
// those of scoring parts lie one behind the other, as many as fill whole units. References:
// `unigram`, by the shares of the training, and `bigram`, by those behind the symbol before
// (c(ab) + p(b)) / (c(a) + 1), nats a symbol. kInvalid: a part is shorter than one unit.
Result<std::unique_ptr<const Dataset>> MakeWindows(const std::string& name, const TextParts& parts,
                                                   std::int64_t context);

}  // namespace actsearch::datasets
