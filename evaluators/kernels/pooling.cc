#include "evaluators/kernels/pooling.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "evaluators/kernels/mean_pool.h"
#include "evaluators/kernels/node.h"

namespace actsearch::kernels {
namespace {

// Elements that are worth a thread.
constexpr std::int64_t kGrain = 32768;

// How an image batch lies in memory. The channel's stride decides where the sizes leave it
// open (one channel); planes of one pixel are the same in both orders.
struct Geometry {
  explicit Geometry(const at::Tensor& x)
      : n(x.size(0)),
        channels(x.size(1)),
        height(x.size(2)),
        width(x.size(3)),
        channels_last(x.stride(1) == 1 && x.is_contiguous(at::MemoryFormat::ChannelsLast)),
        is_served(channels_last || x.is_contiguous()),
        strides(x.strides().vec()),
        is_dense(x.is_non_overlapping_and_dense()) {}

  std::int64_t ElementsInAnImage() const { return channels * height * width; }

  // Of batches of other planes in this order; in that of planes where loops serve neither.
  std::array<std::int64_t, 4> StridesOf(std::int64_t rows, std::int64_t columns) const {
    if (channels_last) return {rows * columns * channels, 1, columns * channels, channels};
    return {rows * columns * channels, rows * columns, columns, 1};
  }
  at::Tensor Empty(std::int64_t rows, std::int64_t columns, const at::TensorOptions& like) const {
    const std::int64_t sizes[] = {n, channels, rows, columns};
    return at::empty_strided(sizes, StridesOf(rows, columns), like);
  }

  Planes PlanesOf(std::int64_t images) const {
    return {static_cast<std::size_t>(images * channels), static_cast<std::size_t>(height),
            static_cast<std::size_t>(width)};
  }
  Pixels PixelsOf(std::int64_t images) const {
    return {static_cast<std::size_t>(images), static_cast<std::size_t>(height),
            static_cast<std::size_t>(width), static_cast<std::size_t>(channels)};
  }

  // run(planes or pixels, first image) for ranges of images, on threads.
  template <class Run>
  void ForImages(const Run& run) const {
    const std::int64_t grain =
        std::max<std::int64_t>(kGrain / std::max<std::int64_t>(ElementsInAnImage(), 1), 1);
    at::parallel_for(0, n, grain, [&](std::int64_t begin, std::int64_t end) {
      if (channels_last) {
        run(PixelsOf(end - begin), begin);
      } else {
        run(PlanesOf(end - begin), begin);
      }
    });
  }

  std::int64_t n, channels, height, width;
  bool channels_last, is_served;
  std::vector<std::int64_t> strides;
  bool is_dense;
  std::vector<std::int64_t> shape = {n, channels, height, width};
};

bool IsServed(const at::Tensor& x) {
  return x.is_cpu() && x.scalar_type() == at::kFloat && x.numel() > 0;
}

// Pooling is linear: nodes keep no tensors, and the second derivative by x is 0.
struct PoolingBackward : public torch::autograd::Node {
  variable_list apply(variable_list&& incoming) override {
    if (!incoming[0].defined()) return {at::Tensor()};
    const at::Tensor gradient =
        at::GradMode::is_enabled() ? Plainly(incoming[0]) : Fused(incoming[0]);
    return {x.is_dense ? InStrides(gradient, x.strides) : gradient};
  }

  virtual at::Tensor Fused(const at::Tensor& gradient) const = 0;
  // Differentiable by `gradient`.
  virtual at::Tensor Plainly(const at::Tensor& gradient) const = 0;

  at::Tensor EmptyInput(const at::TensorOptions& like) const {
    return x.Empty(x.height, x.width, like);
  }

  explicit PoolingBackward(const Geometry& geometry) : x(geometry) {}
  const Geometry x;
};

struct MeanPoolBackwardNode : public PoolingBackward {
  using PoolingBackward::PoolingBackward;

  at::Tensor Fused(const at::Tensor& gradient) const override {
    const std::int64_t height = x.height / 2, width = x.width / 2;
    const at::Tensor in = InStrides(gradient, x.StridesOf(height, width));
    at::Tensor result = EmptyInput(gradient.options());
    x.ForImages([&](const auto& part, std::int64_t first) {
      MeanPoolBackward(part, in.data_ptr<float>() + first * x.channels * height * width,
                       result.data_ptr<float>() + first * x.ElementsInAnImage());
    });
    return result;
  }

  at::Tensor Plainly(const at::Tensor& gradient) const override {
    return at::avg_pool2d_backward(gradient, EmptyInput(gradient.options()), {2, 2}, {2, 2},
                                   {0, 0}, /*ceil_mode=*/false, /*count_include_pad=*/false, {});
  }

  std::string name() const override { return "MeanPool2Backward"; }
};

struct PlaneMeanBackwardNode : public PoolingBackward {
  using PoolingBackward::PoolingBackward;

  at::Tensor Fused(const at::Tensor& gradient) const override {
    const at::Tensor in = gradient.contiguous();
    at::Tensor result = EmptyInput(gradient.options());
    x.ForImages([&](const auto& part, std::int64_t first) {
      PlaneMeanBackward(part, in.data_ptr<float>() + first * x.channels,
                        result.data_ptr<float>() + first * x.ElementsInAnImage());
    });
    return result;
  }

  at::Tensor Plainly(const at::Tensor& gradient) const override {
    const at::Tensor share = gradient / static_cast<double>(x.height * x.width);
    return share.unsqueeze(2).unsqueeze(3).expand(x.shape);
  }

  std::string name() const override { return "MeanOverPlaneBackward"; }
};

template <class Backward>
at::Tensor Recorded(at::Tensor y, const at::Tensor& x, const Geometry& geometry) {
  if (!NeedsGradient({&x, 1})) return y;
  SetHistory(y, MakeNode<Backward>({&x, 1}, geometry));
  return y;
}

}  // namespace

at::Tensor MeanPool2(const at::Tensor& x) {
  TORCH_CHECK(x.dim() == 4, "MeanPool2: x has ", x.dim(), " dimensions in place of 4");
  if (!IsServed(x) || x.size(2) < 2 || x.size(3) < 2) return at::avg_pool2d(x, {2, 2});
  const Geometry geometry(x);
  const at::Tensor in = geometry.is_served ? x : x.detach().contiguous();
  const std::int64_t height = geometry.height / 2, width = geometry.width / 2;
  at::Tensor y = geometry.Empty(height, width, x.options());
  geometry.ForImages([&](const auto& part, std::int64_t first) {
    MeanPool(part, in.data_ptr<float>() + first * geometry.ElementsInAnImage(),
             y.data_ptr<float>() + first * geometry.channels * height * width);
  });
  return Recorded<MeanPoolBackwardNode>(std::move(y), x, geometry);
}

at::Tensor MeanOverPlane(const at::Tensor& x) {
  TORCH_CHECK(x.dim() == 4, "MeanOverPlane: x has ", x.dim(), " dimensions in place of 4");
  if (!IsServed(x)) return at::mean(x, {2, 3});
  const Geometry geometry(x);
  const at::Tensor in = geometry.is_served ? x : x.detach().contiguous();
  at::Tensor y = at::empty({geometry.n, geometry.channels}, x.options());
  geometry.ForImages([&](const auto& part, std::int64_t first) {
    PlaneMean(part, in.data_ptr<float>() + first * geometry.ElementsInAnImage(),
              y.data_ptr<float>() + first * geometry.channels);
  });
  return Recorded<PlaneMeanBackwardNode>(std::move(y), x, geometry);
}

}  // namespace actsearch::kernels
