#pragma once

#include "evaluators/tasks/mlp_network.h"

namespace actsearch::tasks {

inline catalogue::TaskInfo MlpRow() {
  return {.name = "mlp",
          .doc = "Fully connected network on images or rows of numbers.",
          .fields = {HiddenRow({128, 128}, "units of each hidden layer")},
          .metrics = {catalogue::kAccuracy},
          .widths = {"hidden"},
          .sketch = SketchMlp,
          .trivial_loss = EvenGuessing};
}

}  // namespace actsearch::tasks
