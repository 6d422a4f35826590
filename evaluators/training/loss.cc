#include "evaluators/training/loss.h"

#include <ATen/ATen.h>

#include "evaluators/catalogue/tasks.h"
#include "evaluators/kernels/cross_entropy.h"

namespace actsearch::training {
namespace {

class CrossEntropyLoss : public Loss {
 public:
  at::Tensor Train(const at::Tensor& outputs, const at::Tensor& targets) const override {
    return kernels::SoftmaxCrossEntropy(outputs, targets);
  }

  void Score(const at::Tensor& outputs, const at::Tensor& targets, std::int64_t count,
             Tally& tally) const override {
    const at::Tensor logits = outputs.narrow(0, 0, count);
    const at::Tensor labels = targets.narrow(0, 0, count);
    at::Tensor losses;
    kernels::SoftmaxCrossEntropy(logits, labels, /*smoothing=*/0, &losses);
    losses = losses.to(at::kCPU);
    const float* loss = losses.data_ptr<float>();
    tally.unit_losses.insert(tally.unit_losses.end(), loss, loss + count);
    if (tally.sums.empty()) tally.sums.push_back({std::string(catalogue::kAccuracy.name), 0});
    tally.sums[0].value += logits.argmax(1).eq(labels).sum().item<double>();
  }
};

}  // namespace

const Loss& CrossEntropy() {
  static const CrossEntropyLoss loss;
  return loss;
}

}  // namespace actsearch::training
