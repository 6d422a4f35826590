#include "evaluators/training/loss.h"

#include <ATen/ATen.h>

#include <cmath>

#include "evaluators/catalogue/tasks.h"
#include "evaluators/kernels/cross_entropy.h"

namespace actsearch::training {
namespace {

void AddRows(const at::Tensor& losses, std::int64_t count, Tally& tally) {
  const at::Tensor host = losses.to(at::kCPU).contiguous();
  const float* loss = host.data_ptr<float>();
  tally.row_losses.insert(tally.row_losses.end(), loss, loss + count);
}

class CrossEntropyLoss : public Loss {
 public:
  at::Tensor Train(const at::Tensor& outputs, const at::Tensor& targets,
                   double smoothing) const override {
    return kernels::SoftmaxCrossEntropy(outputs, targets.flatten(), smoothing);
  }

  void Score(const at::Tensor& outputs, const at::Tensor& targets, std::int64_t count,
             Tally& tally) const override {
    const std::int64_t length = targets.dim() == 2 ? targets.size(1) : 1;
    const at::Tensor logits = outputs.narrow(0, 0, count * length);
    const at::Tensor labels = targets.narrow(0, 0, count).flatten();
    at::Tensor losses;
    kernels::SoftmaxCrossEntropy(logits, labels, /*smoothing=*/0, &losses);
    AddRows(length == 1 ? losses : losses.view({count, length}).mean(1), count, tally);
    if (tally.sums.empty()) tally.sums.push_back({std::string(catalogue::kAccuracy.name), 0});
    const double right = logits.argmax(1).eq(labels).sum().item<double>();
    tally.sums[0].value += right / static_cast<double>(length);
  }
};

class SquaredErrorLoss : public Loss {
 public:
  at::Tensor Train(const at::Tensor& outputs, const at::Tensor& targets, double) const override {
    return at::mse_loss(outputs, targets);
  }

  void Score(const at::Tensor& outputs, const at::Tensor& targets, std::int64_t count,
             Tally& tally) const override {
    const at::Tensor errors = outputs.narrow(0, 0, count) - targets.narrow(0, 0, count);
    AddRows(errors.square().mean(1), count, tally);
  }

  void AddMetrics(double loss, double trivial, std::vector<Metric>& metrics) const override {
    metrics.push_back({std::string(catalogue::kRelativeError.name), std::sqrt(loss / trivial)});
  }
};

}  // namespace

const Loss& CrossEntropy() {
  static const CrossEntropyLoss loss;
  return loss;
}

const Loss& SquaredError() {
  static const SquaredErrorLoss loss;
  return loss;
}

}  // namespace actsearch::training
