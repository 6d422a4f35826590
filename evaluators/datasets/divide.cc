#include "evaluators/datasets/divide.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

#include "evaluators/datasets/images.h"
#include "search_spaces/base/check.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/base/rng.h"

namespace actsearch::datasets {
namespace {

// Part of the meaning of every stored loss: another seed makes other splits.
constexpr std::uint64_t kSplitSeed = 20240229;

// Sums of bytes are exact, so the constants are the same on every machine.
std::vector<ChannelScale> ScalesOf(const ByteImages& images, std::span<const std::size_t> rows) {
  const std::size_t plane = static_cast<std::size_t>(images.height) * images.width;
  std::vector<ChannelScale> scales;
  for (int c = 0; c < images.channels; ++c) {
    std::uint64_t sum = 0;
    std::uint64_t squares = 0;
    for (const std::size_t row : rows) {
      const auto* values = images.pixels.data() + row * images.ImageSize() + c * plane;
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

// Images one after the other, each height x width x channels.
void AppendChannelsLast(const ByteImages& images, std::span<const std::size_t> rows,
                        std::vector<std::uint8_t>& pixels, std::vector<std::uint8_t>& labels) {
  const std::size_t plane = static_cast<std::size_t>(images.height) * images.width;
  for (const std::size_t row : rows) {
    const auto* values = images.pixels.data() + row * images.ImageSize();
    for (std::size_t i = 0; i < plane; ++i) {
      for (int c = 0; c < images.channels; ++c) pixels.push_back(values[c * plane + i]);
    }
    labels.push_back(images.labels[row]);
  }
}

std::uint64_t DigestOf(const ByteImages& images, std::span<const std::size_t> rows,
                       std::uint64_t seed) {
  std::uint64_t digest = seed;
  for (const int size : {images.channels, images.height, images.width}) {
    digest = HashCombine(digest, static_cast<std::uint64_t>(size));
  }
  digest = HashCombine(digest, rows.size());
  for (const std::size_t row : rows) {
    const auto* values = images.pixels.data() + row * images.ImageSize();
    digest = HashText({reinterpret_cast<const char*>(values), images.ImageSize()}, digest);
    digest = HashCombine(digest, images.labels[row]);
  }
  return digest;
}

std::vector<std::size_t> FirstRows(std::size_t count) {
  std::vector<std::size_t> rows(count);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

Result<void> CheckParts(const std::string& name, const ByteImages& pool, const ByteImages& final) {
  if (pool.Count() < kSmallestPool || final.Count() == 0) {
    return Fail(ErrorCode::kInvalid, name + ": " + std::to_string(pool.Count()) + " training and " +
                                         std::to_string(final.Count()) + " test images, at least " +
                                         std::to_string(kSmallestPool) + " and 1 are needed");
  }
  const auto shape = [](const ByteImages& images) {
    return std::to_string(images.channels) + " x " + std::to_string(images.height) + " x " +
           std::to_string(images.width);
  };
  if (shape(pool) != shape(final)) {
    return Fail(ErrorCode::kInvalid, name + ": training images are " + shape(pool) +
                                         " (channels x height x width), test images " +
                                         shape(final) + "; both files must be of one data set");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<const Dataset>> Divide(const std::string& name, int classes,
                                              const ByteImages& pool, const ByteImages& final) {
  if (const auto ok = CheckParts(name, pool, final); !ok) return std::unexpected(ok.error());
  for (const ByteImages* images : {&pool, &final}) {
    ACTSEARCH_CHECK(images->pixels.size() == images->Count() * images->ImageSize(), name);
    for (const int label : images->labels) ACTSEARCH_CHECK(label < classes, name);
  }
  std::vector<std::size_t> rows = FirstRows(pool.Count());
  Rng(kSplitSeed).Fork("split").Shuffle(rows);
  const std::size_t part = std::min(rows.size() / 8, kLargestSplit);
  const std::span<const std::size_t> all = rows;
  const auto search = all.first(part);
  const auto select = all.subspan(part, part);
  const auto train = all.subspan(2 * part);
  const std::vector<std::size_t> test = FirstRows(final.Count());

  std::uint64_t digest = DigestOf(pool, train, HashText(name));
  for (const auto& split : {search, select}) digest = DigestOf(pool, split, digest);
  digest = DigestOf(final, test, digest);
  const auto count = [](std::size_t size) { return static_cast<std::int64_t>(size); };
  catalogue::DataFacts facts{
      .digest = HexDigits(digest),
      .inputs = {.shape = Spatial(pool.channels, pool.height, pool.width)},
      .targets = {catalogue::ValueKind::kTokens, Features(1), classes},
      .rows = {count(train.size()), count(part), count(part), count(test.size())}};
  std::vector<std::uint8_t> pixels, labels;
  pixels.reserve(pool.pixels.size() + final.pixels.size());
  for (const auto& split : {train, search, select}) AppendChannelsLast(pool, split, pixels, labels);
  AppendChannelsLast(final, test, pixels, labels);
  const std::vector<ChannelScale> scales = ScalesOf(pool, train);
  SharedBytes shared = SharedBytes::Share(facts.digest, std::move(pixels));
  return std::make_unique<const Images>(std::move(facts), std::move(shared), std::move(labels),
                                        scales);
}

}  // namespace actsearch::datasets
