// Labelled images kept as bytes and standardised when a batch is filled: minus the mean, over
// the standard deviation of the training subset, one pair of constants a channel, the same in
// all parts. Immutable; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "evaluators/datasets/dataset.h"
#include "evaluators/datasets/shared_bytes.h"

namespace actsearch::datasets {

struct ChannelScale {
  float mean = 0;     // of bytes, 0 to 255
  float inverse = 1;  // 1 / standard deviation
};

// `pixels`: of all parts one after the other, N x height x width x channels. `labels`: N.
class Images : public Dataset {
 public:
  Images(catalogue::DataFacts facts, SharedBytes pixels, std::vector<std::uint16_t> labels,
         const std::vector<ChannelScale>& scales);

  const catalogue::DataFacts& Facts() const override { return facts_; }
  void Fill(Subset subset, std::span<const std::int64_t> rows, const Batch& batch) const override;

 private:
  catalogue::DataFacts facts_;
  SharedBytes pixels_;
  std::vector<std::uint16_t> labels_;
  std::int64_t image_ = 0;          // bytes of one
  std::int64_t first_[4] = {};      // row of each subset's first image
  std::vector<float> mean_, inverse_;  // by position, repeated to a whole number of vectors
};

}  // namespace actsearch::datasets
