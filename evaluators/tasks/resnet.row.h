#pragma once

#include "evaluators/catalogue/sketch.h"
#include "evaluators/tasks/fields.h"

namespace actsearch::tasks {

inline constexpr catalogue::Window kPlain = {.bias = false};
inline constexpr catalogue::Window kHalving = {.stride = 2, .bias = false};
inline constexpr catalogue::Window kProjection = {
    .kernel = 1, .stride = 2, .padding = 0, .bias = false};

inline std::string BlockName(std::size_t stage, std::int64_t block) {
  return "stage" + std::to_string(stage + 1) + "_block" + std::to_string(block + 1);
}

inline Result<catalogue::Blueprint> SketchResNet(const Fields& fields,
                                               const catalogue::DataFacts& data) {
  catalogue::Sketch sketch(data.inputs.shape);
  const std::vector<std::int64_t>& hidden = HiddenOf(fields);
  sketch.Convolution(hidden.front(), kPlain);
  for (std::size_t stage = 0; stage < hidden.size(); ++stage) {
    for (std::int64_t block = 0; block < FieldOf<std::int64_t>(fields, "blocks"); ++block) {
      const bool halves = stage > 0 && block == 0;
      const std::string name = BlockName(stage, block);
      sketch.Place(name + "_layer1", "batch_norm", catalogue::kAbsorbsPadded);
      const Shape before = sketch.Here();
      sketch.Convolution(hidden[stage], halves ? kHalving : kPlain);
      sketch.Place(name + "_layer2", "batch_norm", catalogue::kAbsorbsPadded);
      sketch.Convolution(hidden[stage], kPlain);
      const Shape after = sketch.Here();
      sketch.At(before);
      if (halves) sketch.Convolution(hidden[stage], kProjection);
      sketch.At(after);
    }
  }
  sketch.Place("last_layer", "batch_norm", catalogue::kAbsorbsAll);
  sketch.PlaneMean();
  sketch.Linear(data.targets.classes);
  return std::move(sketch).Take();
}

inline catalogue::TaskInfo ResNetRow() {
  return {.name = "resnet",
          .doc =
              "Residual network of pre-activation blocks (He et al. 2016, \"Identity Mappings\"): "
              "a convolution, stages of blocks of two 3 x 3 convolutions, each later stage half "
              "as wide and high with a 1 x 1 projection beside its first block, then a mean over "
              "the plane and a linear layer.",
          .fields = {HiddenRow({16, 32, 64}, "channels of each stage"),
                     {.name = "blocks",
                      .kind = FieldKind::kInteger,
                      .low = 1,
                      .high = 32,
                      .initial = std::int64_t{1},
                      .doc = "blocks of each stage"}},
          .metrics = {catalogue::kAccuracy},
          .widths = {"hidden"},
          .sketch = SketchResNet,
          .trivial_loss = EvenGuessing,
          .wants = {.planes = true}};
}

}  // namespace actsearch::tasks
