// Linear layers, each with a place behind it, then one to as many outputs as the targets have
// classes or numbers: the network of the tasks `mlp` and `fit`. Torch-free half; any thread.
#pragma once

#include <memory>

#include "evaluators/catalogue/sketch.h"
#include "evaluators/tasks/fields.h"

namespace actsearch::modules {
struct Module;
class Parts;
}  // namespace actsearch::modules

namespace actsearch::tasks {

inline std::int64_t OutputsOf(const catalogue::Signature& targets) {
  return targets.kind == catalogue::ValueKind::kTokens ? targets.classes : Numbers(targets.shape);
}

inline Result<catalogue::Blueprint> SketchMlp(const Fields& fields,
                                              const catalogue::DataFacts& data) {
  catalogue::Sketch sketch(data.inputs.shape);
  sketch.Flatten();
  std::size_t layer = 0;
  for (const std::int64_t units : HiddenOf(fields)) {
    sketch.Linear(units);
    sketch.Place(LayerName(layer++), "none", catalogue::kAbsorbsAll);
  }
  sketch.Linear(OutputsOf(data.targets));
  return std::move(sketch).Take();
}

std::shared_ptr<modules::Module> BuildMlp(const Fields& fields, const catalogue::DataFacts& data,
                                          modules::Parts& parts);

}  // namespace actsearch::tasks
