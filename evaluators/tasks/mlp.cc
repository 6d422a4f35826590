#include "evaluators/modules/layers.h"
#include "evaluators/modules/parts.h"
#include "evaluators/tasks/mlp.row.h"
#include "evaluators/tasks/task.h"

namespace actsearch::tasks {
namespace {

using modules::Module;

class Mlp : public Module {
 public:
  Mlp(const Fields& fields, const catalogue::DataFacts& data, modules::Parts& parts) {
    std::int64_t inputs = Numbers(data.inputs.shape);
    for (const std::int64_t units : HiddenOf(fields)) {
      const std::string name = LayerName(layers_.size());
      auto linear = register_module(name + "_linear", modules::MakeLinear(inputs, units));
      layers_.push_back({linear, register_module(name, parts.Place(name, Features(units)))});
      inputs = units;
    }
    last_ = register_module("last", modules::MakeLinear(inputs, data.targets.classes));
  }

  at::Tensor Forward(modules::Run& run, const at::Tensor& x) override {
    at::Tensor y = modules::Flatten(x);
    for (const Layer& layer : layers_) y = layer.place->Forward(run, layer.linear->Forward(run, y));
    return last_->Forward(run, y);
  }

 private:
  struct Layer {
    std::shared_ptr<Module> linear, place;
  };

  std::vector<Layer> layers_;
  std::shared_ptr<Module> last_;
};

}  // namespace

TaskRow MlpTask() {
  return {.name = MlpRow().name,
          .build = [](const Fields& fields, const catalogue::DataFacts& data,
                      modules::Parts& parts) -> std::shared_ptr<Module> {
            return std::make_shared<Mlp>(fields, data, parts);
          },
          .loss = training::CrossEntropy};
}

}  // namespace actsearch::tasks
