#include <ATen/ATen.h>

#include "evaluators/modules/parts.h"

namespace actsearch::modules {
namespace {

constexpr double kEpsilon = 1e-5;  // added to variances

class LayerNorm : public Module {
 public:
  explicit LayerNorm(std::int64_t channels) {
    Declare(scale_, "scale", {channels}, {1, 1});
    Declare(shift_, "shift", {channels}, {0, 0});
  }

  at::Tensor Forward(Run&, const at::Tensor& x) override {
    return at::group_norm(x, /*num_groups=*/1, scale_, shift_, kEpsilon);
  }

 private:
  at::Tensor scale_, shift_;
};

}  // namespace

std::shared_ptr<Module> MakeLayerNorm(Parts&, const Site& site) {
  return std::make_shared<LayerNorm>(site.in.channels);
}

}  // namespace actsearch::modules
