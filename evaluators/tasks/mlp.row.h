#pragma once

#include "evaluators/catalogue/sketch.h"
#include "evaluators/tasks/classification.h"

namespace actsearch::tasks {

inline Result<catalogue::Blueprint> SketchMlp(const Fields& fields,
                                            const catalogue::DataFacts& data) {
  catalogue::Sketch sketch(data.inputs.shape);
  sketch.Flatten();
  std::size_t layer = 0;
  for (const std::int64_t units : HiddenOf(fields)) {
    sketch.Linear(units);
    sketch.Place(LayerName(layer++), "none", catalogue::kAbsorbsAll);
  }
  sketch.Linear(data.targets.classes);
  return std::move(sketch).Take();
}

inline catalogue::TaskInfo MlpRow() {
  return {.name = "mlp",
          .doc = "Fully connected network on flattened images.",
          .fields = {HiddenRow({128, 128}, "units of each hidden layer")},
          .metrics = {catalogue::kAccuracy},
          .sketch = SketchMlp,
          .trivial_loss = EvenGuessing};
}

}  // namespace actsearch::tasks
