#pragma once

#include "evaluators/tasks/mlp_network.h"

namespace actsearch::tasks {

inline catalogue::TaskInfo FitRow() {
  return {.name = "fit",
          .doc = "Regression: a fully connected network learns standardised numbers by their mean "
                 "squared error; near or far from the training's range where the data know it.",
          .fields = {HiddenRow({64, 64}, "units of each hidden layer")},
          .metrics = {catalogue::kRelativeError},
          .widths = {"hidden"},
          .sketch = SketchMlp,
          .trivial_loss = FirstReference,
          .wants = {.targets = catalogue::ValueKind::kNumbers},
          .usual = {{"steps", "1000"},
                    {"learning_rate", "0.01"},
                    {"schedule", "cosine"},
                    {"warmup", "0.05"}}};
}

}  // namespace actsearch::tasks
