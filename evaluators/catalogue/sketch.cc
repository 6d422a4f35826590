#include "evaluators/catalogue/sketch.h"

namespace actsearch::catalogue {

void Sketch::Linear(std::int64_t outputs) {
  blueprint_.costs += {.parameters = (shape_.channels + 1) * outputs,
                       .multiplications = shape_.channels * outputs};
  shape_ = Features(outputs);
}

void Sketch::Convolution(std::int64_t outputs, const Window& window) {
  const auto side = [&](std::int64_t size) {
    return (size + 2 * window.padding - window.kernel) / window.stride + 1;
  };
  const std::int64_t weights = outputs * shape_.channels * window.kernel * window.kernel;
  shape_ = Spatial(outputs, side(shape_.height), side(shape_.width));
  blueprint_.costs += {.parameters = weights + (window.bias ? outputs : 0),
                       .multiplications = weights * shape_.height * shape_.width};
}

void Sketch::MeanPool() {
  shape_.height /= 2;
  shape_.width /= 2;
}

void Sketch::Place(const std::string& name, std::string_view norm, const Absorbs& absorbs) {
  blueprint_.sites.push_back({name, Role::kNormActivation, shape_, shape_, absorbs, "pair"});
  // The activation after it absorbs nothing of a normalization's output.
  blueprint_.sites.push_back(
      {InsideSite(name, Role::kNorm), Role::kNorm, shape_, shape_, {}, std::string(norm)});
  blueprint_.sites.push_back(
      {InsideSite(name, Role::kActivation), Role::kActivation, shape_, shape_, absorbs, "relu"});
}

}  // namespace actsearch::catalogue
