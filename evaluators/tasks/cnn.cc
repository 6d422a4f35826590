// Blocks of convolution, normalization, activation and pooling; 8-16-32 channels unless
// the job says otherwise. Pooling stops when the plane is a single pixel.
#include <algorithm>

#include "evaluators/tasks/image_task.h"
#include "evaluators/tasks/task.h"

namespace actsearch::tasks {

Layers BuildCnn(const TaskSpec& task, const training::Data& data,
                ActivationFactory& activations) {
  Layers layers;
  std::int64_t inputs = data.channels;
  std::int64_t height = data.height, width = data.width;
  for (const int channels : HiddenOf(task)) {
    layers.push_back(training::MakeConvolution(inputs, channels));
    activations.Append(layers, channels);
    inputs = channels;
    if (std::min(height, width) < 2) continue;
    layers.push_back(training::MakeMeanPool());
    height /= 2;
    width /= 2;
  }
  layers.push_back(training::MakeFlatten());
  layers.push_back(training::MakeLinear(inputs * height * width, data.classes));
  return layers;
}

Result<Outcome> EvaluateCnn(const Trial& trial, training::DataCache& data,
                            const evaluators::Control& control) {
  return EvaluateOnImages(trial, data, control, BuildCnn);
}

}  // namespace actsearch::tasks
