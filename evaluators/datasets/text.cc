#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "evaluators/datasets/cut.h"
#include "evaluators/datasets/files.h"
#include "evaluators/datasets/text.row.h"
#include "evaluators/datasets/text_windows.h"

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

// Of a piece: train.txt, or WikiText's wiki.train.tokens.
std::vector<std::string> NamesOf(Piece piece) {
  constexpr std::array kEndings = {".txt"sv};
  std::vector<std::string> names = FileNames(piece, kEndings);
  for (const std::string_view word : WordsOf(piece)) {
    names.push_back("wiki." + std::string(word) + ".tokens");
  }
  return names;
}

Result<std::u32string> Decode(const File& file) {
  return DecodeText(file.path.string(),
                    {reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()});
}

Result<std::u32string> ReadText(const fs::path& path) {
  auto bytes = ReadFile(path);
  if (!bytes) return std::unexpected(bytes.error());
  return Decode({path, *std::move(bytes)});
}

// Empty where the folder has none.
Result<std::u32string> ReadPiece(const fs::path& folder, Piece piece) {
  const std::vector<std::string> names = NamesOf(piece);
  const auto file = ReadOneOf(folder, Views(names));
  if (!file && file.error().code == ErrorCode::kNotFound) return std::u32string();
  if (!file) return std::unexpected(file.error());
  return Decode(*file);
}

// Scoring parts that the folder has not are the ends of the training file, a sixteenth each.
Result<TextParts> ReadSplits(const fs::path& folder) {
  auto train = ReadPiece(folder, Piece::kTrain);
  if (!train) return std::unexpected(train.error());
  const auto valid = ReadPiece(folder, Piece::kValid);
  if (!valid) return std::unexpected(valid.error());
  const auto test = ReadPiece(folder, Piece::kTest);
  if (!test) return std::unexpected(test.error());
  const std::size_t end = std::min(train->size() / 16, kLargestTextPart);
  const auto take_end = [&] {
    std::u32string part = train->substr(train->size() - end);
    train->resize(train->size() - end);
    return part;
  };
  TextParts parts{.final = test->empty() ? take_end() : test->substr(0, kLargestTextPart)};
  if (valid->empty()) {
    parts.select = take_end();
    parts.search = take_end();
  } else {
    const std::size_t half = std::min(valid->size() / 2, kLargestTextPart);
    parts.search = valid->substr(0, half);
    parts.select = valid->substr(half, half);
  }
  parts.train = *std::move(train);
  return parts;
}

constexpr std::array kTextEndings = {".txt"sv, ".txt.gz"sv};
constexpr OnlyFileKind kText = {.endings = kTextEndings,
                                .what = "text",
                                .patterns = "*.txt, *.txt.gz",
                                .pieces = "train.txt, valid.txt and test.txt"};

bool HasSplits(const fs::path& folder) {
  return FindFile(folder, Views(NamesOf(Piece::kTrain))).has_value();
}

Result<TextParts> ReadParts(const Source& source) {
  const auto place = FileOrFolderWith(TextRow(), source.dir, [](const fs::path& folder) {
    return HasSplits(folder) || !FilesEnding(folder, kTextEndings).empty();
  });
  if (!place) return std::unexpected(place.error());
  std::error_code ignored;
  fs::path file = *place;
  if (fs::is_directory(file, ignored)) {
    if (HasSplits(file)) return ReadSplits(file);
    const auto only = OnlyFile(file, kText);
    if (!only) return std::unexpected(only.error());
    file = *only;
  }
  auto text = ReadText(file);
  if (!text) return std::unexpected(text.error());
  return CutText(*std::move(text));
}

}  // namespace

Result<std::unique_ptr<const Dataset>> LoadText(const Source& source) {
  auto parts = ReadParts(source);
  if (!parts) return std::unexpected(parts.error());
  auto data = MakeWindows("text", *parts, FieldOf<std::int64_t>(source.fields, "context"));
  if (!data) return Fail(data.error().code, source.dir + ": " + data.error().message);
  return data;
}

}  // namespace actsearch::datasets
