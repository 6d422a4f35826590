#include "evaluators/modules/module.h"

#include <ATen/ATen.h>

#include <cmath>

namespace actsearch::modules {

void Module::Declare(at::Tensor& tensor, std::string name, std::vector<std::int64_t> shape,
                     Start start, at::MemoryFormat format, double rate) {
  declarations_.push_back({.name = std::move(name),
                           .shape = std::move(shape),
                           .start = start,
                           .rate = rate,
                           .format = format,
                           .tensor = &tensor});
}

void Module::DeclareWeight(at::Tensor& tensor, std::vector<std::int64_t> shape,
                           std::int64_t fan_in, at::MemoryFormat format) {
  const double bound = std::sqrt(3.0 / static_cast<double>(fan_in));
  Declare(tensor, "weight", std::move(shape), {-bound, bound}, format);
  declarations_.back().decays = true;
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
