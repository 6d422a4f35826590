#include "evaluators/datasets/divide.h"

#include <cmath>
#include <span>
#include <utility>

#include "evaluators/datasets/images.h"
#include "search_spaces/base/check.h"
#include "search_spaces/base/hash.h"

namespace actsearch::datasets {
namespace {

// One image among the pieces.
struct Image {
  const ByteImages* piece = nullptr;
  std::size_t row = 0;

  const std::uint8_t* Pixels() const { return piece->pixels.data() + row * piece->ImageSize(); }
  std::uint16_t Label() const { return piece->labels[row]; }
};

Image At(const ImagePieces& pieces, const RowOf& row) {
  switch (row.piece) {
    case Piece::kTrain:
      return {&pieces.train, row.row};
    case Piece::kValid:
      return {&pieces.valid, row.row};
    case Piece::kTest:
      break;
  }
  return {&pieces.test, row.row};
}

// Sums of bytes are exact, so the constants are the same on every machine.
std::vector<ChannelScale> ScalesOf(const ImagePieces& pieces, std::span<const RowOf> rows) {
  const ByteImages& like = pieces.train;
  const std::size_t plane = static_cast<std::size_t>(like.height) * like.width;
  std::vector<ChannelScale> scales;
  for (int c = 0; c < like.channels; ++c) {
    std::uint64_t sum = 0;
    std::uint64_t squares = 0;
    for (const RowOf& row : rows) {
      const auto* values = At(pieces, row).Pixels() + c * plane;
      for (std::size_t i = 0; i < plane; ++i) {
        sum += values[i];
        squares += std::uint64_t{values[i]} * values[i];
      }
    }
    const double count = static_cast<double>(rows.size() * plane);
    const double mean = static_cast<double>(sum) / count;
    const double variance = static_cast<double>(squares) / count - mean * mean;
    const double deviation = variance > 0 ? std::sqrt(variance) : 1;  // a blank channel
    scales.push_back({static_cast<float>(mean), static_cast<float>(1 / deviation)});
  }
  return scales;
}

// Height x width x channels.
void AppendChannelsLast(const Image& image, std::vector<std::uint8_t>& pixels) {
  const ByteImages& like = *image.piece;
  const std::size_t plane = static_cast<std::size_t>(like.height) * like.width;
  const std::uint8_t* values = image.Pixels();
  for (std::size_t i = 0; i < plane; ++i) {
    for (int c = 0; c < like.channels; ++c) pixels.push_back(values[c * plane + i]);
  }
}

std::uint64_t DigestOf(const ImagePieces& pieces, std::span<const RowOf> rows,
                       std::uint64_t seed) {
  std::uint64_t digest = seed;
  for (const int size : {pieces.train.channels, pieces.train.height, pieces.train.width}) {
    digest = HashCombine(digest, static_cast<std::uint64_t>(size));
  }
  digest = HashCombine(digest, rows.size());
  for (const RowOf& row : rows) {
    const Image image = At(pieces, row);
    digest = HashText({reinterpret_cast<const char*>(image.Pixels()), image.piece->ImageSize()},
                      digest);
    digest = HashCombine(digest, image.Label());
  }
  return digest;
}

std::string ShapeText(const ByteImages& images) {
  return std::to_string(images.channels) + " x " + std::to_string(images.height) + " x " +
         std::to_string(images.width);
}

Result<void> CheckShapes(const std::string& name, const ImagePieces& pieces) {
  for (const ByteImages* other : {&pieces.valid, &pieces.test}) {
    if (other->Count() == 0 || ShapeText(*other) == ShapeText(pieces.train)) continue;
    return Fail(ErrorCode::kInvalid,
                name + ": training images are " + ShapeText(pieces.train) +
                    " (channels x height x width), " +
                    (other == &pieces.test ? "test" : "validation") + " images " +
                    ShapeText(*other) + "; both files must be of one data set");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<const Dataset>> Divide(const std::string& name, int classes,
                                              const ImagePieces& pieces) {
  const auto cut = CutRows(name, "images", pieces.train.Count(), pieces.valid.Count(),
                           pieces.test.Count());
  if (!cut) return std::unexpected(cut.error());
  if (const auto ok = CheckShapes(name, pieces); !ok) return std::unexpected(ok.error());
  std::uint64_t digest = HashText(name);
  std::vector<std::uint8_t> pixels;
  std::vector<std::uint16_t> labels;
  catalogue::DataFacts facts{
      .inputs = {.shape = Spatial(pieces.train.channels, pieces.train.height, pieces.train.width)},
      .targets = {catalogue::ValueKind::kTokens, Features(1), classes}};
  for (std::size_t k = 0; k < cut->size(); ++k) {
    const std::vector<RowOf>& rows = (*cut)[k];
    digest = DigestOf(pieces, rows, digest);
    facts.rows[k] = static_cast<std::int64_t>(rows.size());
    for (const RowOf& row : rows) {
      const Image image = At(pieces, row);
      ACTSEARCH_CHECK(image.Label() < classes, name);
      AppendChannelsLast(image, pixels);
      labels.push_back(image.Label());
    }
  }
  facts.digest = HexDigits(digest);
  const std::vector<ChannelScale> scales = ScalesOf(pieces, (*cut)[0]);
  SharedBytes shared = SharedBytes::Share(facts.digest, std::move(pixels));
  return std::make_unique<const Images>(std::move(facts), std::move(shared), std::move(labels),
                                        scales);
}

}  // namespace actsearch::datasets
