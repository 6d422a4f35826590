#include <ATen/ATen.h>

#include "evaluators/catalogue/sketch.h"
#include "evaluators/modules/layers.h"
#include "evaluators/modules/parts.h"

namespace actsearch::modules {
namespace {

class Gated : public Module {
 public:
  Gated(Parts& parts, const Site& site) {
    const std::int64_t width = site.in.channels, units = catalogue::GatedUnits(width);
    value_ = register_module("value", MakeLinear(width, units));
    gate_linear_ = register_module("gate_linear", MakeLinear(width, units));
    gate_ = register_module("gate", parts.At(InsideSite(site.name, catalogue::kGate),
                                             Role::kActivation, Sequence(site.in.length, units)));
    last_ = register_module("last", MakeLinear(units, width));
  }

  at::Tensor Forward(Run& run, const at::Tensor& x) override {
    const at::Tensor gate = gate_->Forward(run, gate_linear_->Forward(run, x));
    return last_->Forward(run, value_->Forward(run, x) * gate);
  }

 private:
  std::shared_ptr<Module> value_, gate_linear_, gate_, last_;
};

}  // namespace

std::shared_ptr<Module> MakeGated(Parts& parts, const Site& site) {
  return std::make_shared<Gated>(parts, site);
}

}  // namespace actsearch::modules
