#include "evaluators/training/batches.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

namespace actsearch::training {

namespace {

using catalogue::Signature;
using catalogue::ValueKind;

at::Tensor EmptyFor(const Signature& signature, std::int64_t rows) {
  const Shape& shape = signature.shape;
  const bool is_sequence = shape.kind == Shape::Kind::kSequence;
  if (signature.kind == ValueKind::kTokens) {
    return is_sequence ? at::empty({rows, shape.length}, at::kLong) : at::empty({rows}, at::kLong);
  }
  if (is_sequence) return at::empty({rows, shape.length, shape.channels});
  if (shape.kind == Shape::Kind::kFeatures) return at::empty({rows, shape.channels});
  return at::empty({rows, shape.channels, shape.height, shape.width},
                   at::TensorOptions().memory_format(at::MemoryFormat::ChannelsLast));
}

// The tensor's memory, or nothing where it is of the other type.
template <class T>
std::span<T> ValuesOf(const at::Tensor& t) {
  if (t.scalar_type() != c10::CppTypeToScalarType<T>::value) return {};
  return {t.data_ptr<T>(), static_cast<std::size_t>(t.numel())};
}

}  // namespace

Filler::Filler(const datasets::Dataset& data, std::int64_t rows, const at::Device& device)
    : data_(data), device_(device) {
  host_.inputs = EmptyFor(data.Facts().inputs, rows);
  host_.targets = EmptyFor(data.Facts().targets, rows);
}

const Examples& Filler::Fill(datasets::Subset subset, std::span<const std::int64_t> rows,
                             Augmenter* augmenter) {
  data_.Fill(subset, rows,
             {.inputs = ValuesOf<float>(host_.inputs),
              .tokens = ValuesOf<std::int64_t>(host_.inputs),
              .labels = ValuesOf<std::int64_t>(host_.targets),
              .targets = ValuesOf<float>(host_.targets)});
  if (augmenter != nullptr) augmenter->Apply(host_.inputs);
  if (device_.is_cpu()) return host_;
  on_device_ = {host_.inputs.to(device_), host_.targets.to(device_)};
  return on_device_;
}

Batches::Batches(const datasets::Dataset& data, std::int64_t batch, const Rng& rng,
                 const catalogue::Recipe& recipe, const at::Device& device)
    : rng_(rng.Fork("batches")),
      batch_(static_cast<std::size_t>(std::min(batch, data.Rows(datasets::Subset::kTrain)))),
      order_(static_cast<std::size_t>(data.Rows(datasets::Subset::kTrain))),
      filler_(data, static_cast<std::int64_t>(batch_), device) {
  if (recipe.Augments()) augmenter_.emplace(recipe, rng.Fork("augmentation"));
  Shuffle();
}

const Examples& Batches::Next() {
  if (begin_ + batch_ > order_.size()) Shuffle();
  const std::span<const std::int64_t> rows = std::span(order_).subspan(begin_, batch_);
  begin_ += batch_;
  return filler_.Fill(datasets::Subset::kTrain, rows, augmenter_ ? &*augmenter_ : nullptr);
}

void Batches::Shuffle() {
  std::iota(order_.begin(), order_.end(), 0);
  Rng rng = rng_.Fork("epoch", epoch_++);
  rng.Shuffle(order_);
  begin_ = 0;
}

}  // namespace actsearch::training
