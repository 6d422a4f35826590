#include "evaluators/modules/attention.h"

#include "evaluators/kernels/attention.h"
#include "evaluators/modules/layers.h"

namespace actsearch::modules {
namespace {

class Attention : public Module {
 public:
  Attention(std::int64_t length, std::int64_t width, std::int64_t heads)
      : length_(length), heads_(heads) {
    inputs_ = register_module("inputs", MakeLinear(width, 3 * width));
    outputs_ = register_module("outputs", MakeLinear(width, width));
  }

  at::Tensor Forward(Run& run, const at::Tensor& x) override {
    const at::Tensor qkv = inputs_->Forward(run, x);
    return outputs_->Forward(run, kernels::CausalAttention(qkv, length_, heads_));
  }

 private:
  std::int64_t length_, heads_;
  std::shared_ptr<Module> inputs_, outputs_;
};

}  // namespace

std::shared_ptr<Module> MakeAttention(std::int64_t length, std::int64_t width,
                                      std::int64_t heads) {
  return std::make_shared<Attention>(length, width, heads);
}

}  // namespace actsearch::modules
