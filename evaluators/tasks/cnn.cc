#include <algorithm>

#include "evaluators/kernels/pooling.h"
#include "evaluators/modules/layers.h"
#include "evaluators/modules/parts.h"
#include "evaluators/tasks/cnn.row.h"
#include "evaluators/tasks/task.h"

namespace actsearch::tasks {
namespace {

using modules::Module;

class Cnn : public Module {
 public:
  Cnn(const Fields& fields, const catalogue::DataFacts& data, modules::Parts& parts) {
    Shape shape = data.inputs.shape;
    for (const std::int64_t channels : HiddenOf(fields)) {
      const std::string name = LayerName(blocks_.size());
      auto convolution = register_module(name + "_convolution",
                                         modules::MakeConvolution(
                                             shape.channels, channels,
                                             {.bias = !parts.TakesBiases(name)}));
      shape.channels = channels;
      auto place = register_module(name, parts.Place(name, shape));
      blocks_.push_back({convolution, place, Pools(shape)});
      if (Pools(shape)) shape = Spatial(channels, shape.height / 2, shape.width / 2);
    }
    last_ = register_module("last", modules::MakeLinear(Numbers(shape), data.targets.classes));
  }

  at::Tensor Forward(modules::Run& run, const at::Tensor& x) override {
    at::Tensor y = x;
    for (const Block& block : blocks_) {
      y = block.place->Forward(run, block.convolution->Forward(run, y));
      if (block.pools) y = kernels::MeanPool2(y);
    }
    return last_->Forward(run, modules::Flatten(y));
  }

 private:
  struct Block {
    std::shared_ptr<Module> convolution, place;
    bool pools = false;
  };

  std::vector<Block> blocks_;
  std::shared_ptr<Module> last_;
};

}  // namespace

TaskRow CnnTask() {
  return {.name = CnnRow().name,
          .build = [](const Fields& fields, const catalogue::DataFacts& data,
                      modules::Parts& parts) -> std::shared_ptr<Module> {
            return std::make_shared<Cnn>(fields, data, parts);
          },
          .loss = training::CrossEntropy};
}

}  // namespace actsearch::tasks
