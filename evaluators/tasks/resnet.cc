#include <ATen/ATen.h>

#include "evaluators/kernels/pooling.h"
#include "evaluators/modules/layers.h"
#include "evaluators/modules/parts.h"
#include "evaluators/tasks/resnet.row.h"
#include "evaluators/tasks/task.h"

namespace actsearch::tasks {
namespace {

using modules::MakeConvolution;
using modules::Module;
using ModulePtr = std::shared_ptr<Module>;

Shape Halved(const Shape& shape, std::int64_t channels) {
  return Spatial(channels, (shape.height + 1) / 2, (shape.width + 1) / 2);
}

// x + f(x), or projection(first(x)) + f(x) where the plane is halved.
class Block : public Module {
 public:
  // `shape` is that of the input, then of the output.
  Block(const std::string& name, std::int64_t channels, bool halves, Shape& shape,
        modules::Parts& parts) {
    layer1_ = register_module("layer1", parts.Place(name + "_layer1", shape));
    convolution1_ = register_module(
        "convolution1", MakeConvolution(shape.channels, channels, halves ? kHalving : kPlain));
    if (halves) {
      projection_ = register_module("projection",
                                    MakeConvolution(shape.channels, channels, kProjection));
      shape = Halved(shape, channels);
    }
    layer2_ = register_module("layer2", parts.Place(name + "_layer2", shape));
    convolution2_ = register_module("convolution2", MakeConvolution(channels, channels, kPlain));
  }

  at::Tensor Forward(modules::Run& run, const at::Tensor& x) override {
    const at::Tensor first = layer1_->Forward(run, x);
    const at::Tensor inner = layer2_->Forward(run, convolution1_->Forward(run, first));
    const at::Tensor beside = projection_ ? projection_->Forward(run, first) : x;
    return beside + convolution2_->Forward(run, inner);
  }

 private:
  ModulePtr layer1_, convolution1_, layer2_, convolution2_, projection_;
};

class ResNet : public Module {
 public:
  ResNet(const Fields& fields, const catalogue::DataFacts& data, modules::Parts& parts) {
    const std::vector<std::int64_t>& hidden = HiddenOf(fields);
    Shape shape = data.inputs.shape;
    first_ = register_module("first", MakeConvolution(shape.channels, hidden.front(), kPlain));
    shape.channels = hidden.front();
    for (std::size_t stage = 0; stage < hidden.size(); ++stage) {
      for (std::int64_t block = 0; block < FieldOf<std::int64_t>(fields, "blocks"); ++block) {
        const std::string name = BlockName(stage, block);
        const bool halves = stage > 0 && block == 0;
        blocks_.push_back(register_module(
            name, std::make_shared<Block>(name, hidden[stage], halves, shape, parts)));
      }
    }
    last_layer_ = register_module("last_layer", parts.Place("last_layer", shape));
    last_ = register_module("last", modules::MakeLinear(shape.channels, data.targets.classes));
  }

  at::Tensor Forward(modules::Run& run, const at::Tensor& x) override {
    at::Tensor y = first_->Forward(run, x);
    for (const ModulePtr& block : blocks_) y = block->Forward(run, y);
    return last_->Forward(run, kernels::MeanOverPlane(last_layer_->Forward(run, y)));
  }

 private:
  ModulePtr first_, last_layer_, last_;
  std::vector<ModulePtr> blocks_;
};

}  // namespace

TaskRow ResNetTask() {
  return {.name = ResNetRow().name,
          .build = [](const Fields& fields, const catalogue::DataFacts& data,
                      modules::Parts& parts) -> ModulePtr {
            return std::make_shared<ResNet>(fields, data, parts);
          },
          .loss = training::CrossEntropy};
}

}  // namespace actsearch::tasks
