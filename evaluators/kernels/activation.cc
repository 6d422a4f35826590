#include "evaluators/kernels/activation.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "evaluators/kernels/lane_program.h"
#include "evaluators/kernels/program.h"
#include "evaluators/kernels/tensor_program.h"

namespace actsearch::kernels {
namespace {

class LaneActivation : public Activation {
 public:
  explicit LaneActivation(const expr::Expr& f)
      : value_(CompileValue(f)), slopes_(CompileValueAndSlopes(f)) {}

  void Value(const at::Tensor& x, std::span<const at::Tensor> parameters, at::Tensor& y) override {
    Reuse(y, x);
    outputs_ = {y.data_ptr<float>()};
    Run(value_, x, parameters);
  }

  void ValueAndSlopes(const at::Tensor& x, std::span<const at::Tensor> parameters, at::Tensor& y,
                      Slopes& slopes) override {
    Reuse(y, x);
    Reuse(slopes.input, x);
    slopes.parameters.resize(parameters.size());
    outputs_ = {y.data_ptr<float>(), slopes.input.data_ptr<float>()};
    for (at::Tensor& slope : slopes.parameters) {
      Reuse(slope, x);
      outputs_.push_back(slope.data_ptr<float>());
    }
    Run(slopes_, x, parameters);
  }

 private:
  void Run(LaneProgram& program, const at::Tensor& x, std::span<const at::Tensor> parameters) {
    parameters_.clear();
    for (const at::Tensor& p : parameters) parameters_.push_back(p.data_ptr<float>());
    const auto channels = static_cast<std::size_t>(x.size(1));
    const auto elements = static_cast<std::size_t>(x.numel());
    const ChannelLayout layout{
        .channels = channels, .inner = elements / (static_cast<std::size_t>(x.size(0)) * channels)};
    program.Run({x.data_ptr<float>(), elements}, parameters_, layout, outputs_);
  }

  LaneProgram value_;
  LaneProgram slopes_;
  std::vector<const float*> parameters_;
  std::vector<float*> outputs_;
};

class TensorActivation : public Activation {
 public:
  explicit TensorActivation(const expr::Expr& f)
      : value_(CompileValue(f)), slopes_(CompileValueAndSlopes(f)) {}

  void Value(const at::Tensor& x, std::span<const at::Tensor> parameters, at::Tensor& y) override {
    y = RunOnTensors(value_, x, Broadcast(x, parameters)).front().contiguous();
  }

  void ValueAndSlopes(const at::Tensor& x, std::span<const at::Tensor> parameters, at::Tensor& y,
                      Slopes& slopes) override {
    std::vector<at::Tensor> outputs = RunOnTensors(slopes_, x, Broadcast(x, parameters));
    y = outputs[0].contiguous();
    slopes.input = outputs[1];
    slopes.parameters.assign(outputs.begin() + 2, outputs.end());
  }

 private:
  // C numbers, or G spread over C channels, as 1 x C or 1 x C x 1 x 1.
  std::vector<at::Tensor> Broadcast(const at::Tensor& x,
                                    std::span<const at::Tensor> parameters) const {
    std::vector<at::Tensor> shaped;
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      at::Tensor p = parameters[k];
      if (value_.parameters[k].shape == expr::Shape::kGroup) {
        p = GroupMembership(x.size(1), p.numel(), p).mv(p);
      }
      std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
      shape[1] = p.numel();
      shaped.push_back(p.view(shape));
    }
    return shaped;
  }

  Program value_;
  Program slopes_;
};

}  // namespace

at::Tensor GroupMembership(std::int64_t channels, std::int64_t groups, const at::Tensor& like) {
  const at::Tensor channel = at::arange(channels, like.options().dtype(at::kLong));
  const at::Tensor group = channel.mul(groups).div(channels, "floor");
  return at::one_hot(group, groups).to(like.scalar_type());
}

void Reuse(at::Tensor& buffer, const at::Tensor& like) {
  if (buffer.defined() && buffer.sizes() == like.sizes()) return;
  buffer = at::empty(like.sizes(), like.options());
}

std::unique_ptr<Activation> MakeActivation(const expr::Expr& f, const at::Device& device) {
  const bool has_groups = std::ranges::any_of(
      f.parameters, [](const expr::Parameter& p) { return p.shape == expr::Shape::kGroup; });
  if (device.is_cpu() && !has_groups) return std::make_unique<LaneActivation>(f);
  return MakeTensorActivation(f);
}

std::unique_ptr<Activation> MakeTensorActivation(const expr::Expr& f) {
  return std::make_unique<TensorActivation>(f);
}

}  // namespace actsearch::kernels
