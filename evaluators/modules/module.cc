#include "evaluators/modules/module.h"

#include <ATen/ATen.h>

#include <cmath>

namespace actsearch::modules {
namespace {

// Uniform within 1 / sqrt(fan_in), as torch.nn.Linear and Conv2d begin.
Start WithinRoot(std::int64_t fan_in) {
  const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
  return {-bound, bound};
}

}  // namespace

void Module::Declare(at::Tensor& tensor, std::string name, std::vector<std::int64_t> shape,
                     Start start, at::MemoryFormat format, double rate) {
  declarations_.push_back({.name = std::move(name),
                           .shape = std::move(shape),
                           .start = start,
                           .user = start,
                           .rate = rate,
                           .format = format,
                           .tensor = &tensor});
}

void Module::DeclareCandidates(at::Tensor& tensor, std::string name,
                               std::vector<std::int64_t> shape, double initial) {
  Declare(tensor, std::move(name), std::move(shape), {initial, initial});
  declarations_.back().is_candidates = true;
}

void Module::DeclareWeight(at::Tensor& tensor, std::vector<std::int64_t> shape,
                           std::int64_t fan_in, at::MemoryFormat format) {
  const double bound = std::sqrt(3.0 / static_cast<double>(fan_in));
  Declare(tensor, "weight", std::move(shape), {-bound, bound}, format);
  declarations_.back().user = WithinRoot(fan_in);
  declarations_.back().decays = true;
}

void Module::DeclareBias(at::Tensor& tensor, std::int64_t outputs, std::int64_t fan_in,
                         double deviation) {
  const double bound = std::sqrt(3.0) * deviation;
  Declare(tensor, "bias", {outputs}, {-bound, bound});
  declarations_.back().user = WithinRoot(fan_in);
}

void Module::Scale(at::Tensor& tensor, double factor) {
  tensor.mul_(factor);
  for (Declaration& declaration : declarations_) {
    if (declaration.tensor == &tensor) declaration.gain *= factor;
  }
}

void Module::Bind(const Declaration& declaration, const at::Tensor& leaf) {
  *declaration.tensor = register_parameter(declaration.name, leaf);
}

}  // namespace actsearch::modules
