#include "evaluators/kernels/draws.h"

#include <ATen/Context.h>

namespace actsearch::kernels {

at::Generator OwnGenerator(const at::Device& device, std::uint64_t seed) {
  at::Generator generator = at::globalContext().defaultGenerator(device).clone();
  generator.set_current_seed(seed);
  return generator;
}

}  // namespace actsearch::kernels
