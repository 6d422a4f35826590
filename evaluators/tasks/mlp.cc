// A fully connected network; 128-128 hidden units unless the job says otherwise.
#include "evaluators/tasks/image_task.h"
#include "evaluators/tasks/task.h"

namespace actsearch::tasks {
namespace {

Layers BuildMlp(const TaskSpec& task, const training::Data& data,
                ActivationFactory& activations) {
  Layers layers;
  layers.push_back(training::MakeFlatten());
  std::int64_t inputs = data.channels * data.height * data.width;
  for (const int units : HiddenOf(task)) {
    layers.push_back(training::MakeLinear(inputs, units));
    activations.Append(layers, units);
    inputs = units;
  }
  layers.push_back(training::MakeLinear(inputs, data.classes));
  return layers;
}

}  // namespace

Result<Outcome> EvaluateMlp(const Trial& trial, training::DataCache& data,
                            const evaluators::Control& control) {
  return EvaluateOnImages(trial, data, control, BuildMlp);
}

}  // namespace actsearch::tasks
