#include "evaluators/training/network.h"

#include <ATen/ATen.h>

namespace actsearch::training {

Network::Network(std::vector<std::unique_ptr<Layer>> layers, const at::Device& device)
    : layers_(std::move(layers)) {
  std::int64_t count = 0;
  for (const auto& layer : layers_) count += layer->ParameterCount();
  values_ = at::zeros({count}, at::TensorOptions(device));
  gradients_ = at::zeros({count}, at::TensorOptions(device));
  std::int64_t begin = 0;
  for (const auto& layer : layers_) {
    const std::int64_t size = layer->ParameterCount();
    layer->Bind(values_.narrow(0, begin, size), gradients_.narrow(0, begin, size));
    begin += size;
  }
  while (first_ < layers_.size() && layers_[first_]->ParameterCount() == 0) ++first_;
}

void Network::Initialize(Rng& rng, const at::Tensor& batch) {
  at::Tensor host = at::empty({values_.numel()});
  std::span<float> rest(host.data_ptr<float>(), static_cast<std::size_t>(host.numel()));
  for (const auto& layer : layers_) {
    const auto size = static_cast<std::size_t>(layer->ParameterCount());
    layer->Initialize(rest.first(size), rng);
    rest = rest.subspan(size);
  }
  values_.copy_(host);
  Forward(batch, Mode::kCalibrate);
}

at::Tensor Network::Forward(const at::Tensor& x, Mode mode) {
  at::Tensor y = x;
  for (const auto& layer : layers_) y = layer->Forward(y, mode);
  return y;
}

void Network::Backward(at::Tensor gradient) {
  for (std::size_t i = layers_.size(); i-- > first_;) {
    gradient = layers_[i]->Backward(std::move(gradient), i > first_);
  }
}

}  // namespace actsearch::training
