#include "evaluators/datasets/idx_images.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "evaluators/datasets/divide.h"

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;

std::array<std::string, 2> NamesOf(const std::string& stem, std::string_view piece, IdxKind kind) {
  const std::string type = kind == IdxKind::kImages   ? "idx3-ubyte"
                           : kind == IdxKind::kLabels ? "idx1-ubyte"
                                                      : "idx2-int";
  const std::string start = stem + "-" + std::string(piece);
  return {start + "-" + type, start + "." + type};
}

Result<Idx> ReadPiece(const fs::path& folder, const std::string& stem, std::string_view piece,
                      IdxKind kind) {
  const auto names = NamesOf(stem, piece, kind);
  auto file = ReadOneOf(folder, std::array<std::string_view, 2>{names[0], names[1]});
  if (!file) return std::unexpected(file.error());
  return ReadIdx(*std::move(file), kind);
}

// Which data set in these files has labels up to this one.
std::string OtherSet(std::int64_t largest) {
  if (largest <= 26) return "EMNIST letters";
  if (largest <= 46) return "EMNIST balanced";
  return "EMNIST byclass";
}

// The class of each label; QMNIST's rows begin with it.
Result<std::vector<std::int64_t>> ReadLabels(const IdxImages& set, const Idx& idx) {
  const bool is_long = set.labels == IdxKind::kLongLabels;
  std::vector<std::int64_t> labels(idx.sizes[0]);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    labels[i] = is_long ? idx.LongAt(i * idx.sizes[1]) : idx.values[i];
  }
  const auto [least, largest] = std::ranges::minmax(labels);
  if (least < set.first_label) {
    return Fail(ErrorCode::kInvalid, idx.path.string() + ": a label " + std::to_string(least) +
                                         "; those of this part of " + std::string(set.row.name) +
                                         " begin at " + std::to_string(set.first_label));
  }
  if (largest - set.first_label < set.classes) return labels;
  return Fail(ErrorCode::kInvalid,
              idx.path.string() + ": labels up to " + std::to_string(largest) + ": more than the " +
                  std::to_string(set.classes) + " classes of " + std::string(set.row.name) + " (" +
                  OtherSet(largest) +
                  "?); name the data set in task.dataset, as 'actsearch tasks' lists them");
}

Result<ByteImages> LoadPart(const IdxImages& set, const fs::path& folder,
                            const std::string& stem) {
  auto images = ReadPiece(folder, stem, "images", IdxKind::kImages);
  if (!images) return std::unexpected(images.error());
  const auto idx = ReadPiece(folder, stem, "labels", set.labels);
  if (!idx) return std::unexpected(idx.error());
  if (idx->sizes[0] != images->sizes[0]) {
    return Corrupt(idx->path, 4, std::to_string(idx->sizes[0]) + " labels",
                   std::to_string(images->sizes[0]) + " as " + images->path.string() +
                       " has images");
  }
  ByteImages part{1, static_cast<int>(images->sizes[1]), static_cast<int>(images->sizes[2]),
                  std::move(images->values), {}};
  if (idx->sizes[0] == 0) return part;
  const auto labels = ReadLabels(set, *idx);
  if (!labels) return std::unexpected(labels.error());
  for (const std::int64_t label : *labels) {
    part.labels.push_back(static_cast<std::uint16_t>(label - set.first_label));
  }
  return part;
}

}  // namespace

Result<std::unique_ptr<const Dataset>> LoadIdxImages(const IdxImages& set, const Source& source) {
  const auto names = NamesOf(set.train, "images", IdxKind::kImages);
  const auto folder =
      FolderWith(set.row, source.dir, std::array<std::string_view, 2>{names[0], names[1]});
  if (!folder) return std::unexpected(folder.error());
  auto train = LoadPart(set, *folder, set.train);
  if (!train) return std::unexpected(train.error());
  auto test = LoadPart(set, *folder, set.test);
  if (!test) return std::unexpected(test.error());
  if (test->Count() == 0) {
    return Fail(ErrorCode::kInvalid, folder->string() + ": no test images in " + set.test + "-*");
  }
  return Divide(std::string(set.row.name), set.classes,
                {.train = *std::move(train), .valid = {}, .test = *std::move(test)});
}

}  // namespace actsearch::datasets
