#pragma once

#include <algorithm>

#include "evaluators/catalogue/sketch.h"
#include "evaluators/tasks/fields.h"

namespace actsearch::tasks {

// Pooling stops when the plane is a single pixel.
inline bool Pools(const Shape& shape) { return std::min(shape.height, shape.width) >= 2; }

inline Result<catalogue::Blueprint> SketchCnn(const Fields& fields,
                                            const catalogue::DataFacts& data) {
  catalogue::Sketch sketch(data.inputs.shape);
  const std::vector<std::int64_t>& hidden = HiddenOf(fields);
  for (std::size_t layer = 0; layer < hidden.size(); ++layer) {
    sketch.Convolution(hidden[layer]);
    const bool last = layer + 1 == hidden.size();
    sketch.Place(LayerName(layer), "none",
                 last ? catalogue::kAbsorbsAll : catalogue::kAbsorbsPadded);
    if (Pools(sketch.Here())) sketch.MeanPool();
  }
  sketch.Flatten();
  sketch.Linear(data.targets.classes);
  return std::move(sketch).Take();
}

inline catalogue::TaskInfo CnnRow() {
  return {.name = "cnn",
          .doc = "Blocks of a 3 x 3 convolution, normalization, activation and 2 x 2 mean pooling, "
                 "then a linear layer on what is left of the plane.",
          .fields = {HiddenRow({8, 16, 32}, "channels of each block")},
          .metrics = {catalogue::kAccuracy},
          .widths = {"hidden"},
          .sketch = SketchCnn,
          .trivial_loss = EvenGuessing,
          .wants = {.planes = true}};
}

}  // namespace actsearch::tasks
