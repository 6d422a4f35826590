// Shape inference for task rows: a network drawn layer by layer gives its sites and its cost
// without LibTorch. The builder of the task makes the same calls on real layers, and a test
// compares what both come to. A value; one thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "evaluators/catalogue/tasks.h"
#include "search_spaces/site.h"

namespace actsearch::catalogue {

// The layers around most places: what they absorb of the output before them.
inline constexpr Absorbs kAbsorbsAll = {.shift = true, .scale = true, .sign = true};
// Zero padding marks the border by its difference from the output's shift.
inline constexpr Absorbs kAbsorbsPadded = {.shift = false, .scale = true, .sign = true};

// Units between the two layers of a feed-forward part whose inputs and outputs are `width` wide:
// with a gate two thirds of them, rounded to whole vectors of 8, so that both parts have about as
// many weights (Shazeer 2020, "GLU Variants Improve Transformer").
inline constexpr std::string_view kGate = "gate";
inline std::int64_t FeedForwardUnits(std::int64_t width) { return 4 * width; }
inline std::int64_t GatedUnits(std::int64_t width) { return (8 * width / 3 + 4) / 8 * 8; }

struct Window {
  std::int64_t kernel = 3;  // side of the square
  std::int64_t stride = 1;
  std::int64_t padding = 1;
  bool bias = true;
};

class Sketch {
 public:
  explicit Sketch(const Shape& in) : shape_(in) {}

  void Flatten() { shape_ = Features(Numbers(shape_)); }
  void Linear(std::int64_t outputs);
  void Convolution(std::int64_t outputs, const Window& window = {});
  void MeanPool();   // 2 x 2; an odd last row or column is dropped
  void PlaneMean() { shape_ = Features(shape_.channels); }

  // A normalization and an activation, or one part in place of both: the sites NAME,
  // NAME.norm and NAME.activation.
  void Place(const std::string& name, std::string_view norm, const Absorbs& absorbs);

  // Each element of a sequence of tokens, and its place, becomes `width` numbers.
  void Embed(std::int64_t symbols, std::int64_t width);
  // Causal attention: its products alone, each element with itself and those before it.
  void Attend();
  // A normalization alone: the site NAME.
  void Norm(const std::string& name, std::string_view norm);
  // Two layers with an activation or a gate between them, element by element: the sites NAME,
  // NAME.activation and NAME.gate, of which the part at NAME has one.
  void FeedForward(const std::string& name);

  // A side branch: draw it from here, then come back with At.
  const Shape& Here() const { return shape_; }
  void At(const Shape& shape) { shape_ = shape; }

  Blueprint Take() && { return std::move(blueprint_); }

 private:
  Shape shape_;
  Blueprint blueprint_;
};

}  // namespace actsearch::catalogue
