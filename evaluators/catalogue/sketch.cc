#include "evaluators/catalogue/sketch.h"

namespace actsearch::catalogue {

void Sketch::Linear(std::int64_t outputs) {
  const bool is_sequence = shape_.kind == Shape::Kind::kSequence;
  const std::int64_t elements = is_sequence ? shape_.length : 1;
  blueprint_.costs += {.parameters = (shape_.channels + 1) * outputs,
                       .multiplications = elements * shape_.channels * outputs};
  shape_ = is_sequence ? Sequence(shape_.length, outputs) : Features(outputs);
}

void Sketch::Embed(std::int64_t symbols, std::int64_t width) {
  blueprint_.costs += {.parameters = (symbols + shape_.length) * width, .multiplications = 0};
  shape_ = Sequence(shape_.length, width);
}

void Sketch::Attend() {
  const std::int64_t pairs = shape_.length * (shape_.length + 1) / 2;
  blueprint_.costs += {.parameters = 0, .multiplications = 2 * pairs * shape_.channels};
}

void Sketch::Norm(const std::string& name, std::string_view norm) {
  blueprint_.sites.push_back(
      {name, Role::kNorm, shape_, shape_, kAbsorbsAll, /*centres=*/false, std::string(norm)});
}

void Sketch::FeedForward(const std::string& name) {
  blueprint_.sites.push_back(
      {name, Role::kLinear, shape_, shape_, {}, /*centres=*/false, "feed_forward"});
  const auto inside = [&](std::string_view kind, std::int64_t units, const Absorbs& absorbs,
                          std::string_view initial) {
    const Shape shape = Sequence(shape_.length, units);
    blueprint_.sites.push_back({InsideSite(name, kind), Role::kActivation, shape, shape, absorbs,
                                /*centres=*/absorbs.shift, std::string(initial)});
  };
  inside(Name(Role::kActivation), FeedForwardUnits(shape_.channels), kAbsorbsAll, "gelu");
  // It multiplies what another layer makes, which takes a factor but no shift.
  inside(kGate, GatedUnits(shape_.channels), {.shift = false, .scale = true, .sign = true},
         "silu");
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
  blueprint_.sites.push_back(
      {name, Role::kNormActivation, shape_, shape_, absorbs, /*centres=*/false, "pair"});
  // The activation after it absorbs nothing of a normalization's output.
  blueprint_.sites.push_back(
      {InsideSite(name, Role::kNorm), Role::kNorm, shape_, shape_, {}, /*centres=*/false,
       std::string(norm)});
  blueprint_.sites.push_back(
      {InsideSite(name, Role::kActivation), Role::kActivation, shape_, shape_, absorbs,
       /*centres=*/true, "relu"});
}

}  // namespace actsearch::catalogue
