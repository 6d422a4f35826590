#include "evaluators/catalogue/sketch.h"
#include "evaluators/modules/layers.h"
#include "evaluators/modules/parts.h"

namespace actsearch::modules {
namespace {

class FeedForward : public Module {
 public:
  FeedForward(Parts& parts, const Site& site) {
    const std::int64_t width = site.in.channels, units = catalogue::FeedForwardUnits(width);
    first_ = register_module("first", MakeLinear(width, units));
    activation_ = register_module("activation",
                                  parts.At(InsideSite(site.name, Role::kActivation),
                                           Role::kActivation, Sequence(site.in.length, units)));
    last_ = register_module("last", MakeLinear(units, width));
  }

  at::Tensor Forward(Run& run, const at::Tensor& x) override {
    return last_->Forward(run, activation_->Forward(run, first_->Forward(run, x)));
  }

 private:
  std::shared_ptr<Module> first_, activation_, last_;
};

}  // namespace

std::shared_ptr<Module> MakeFeedForward(Parts& parts, const Site& site) {
  return std::make_shared<FeedForward>(parts, site);
}

}  // namespace actsearch::modules
