#include "tests/support/double_program.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <utility>

#include "search_spaces/base/check.h"

namespace actsearch::test {
namespace {

at::Tensor Leaf(const at::Tensor& values) {
  return values.detach().to(at::kDouble).contiguous().clone().requires_grad_(true);
}

// Height, width, channel: the order in which the tasks flatten.
at::Tensor Flatten(const at::Tensor& x) { return x.permute({0, 2, 3, 1}).reshape({x.size(0), -1}); }

}  // namespace

DoubleProgram::DoubleProgram(DoubleTask task, const Tensors& start) : task_(std::move(task)) {
  for (const auto& [name, values] : start) {
    values_[name] = Leaf(values);
    mean_[name] = at::zeros_like(values_[name]);
    square_[name] = at::zeros_like(values_[name]);
  }
}

const at::Tensor& DoubleProgram::Value(const std::string& name) const {
  const auto found = values_.find(name);
  ACTSEARCH_CHECK(found != values_.end(), "no parameter " + name);
  return found->second;
}

at::Tensor DoubleProgram::Place(const std::string& layer, at::Tensor x) const {
  if (task_.normalizes) {
    std::vector<std::int64_t> others = {0}, shape(static_cast<std::size_t>(x.dim()), 1);
    for (std::int64_t d = 2; d < x.dim(); ++d) others.push_back(d);
    shape[1] = -1;
    const at::Tensor centred = x - x.mean(others, true);
    const at::Tensor variance = centred.square().mean(others, true);
    x = centred / (variance + 1e-5).sqrt() * Value(layer + ".norm.scale").view(shape) +
        Value(layer + ".norm.shift").view(shape);
  }
  std::vector<at::Tensor> parameters;
  for (const std::string& name : task_.parameters) {
    parameters.push_back(Value(layer + ".activation." + name));
  }
  return task_.f(x, parameters);
}

at::Tensor DoubleProgram::Outputs(const at::Tensor& images) const {
  at::Tensor x = images.to(at::kDouble).contiguous();
  if (!task_.planes) x = Flatten(x);
  for (int i = 1; i <= task_.layers; ++i) {
    const std::string layer = "layer" + std::to_string(i);
    if (!task_.planes) {
      const std::string linear = layer + "_linear";
      x = Place(layer, at::linear(x, Value(linear + ".weight"), Value(linear + ".bias")));
      continue;
    }
    const std::string convolution = layer + "_convolution";
    // Batch normalization takes a bias away again.
    const at::Tensor bias = task_.normalizes ? at::Tensor() : Value(convolution + ".bias");
    x = Place(layer, at::conv2d(x, Value(convolution + ".weight"), bias,
                                /*stride=*/1, /*padding=*/1));
    x = at::avg_pool2d(x, {2, 2});
  }
  if (task_.planes) x = Flatten(x);
  return at::linear(x, Value("last.weight"), Value("last.bias"));
}

at::Tensor DoubleProgram::Loss(const training::Examples& examples) const {
  const at::Tensor outputs = Outputs(examples.inputs);
  return -at::log_softmax(outputs, 1).gather(1, examples.targets.unsqueeze(1)).mean();
}

Tensors DoubleProgram::Gradients(const training::Examples& examples) const {
  const at::Tensor loss = Loss(examples);
  std::vector<at::Tensor> leaves;
  for (const auto& [name, leaf] : values_) leaves.push_back(leaf);
  const auto slopes = torch::autograd::grad({loss}, leaves, {}, false, false, true);
  Tensors gradients;
  std::size_t k = 0;
  for (const auto& [name, leaf] : values_) {
    const at::Tensor& slope = slopes[k++];
    gradients[name] = slope.defined() ? slope : at::zeros_like(leaf);
  }
  return gradients;
}

void DoubleProgram::Step(const training::Examples& examples, double learning_rate,
                         const std::map<std::string, double>& gains) {
  const Tensors gradients = Gradients(examples);
  const at::NoGradGuard no_grad;
  ++step_;
  for (auto& [name, value] : values_) {
    const auto named = gains.find(name);
    const double gain = named == gains.end() ? 1 : named->second;
    const at::Tensor g = gain * gradients.at(name);
    at::Tensor& mean = mean_[name];
    at::Tensor& square = square_[name];
    mean = 0.9 * mean + 0.1 * g;
    square = 0.999 * square + 0.001 * g * g;
    const at::Tensor fair_mean = mean / (1 - std::pow(0.9, step_));
    const at::Tensor fair_square = square / (1 - std::pow(0.999, step_));
    value.sub_(gain * learning_rate * fair_mean / (fair_square.sqrt() + 1e-8));
  }
}

void DoubleProgram::Disturb(double relative, at::Generator generator) {
  const at::NoGradGuard no_grad;
  for (auto& [name, value] : values_) {
    value.mul_(1 + relative * (2 * at::rand(value.sizes(), generator, value.options()) - 1));
  }
}

}  // namespace actsearch::test
