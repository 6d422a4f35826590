#include "evaluators/datasets/images.h"

#include <utility>

#include "search_spaces/base/check.h"
#include "search_spaces/base/cpu_copies.h"

namespace actsearch::datasets {
namespace {

constexpr std::size_t kRepeats = 16;  // of the channels: a multiple of every vector's width

// Subtraction and product are rounded one by one (no contraction, see CMakeLists.txt), so
// that every processor gets the same bits.
ACTSEARCH_FOR_EACH_CPU
void Standardise(const std::uint8_t* __restrict from, std::size_t count,
                 const float* __restrict mean, const float* __restrict inverse, std::size_t period,
                 float* __restrict to) {
  std::size_t i = 0;
  for (; i + period <= count; i += period) {
    for (std::size_t j = 0; j < period; ++j) {
      to[i + j] = (static_cast<float>(from[i + j]) - mean[j]) * inverse[j];
    }
  }
  for (std::size_t j = 0; i < count; ++i, ++j) {
    to[i] = (static_cast<float>(from[i]) - mean[j]) * inverse[j];
  }
}

}  // namespace

Images::Images(catalogue::DataFacts facts, SharedBytes pixels, std::vector<std::uint16_t> labels,
               const std::vector<ChannelScale>& scales)
    : facts_(std::move(facts)),
      pixels_(std::move(pixels)),
      labels_(std::move(labels)),
      image_(Numbers(facts_.inputs.shape)) {
  ACTSEARCH_CHECK(pixels_.Bytes().size() == labels_.size() * static_cast<std::size_t>(image_),
                  "images and labels");
  for (std::size_t subset = 1; subset < 4; ++subset)
    first_[subset] = first_[subset - 1] + facts_.rows[subset - 1];
  for (std::size_t i = 0; i < kRepeats; ++i) {
    for (const ChannelScale& scale : scales) {
      mean_.push_back(scale.mean);
      inverse_.push_back(scale.inverse);
    }
  }
}

void Images::Fill(Subset subset, std::span<const std::int64_t> rows, const Batch& batch) const {
  const auto image = static_cast<std::size_t>(image_);
  ACTSEARCH_CHECK(batch.inputs.size() == rows.size() * image && batch.labels.size() == rows.size(),
                  "a batch of other size");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ACTSEARCH_CHECK(rows[i] >= 0 && rows[i] < Rows(subset), "a row outside its subset");
    const auto row = static_cast<std::size_t>(first_[static_cast<std::size_t>(subset)] + rows[i]);
    Standardise(pixels_.Bytes().data() + row * image, image, mean_.data(), inverse_.data(),
                mean_.size(), batch.inputs.data() + i * image);
    batch.labels[i] = labels_[row];
  }
}

}  // namespace actsearch::datasets
