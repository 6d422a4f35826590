#include "evaluators/tasks/mlp_network.h"

#include "evaluators/modules/layers.h"
#include "evaluators/modules/parts.h"

namespace actsearch::tasks {
namespace {

using modules::Module;

// That of what the weights make of the inputs, so that units differ in where they bend, whatever
// the function's mean.
constexpr double kBiasDeviation = 1;

class Mlp : public Module {
 public:
  Mlp(const Fields& fields, const catalogue::DataFacts& data, modules::Parts& parts) {
    std::int64_t inputs = Numbers(data.inputs.shape);
    for (const std::int64_t units : HiddenOf(fields)) {
      const std::string name = LayerName(layers_.size());
      auto linear =
          register_module(name + "_linear", modules::MakeLinear(inputs, units, kBiasDeviation));
      layers_.push_back({linear, register_module(name, parts.Place(name, Features(units)))});
      inputs = units;
    }
    last_ = register_module("last", modules::MakeLinear(inputs, OutputsOf(data.targets)));
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

std::shared_ptr<Module> BuildMlp(const Fields& fields, const catalogue::DataFacts& data,
                                 modules::Parts& parts) {
  return std::make_shared<Mlp>(fields, data, parts);
}

}  // namespace actsearch::tasks
