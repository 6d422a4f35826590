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
    if (x.dim() == 2) return at::layer_norm(x, {x.size(1)}, scale_, shift_, kEpsilon);
    // In the order of memory: group normalization would copy both ways on its way back.
    const at::Tensor rows = x.permute({0, 2, 3, 1});
    const at::Tensor y = at::layer_norm(rows, {rows.size(1), rows.size(2), rows.size(3)}, {}, {},
                                        kEpsilon);
    return (y * scale_ + shift_).permute({0, 3, 1, 2});
  }

 private:
  at::Tensor scale_, shift_;
};

}  // namespace

std::shared_ptr<Module> MakeLayerNorm(Parts&, const Site& site) {
  return std::make_shared<LayerNorm>(site.in.channels);
}

}  // namespace actsearch::modules
