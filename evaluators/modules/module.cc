#include "evaluators/modules/module.h"

#include <ATen/ATen.h>

namespace actsearch::modules {

void Module::Declare(at::Tensor& tensor, std::string name, std::vector<std::int64_t> shape,
                     Start start, at::MemoryFormat format, double rate) {
  declarations_.push_back({std::move(name), std::move(shape), start, rate, format, &tensor});
}

void Module::Bind(const Declaration& declaration, const at::Tensor& leaf) {
  *declaration.tensor = register_parameter(declaration.name, leaf);
}

}  // namespace actsearch::modules
