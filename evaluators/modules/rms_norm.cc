#include <ATen/ATen.h>

#include "evaluators/modules/parts.h"

namespace actsearch::modules {
namespace {

constexpr double kEpsilon = 1e-5;  // added to mean squares

class RmsNorm : public Module {
 public:
  explicit RmsNorm(std::int64_t channels) { Declare(scale_, "scale", {channels}, {1, 1}); }

  at::Tensor Forward(Run&, const at::Tensor& x) override {
    std::vector<std::int64_t> inner, shape = {1, -1};
    for (std::int64_t d = 1; d < x.dim(); ++d) inner.push_back(d);
    shape.resize(static_cast<std::size_t>(x.dim()), 1);
    const at::Tensor root = (x * x).mean(inner, /*keepdim=*/true).add(kEpsilon).rsqrt();
    return x * root * scale_.view(shape);
  }

 private:
  at::Tensor scale_;
};

}  // namespace

std::shared_ptr<Module> MakeRmsNorm(Parts&, const Site& site) {
  return std::make_shared<RmsNorm>(site.in.channels);
}

}  // namespace actsearch::modules
