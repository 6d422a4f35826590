#include "tests/bench/step/floor.h"

#include <ATen/ATen.h>

namespace actsearch {

void Floor::Add(const Convolution& layer, std::int64_t batch) {
  const auto in_order = at::MemoryFormat::ChannelsLast;
  const at::Tensor x =
      at::randn({batch, layer.inputs, layer.side, layer.side}).contiguous(in_order);
  const at::Tensor w =
      at::randn({layer.outputs, layer.inputs, layer.kernel, layer.kernel}).contiguous(in_order);
  const at::Tensor b = layer.bias ? at::randn({layer.outputs}) : at::Tensor();
  const std::vector<std::int64_t> stride(2, layer.stride), padding(2, layer.kernel / 2);
  const auto forward = [=] {
    return at::convolution(x, w, b, stride, padding, {1, 1}, false, {0, 0}, 1);
  };
  const at::Tensor gradient = at::randn(forward().sizes()).contiguous(in_order);
  const std::vector<std::int64_t> bias_sizes = {layer.outputs};
  const std::array<bool, 3> mask = {!layer.first, true, layer.bias};
  products_.emplace_back([=] { forward(); });
  products_.emplace_back([=] {
    at::convolution_backward(gradient, x, w, bias_sizes, stride, padding, {1, 1}, false, {0, 0}, 1,
                             mask);
  });
}

void Floor::Add(const Linear& layer, std::int64_t batch) {
  const at::Tensor x = at::randn({batch, layer.inputs});
  const at::Tensor w = at::randn({layer.outputs, layer.inputs});
  const at::Tensor gradient = at::randn({batch, layer.outputs});
  products_.emplace_back([=] { at::mm(x, w.t()); });
  products_.emplace_back([=] { at::mm(gradient.t(), x); });
  if (!layer.first) products_.emplace_back([=] { at::mm(gradient, w); });
}

Floor::Floor(std::string_view network, std::int64_t batch) {
  if (network == "mlp") {
    for (const Linear& layer : {Linear{3072, 128, true}, {128, 128}, {128, 10}}) Add(layer, batch);
  } else if (network == "cnn") {
    Add({.inputs = 3, .outputs = 8, .side = 32, .first = true}, batch);
    Add({.inputs = 8, .outputs = 16, .side = 16}, batch);
    Add({.inputs = 16, .outputs = 32, .side = 8}, batch);
    Add(Linear{32 * 4 * 4, 10}, batch);
  } else if (network == "cnn_bn") {
    Add({.inputs = 3, .outputs = 16, .side = 32, .first = true}, batch);
    Add({.inputs = 16, .outputs = 32, .side = 16}, batch);
    Add(Linear{32 * 8 * 8, 10}, batch);
  } else if (network == "text") {
    constexpr std::int64_t kContext = 64, kWidth = 64, kSymbols = 23;
    for (int block = 0; block < 2; ++block) {
      for (const Linear& layer : {Linear{kWidth, 3 * kWidth}, {kWidth, kWidth},
                                  {kWidth, 4 * kWidth}, {4 * kWidth, kWidth}}) {
        Add(layer, batch * kContext);
      }
    }
    Add(Linear{kWidth, kSymbols}, batch * kContext);
  } else {
    Add({.inputs = 3, .outputs = 16, .side = 32, .bias = false, .first = true}, batch);
    std::int64_t inputs = 16, side = 32;
    for (const std::int64_t outputs : {16, 32, 64}) {
      const std::int64_t stride = outputs == 16 ? 1 : 2;
      Add({inputs, outputs, side, 3, stride, false}, batch);
      if (stride == 2) Add({inputs, outputs, side, 1, 2, false}, batch);
      side /= stride;
      Add({outputs, outputs, side, 3, 1, false}, batch);
      inputs = outputs;
    }
    Add(Linear{64, 10}, batch);
  }
}

}  // namespace actsearch
