#include "evaluators/modules/layers.h"

#include <ATen/ATen.h>

#include <cmath>

namespace actsearch::modules {
namespace {

// In float where its squares neither vanish nor overflow, else in double.
double MeanSquare(const at::Tensor& y) {
  const double mean_square = y.square().mean().item<double>();
  if (mean_square > 1e-30 && std::isfinite(mean_square)) return mean_square;
  return y.to(at::kDouble).square().mean().item<double>();
}

// A layer whose weights the start divides by the root mean square of its outputs on a batch, so
// that every activation, whatever its scale, sees inputs of the same size. Outputs that are
// all 0, or not finite, say nothing about scale and change nothing.
class Weighted : public Module {
 protected:
  at::Tensor Calibrated(const at::Tensor& y) {
    const double mean_square = MeanSquare(y);
    if (!(mean_square > 0) || !std::isfinite(mean_square)) return y;
    const double scale = 1 / std::sqrt(mean_square);
    Scale(weight_, scale);
    return y * scale;
  }

  at::Tensor weight_, bias_;
};

class Linear : public Weighted {
 public:
  Linear(std::int64_t inputs, std::int64_t outputs, double bias_deviation) {
    DeclareWeight(weight_, {outputs, inputs}, inputs);
    DeclareBias(bias_, outputs, inputs, bias_deviation);
  }

  at::Tensor Forward(Run& run, const at::Tensor& x) override {
    if (run.mode == Mode::kCalibrate) return Calibrated(at::linear(x, weight_)) + bias_;
    return at::linear(x, weight_, bias_);
  }
};

class Convolution : public Weighted {
 public:
  Convolution(std::int64_t inputs, std::int64_t outputs, const catalogue::Window& window)
      : stride_{window.stride, window.stride},
        padding_{window.padding, window.padding},
        skips_(window.kernel == 1 && window.padding == 0 && window.stride > 1) {
    DeclareWeight(weight_, {outputs, inputs, window.kernel, window.kernel},
                  inputs * window.kernel * window.kernel, at::MemoryFormat::ChannelsLast);
    const std::int64_t fan_in = inputs * window.kernel * window.kernel;
    if (window.bias) DeclareBias(bias_, outputs, fan_in, /*deviation=*/0);
  }

  at::Tensor Forward(Run& run, const at::Tensor& x) override {
    const at::Tensor y = skips_ && x.size(1) < kFewChannels ? Convolve(Seen(x), {1, 1})
                                                            : Convolve(x, stride_);
    return run.mode == Mode::kCalibrate ? Calibrated(y) : y;
  }

 private:
  // Below this, a 1 x 1 convolution with a stride writes beyond its memory on its way back in
  // oneDNN 2.7 (LibTorch 1.13) with AVX2.
  static constexpr std::int64_t kFewChannels = 8;

  at::Tensor Convolve(const at::Tensor& x, const std::vector<std::int64_t>& stride) const {
    return at::convolution(x, weight_, bias_, stride, padding_, /*dilation=*/{1, 1},
                           /*transposed=*/false, /*output_padding=*/{0, 0}, /*groups=*/1);
  }

  // The positions that a window of one position sees.
  at::Tensor Seen(const at::Tensor& x) const {
    return x.slice(2, 0, x.size(2), stride_[0])
        .slice(3, 0, x.size(3), stride_[1])
        .contiguous(at::MemoryFormat::ChannelsLast);
  }

  std::vector<std::int64_t> stride_, padding_;
  bool skips_ = false;  // positions that no window covers
};

class Embedding : public Module {
 public:
  Embedding(std::int64_t symbols, std::int64_t length, std::int64_t width) {
    DeclareWeight(weight_, {symbols, width}, 1);
    const double bound = std::sqrt(3 * kPlaceVariance);
    Declare(places_, "places", {length, width}, {-bound, bound});
  }

  at::Tensor Forward(Run&, const at::Tensor& tokens) override {
    return (at::embedding(weight_, tokens) + places_).flatten(0, 1);
  }

 private:
  static constexpr double kPlaceVariance = 0.1;

  at::Tensor weight_, places_;
};

}  // namespace

std::shared_ptr<Module> MakeLinear(std::int64_t inputs, std::int64_t outputs,
                                   double bias_deviation) {
  return std::make_shared<Linear>(inputs, outputs, bias_deviation);
}

std::shared_ptr<Module> MakeConvolution(std::int64_t inputs, std::int64_t outputs,
                                        const catalogue::Window& window) {
  return std::make_shared<Convolution>(inputs, outputs, window);
}

std::shared_ptr<Module> MakeEmbedding(std::int64_t symbols, std::int64_t length,
                                      std::int64_t width) {
  return std::make_shared<Embedding>(symbols, length, width);
}

// The linear layer behind it learns any order: this one needs no copy.
at::Tensor Flatten(const at::Tensor& x) {
  return x.dim() == 4 ? x.permute({0, 2, 3, 1}).flatten(1) : x.flatten(1);
}

}  // namespace actsearch::modules
