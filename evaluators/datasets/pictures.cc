#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "evaluators/datasets/divide.h"
#include "evaluators/datasets/picture_files.h"
#include "evaluators/datasets/pictures.row.h"

namespace actsearch::datasets {
namespace {

using Pictures = std::vector<LabelledPicture>;

// Names of classes in the order of their bytes; those of the training piece.
Result<std::map<std::string, int>> ClassesOf(const std::string& dir, const Pictures& pictures) {
  std::map<std::string, int> classes;
  for (const LabelledPicture& each : pictures) {
    if (each.piece == Piece::kTrain) classes.emplace(each.label, 0);
  }
  int next = 0;
  for (auto& [name, label] : classes) label = next++;
  for (const LabelledPicture& each : pictures) {
    if (classes.contains(each.label)) continue;
    return Fail(ErrorCode::kInvalid, each.place + ": class '" + each.label.substr(0, 80) +
                                         "' has no picture in the training part");
  }
  if (next >= 2 && next <= 65536) return classes;
  return Fail(ErrorCode::kInvalid, dir + ": " + std::to_string(next) +
                                       " class in the training part; at least 2 are needed, each "
                                       "a folder");
}

std::string SizeText(const Picture& picture) {
  return std::to_string(picture.height) + " x " + std::to_string(picture.width);
}

// One size for all, that of the first or the one that is asked for.
Result<void> Resize(Pictures& pictures, std::int64_t size) {
  for (LabelledPicture& each : pictures) {
    if (size > 0) {
      const auto side = static_cast<int>(size);
      each.picture = Resized(each.picture, side, side);
    } else if (SizeText(each.picture) != SizeText(pictures[0].picture)) {
      return Fail(ErrorCode::kInvalid,
                  each.place + ": " + SizeText(each.picture) + " pixels, " + pictures[0].place +
                      " has " + SizeText(pictures[0].picture) +
                      "; make them alike, or give task.size, as 32, to resize all");
    }
  }
  return {};
}

void Append(const Picture& picture, int channels, int label, ByteImages& to) {
  to.channels = channels;
  to.height = picture.height;
  to.width = picture.width;
  const std::size_t pixels = picture.pixels.size() / 3;
  for (int c = 0; c < channels; ++c) {
    for (std::size_t i = 0; i < pixels; ++i) {
      const std::uint8_t* p = picture.pixels.data() + 3 * i;
      // ITU-R BT.601, as Pillow's "L".
      const std::uint32_t gray = (19595U * p[0] + 38470U * p[1] + 7471U * p[2] + 0x8000U) >> 16;
      to.pixels.push_back(channels == 1 ? static_cast<std::uint8_t>(gray) : p[c]);
    }
  }
  to.labels.push_back(static_cast<std::uint16_t>(label));
}

}  // namespace

Result<std::unique_ptr<const Dataset>> LoadPictures(const Source& source) {
  auto pictures = ReadPictures(source.dir);
  if (!pictures) return std::unexpected(pictures.error());
  const auto classes = ClassesOf(source.dir, *pictures);
  if (!classes) return std::unexpected(classes.error());
  if (auto ok = Resize(*pictures, FieldOf<std::int64_t>(source.fields, "size")); !ok) {
    return std::unexpected(ok.error());
  }
  const std::string& colours = FieldOf<std::string>(source.fields, "colours");
  const bool gray = colours == "gray" ||
                    (colours == "auto" && std::ranges::all_of(*pictures, [](const auto& each) {
                       return each.picture.IsGray();
                     }));
  ImagePieces pieces;
  for (const LabelledPicture& each : *pictures) {
    ByteImages& piece = each.piece == Piece::kTrain   ? pieces.train
                        : each.piece == Piece::kValid ? pieces.valid
                                                      : pieces.test;
    Append(each.picture, gray ? 1 : 3, classes->at(each.label), piece);
  }
  return Divide("pictures", static_cast<int>(classes->size()), pieces);
}

}  // namespace actsearch::datasets
