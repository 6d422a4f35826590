#include "evaluators/training/batches.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

namespace actsearch::training {

Filler::Filler(const datasets::Dataset& data, std::int64_t rows, const at::Device& device)
    : data_(data), device_(device) {
  const Shape& shape = data.Facts().inputs.shape;
  host_.inputs = at::empty({rows, shape.channels, shape.height, shape.width},
                           at::TensorOptions().memory_format(at::MemoryFormat::ChannelsLast));
  host_.targets = at::empty({rows}, at::kLong);
}

const Examples& Filler::Fill(datasets::Subset subset, std::span<const std::int64_t> rows) {
  const auto size = [](const at::Tensor& t) { return static_cast<std::size_t>(t.numel()); };
  data_.Fill(subset, rows,
             {.inputs = {host_.inputs.data_ptr<float>(), size(host_.inputs)},
              .tokens = {},
              .labels = {host_.targets.data_ptr<std::int64_t>(), size(host_.targets)},
              .targets = {}});
  if (device_.is_cpu()) return host_;
  on_device_ = {host_.inputs.to(device_), host_.targets.to(device_)};
  return on_device_;
}

Batches::Batches(const datasets::Dataset& data, std::int64_t batch, const Rng& rng,
                 const at::Device& device)
    : rng_(rng),
      batch_(static_cast<std::size_t>(std::min(batch, data.Rows(datasets::Subset::kTrain)))),
      order_(static_cast<std::size_t>(data.Rows(datasets::Subset::kTrain))),
      filler_(data, static_cast<std::int64_t>(batch_), device) {
  Shuffle();
}

const Examples& Batches::Next() {
  if (begin_ + batch_ > order_.size()) Shuffle();
  const std::span<const std::int64_t> rows = std::span(order_).subspan(begin_, batch_);
  begin_ += batch_;
  return filler_.Fill(datasets::Subset::kTrain, rows);
}

void Batches::Shuffle() {
  std::iota(order_.begin(), order_.end(), 0);
  Rng rng = rng_.Fork("epoch", epoch_++);
  rng.Shuffle(order_);
  begin_ = 0;
}

}  // namespace actsearch::training
