#include "evaluators/datasets/divide.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

#include "search_spaces/base/check.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/base/rng.h"

namespace actsearch::datasets {
namespace {

// Part of the meaning of every stored loss: another seed makes other splits.
constexpr std::uint64_t kSplitSeed = 20240229;

// value -> standardised value, for each channel.
using Scale = std::vector<std::array<float, 256>>;

// Sums of bytes are exact, so the constants are the same on every machine.
Scale ScaleOf(const ByteImages& images, std::span<const std::size_t> rows) {
  const std::size_t plane = static_cast<std::size_t>(images.height) * images.width;
  Scale scale(images.channels);
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
    for (int v = 0; v < 256; ++v) scale[c][v] = static_cast<float>((v - mean) / deviation);
  }
  return scale;
}

Images Standardised(const ByteImages& images, std::span<const std::size_t> rows, int classes,
                    const Scale& scale) {
  const std::size_t plane = static_cast<std::size_t>(images.height) * images.width;
  Images out{images.channels, images.height, images.width, classes, {}, {}};
  out.pixels.reserve(rows.size() * images.ImageSize());
  out.labels.reserve(rows.size());
  for (const std::size_t row : rows) {
    const auto* values = images.pixels.data() + row * images.ImageSize();
    for (int c = 0; c < images.channels; ++c) {
      for (std::size_t i = 0; i < plane; ++i) out.pixels.push_back(scale[c][*values++]);
    }
    out.labels.push_back(images.labels[row]);
  }
  return out;
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

Result<Dataset> Divide(std::string name, std::vector<std::string> class_names,
                       const ByteImages& pool, const ByteImages& final) {
  if (const auto ok = CheckParts(name, pool, final); !ok) return std::unexpected(ok.error());
  const int classes = static_cast<int>(class_names.size());
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

  const Scale scale = ScaleOf(pool, train);
  Dataset dataset;
  dataset.digest = DigestOf(pool, train, HashText(name));
  for (const auto& split : {search, select}) dataset.digest = DigestOf(pool, split, dataset.digest);
  dataset.digest = DigestOf(final, test, dataset.digest);
  dataset.train = Standardised(pool, train, classes, scale);
  dataset.search = Standardised(pool, search, classes, scale);
  dataset.select = Standardised(pool, select, classes, scale);
  dataset.final = Standardised(final, test, classes, scale);
  dataset.name = std::move(name);
  dataset.class_names = std::move(class_names);
  return dataset;
}

}  // namespace actsearch::datasets
