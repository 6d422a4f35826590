#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "evaluators/datasets/files.h"
#include "evaluators/datasets/text.row.h"
#include "evaluators/datasets/text_windows.h"

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr std::array kTrain = {"train.txt"sv, "wiki.train.tokens"sv};
constexpr std::array kTest = {"test.txt"sv, "wiki.test.tokens"sv};
constexpr std::array kValid = {"valid.txt"sv, "validation.txt"sv, "val.txt"sv, "dev.txt"sv,
                               "wiki.valid.tokens"sv};

Result<std::u32string> Decode(const File& file) {
  return DecodeText(file.path.string(),
                    {reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()});
}

Result<std::u32string> ReadText(const fs::path& path) {
  auto bytes = ReadFile(path);
  if (!bytes) return std::unexpected(bytes.error());
  return Decode({path, *std::move(bytes)});
}

Result<std::u32string> ReadPiece(const fs::path& folder, std::span<const std::string_view> names) {
  const auto file = ReadOneOf(folder, names);
  if (!file) return std::unexpected(file.error());
  return Decode(*file);
}

std::u32string First(const std::u32string& text, std::size_t count) {
  return text.substr(0, std::min(count, kLargestTextPart));
}

// Scoring parts that the folder has not are the ends of the training file.
Result<TextParts> ReadSplits(const fs::path& folder) {
  auto train = ReadPiece(folder, kTrain);
  if (!train) return std::unexpected(train.error());
  const auto test = ReadPiece(folder, kTest);
  if (!test) return std::unexpected(test.error());
  TextParts parts{.final = First(*test, test->size())};
  const auto valid = ReadPiece(folder, kValid);
  if (!valid && valid.error().code != ErrorCode::kNotFound) return std::unexpected(valid.error());
  const std::u32string& rest = valid ? *valid : *train;
  const std::size_t half = std::min(rest.size() / (valid ? 2 : 16), kLargestTextPart);
  const std::size_t begin = valid ? 0 : rest.size() - 2 * half;
  parts.search = rest.substr(begin, half);
  parts.select = rest.substr(begin + half, half);
  parts.train = valid ? *std::move(train) : train->substr(0, begin);
  return parts;
}

std::vector<fs::path> TextsIn(const fs::path& folder) {
  std::vector<fs::path> texts = FilesEnding(folder, ".txt");
  const std::vector<fs::path> packed = FilesEnding(folder, ".txt.gz");
  texts.insert(texts.end(), packed.begin(), packed.end());
  return texts;
}

// The only text of the folder.
Result<fs::path> OnlyText(const fs::path& folder) {
  const std::vector<fs::path> texts = TextsIn(folder);
  if (texts.size() == 1) return texts.front();
  if (texts.empty()) {
    return Fail(ErrorCode::kNotFound, folder.string() +
                                          ": no text in it (*.txt, *.txt.gz); name the file "
                                          "itself with --data FILE or task.data_dir");
  }
  return Fail(ErrorCode::kInvalid,
              folder.string() + ": several texts, " + texts[0].filename().string() + " and " +
                  texts[1].filename().string() +
                  "; name one with --data FILE or task.data_dir, or call them train.txt, "
                  "valid.txt and test.txt");
}

Result<TextParts> ReadParts(const Source& source) {
  const auto place = FileOrFolderWith(TextRow(), source.dir, [](const fs::path& folder) {
    return FindFile(folder, kTrain).has_value() || !TextsIn(folder).empty();
  });
  if (!place) return std::unexpected(place.error());
  std::error_code ignored;
  fs::path file = *place;
  if (fs::is_directory(file, ignored)) {
    if (FindFile(file, kTrain)) return ReadSplits(file);
    const auto only = OnlyText(file);
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
