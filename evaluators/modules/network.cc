#include "evaluators/modules/network.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <functional>
#include <numeric>

#include "search_spaces/base/check.h"

namespace actsearch::modules {
namespace {

constexpr std::int64_t kPadding = 16;  // floats: 64 bytes

std::int64_t Count(const std::vector<std::int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

// Part of the flat vector in the shape and memory order of a parameter.
at::Tensor View(const at::Tensor& part, const Declaration& declaration) {
  std::vector<std::int64_t> shape = declaration.shape;
  if (declaration.format != at::MemoryFormat::ChannelsLast) return part.view(shape);
  return part.view({shape[0], shape[2], shape[3], shape[1]}).permute({0, 3, 1, 2});
}

at::Tensor Drawn(Rng draws, const at::Tensor& leaf, const Start& start) {
  at::Tensor values = at::full(leaf.sizes(), start.low, at::kFloat);
  if (start.high == start.low) return values;
  float* value = values.data_ptr<float>();
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    value[i] = static_cast<float>(draws.Uniform(start.low, start.high));
  }
  return values;
}

std::string Path(const std::string& module, const std::string& parameter) {
  return module.empty() ? parameter : module + "." + parameter;
}

}  // namespace

Network::Network(std::shared_ptr<Module> root, const at::Device& device) : root_(std::move(root)) {
  root_->to(device);  // buffers; no parameter is there yet
  std::int64_t size = 0;
  const auto modules = root_->named_modules();
  const auto for_each = [&](const auto& action) {
    for (const auto& entry : modules) {
      auto* module = dynamic_cast<Module*>(entry.value().get());
      ACTSEARCH_CHECK(module != nullptr, "a module of another kind: " + entry.key());
      for (Declaration& declaration : module->declarations_) {
        action(entry.key(), *module, declaration);
      }
    }
  };
  const auto padded = [](const Declaration& declaration) {
    return (Count(declaration.shape) + kPadding - 1) / kPadding * kPadding;
  };
  for_each([&](const std::string&, Module&, Declaration& declaration) {
    size += padded(declaration);
  });
  flat_ = at::zeros({size}, at::TensorOptions(device));
  std::int64_t begin = 0;
  for_each([&](const std::string& path, Module& module, Declaration& declaration) {
    const at::Tensor part = flat_.narrow(0, begin, Count(declaration.shape));
    const at::Tensor leaf = View(part, declaration).detach().requires_grad_(true);
    module.Bind(declaration, leaf);
    parameters_.push_back({.name = Path(path, declaration.name),
                           .leaf = leaf,
                           .begin = begin,
                           .rate = declaration.rate,
                           .start = declaration.start,
                           .user = declaration.user,
                           .decays = declaration.decays,
                           .is_candidates = declaration.is_candidates});
    declarations_.push_back(&declaration);
    leaves_.push_back(leaf);
    begin += padded(declaration);
  });
}

void Network::Initialize(const Rng& rng, const at::Tensor& batch, catalogue::StartKind kind) {
  const at::NoGradGuard no_grad;
  const bool is_scaled = kind != catalogue::StartKind::kUser;
  for (const Parameter& parameter : parameters_) {
    at::Tensor leaf = parameter.leaf;
    leaf.copy_(Drawn(rng.Fork(parameter.name), leaf, is_scaled ? parameter.start : parameter.user));
  }
  CheckPlaces();
  for (Declaration* declaration : declarations_) declaration->gain = 1;
  for (Parameter& parameter : parameters_) parameter.gain = 1;
  if (!is_scaled) return;
  Run run{.mode = Mode::kCalibrate};
  Forward(run, batch);
  for (std::size_t k = 0; k < parameters_.size(); ++k) {
    parameters_[k].gain = declarations_[k]->gain;
  }
}

std::vector<at::Tensor> Network::Gradients(const at::Tensor& loss) const {
  std::vector<at::Tensor> gradients = torch::autograd::grad(
      {loss}, leaves_, /*grad_outputs=*/{}, /*retain_graph=*/false, /*create_graph=*/false,
      /*allow_unused=*/true);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    if (!gradients[i].defined()) gradients[i] = at::zeros_like(leaves_[i]);
  }
  return gradients;
}

std::int64_t Network::ParameterCount() const {
  std::int64_t count = 0;
  for (const Parameter& parameter : parameters_) count += parameter.leaf.numel();
  return count;
}

void Network::CheckPlaces() const {
  const auto* flat = static_cast<const float*>(flat_.data_ptr());
  const auto now = root_->named_parameters();
  for (const Parameter& parameter : parameters_) {
    const at::Tensor* registered = now.find(parameter.name);
    ACTSEARCH_CHECK(registered != nullptr && registered->data_ptr() == flat + parameter.begin,
                    "parameter " + parameter.name + " has left the flat vector");
  }
}

}  // namespace actsearch::modules
