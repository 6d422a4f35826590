// Softmax cross entropy as an autograd node, against LibTorch's.
#include "evaluators/kernels/cross_entropy.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/evaluators/kernels/node_cases.h"

namespace actsearch::kernels {
namespace {

constexpr double kSmoothings[] = {0, 0.1, 0.7};

struct Case {
  std::string name;
  at::Tensor logits, labels;
};

std::vector<Case> Cases() {
  at::manual_seed(3);
  std::vector<Case> cases;
  for (const auto& [rows, classes] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {64, 10}, {1, 10}, {7, 1}, {33, 16}, {5, 1000}, {128, 17}}) {
    const at::Tensor logits = at::randn({rows, classes}) * 3;
    const at::Tensor labels = at::randint(classes, {rows}, at::kLong);
    const std::string name = std::to_string(rows) + " x " + std::to_string(classes);
    cases.push_back({name, logits, labels});
    cases.push_back({name + ", turned", logits.t().contiguous().t(), labels});
    cases.push_back({name + ", sure", logits * 20 + 1000, logits.argmax(1)});
    cases.push_back({name + ", surely wrong", logits * 20 - 1000, labels});
  }
  return cases;
}

Operation Ours(const at::Tensor& labels, double smoothing) {
  return [=](const variable_list& in) { return SoftmaxCrossEntropy(in[0], labels, smoothing); };
}

Operation Oracle(const at::Tensor& labels, double smoothing) {
  return [=](const variable_list& in) {
    return at::cross_entropy_loss(in[0], labels, {}, at::Reduction::Mean, -100, smoothing);
  };
}

TEST(CrossEntropyTest, IsThatOfLibTorch) {
  for (const Case& c : Cases()) {
    for (const double smoothing : kSmoothings) {
      const std::string what = c.name + ", smoothing " + std::to_string(smoothing);
      const Operation ours = Ours(c.labels, smoothing), oracle = Oracle(c.labels, smoothing);
      const variable_list leaves = {Leaf(c.logits)};
      ExpectGradients(ours, oracle, leaves, what, 1e-6);
      ExpectGradients(ours, oracle, Doubles(leaves), what + ", double", 1e-12);
      ExpectRelease(ours, leaves, what);
    }
  }
}

TEST(CrossEntropyTest, SecondDerivatives) {
  for (const Case& c : Cases()) {
    if (c.name.find("sure") != std::string::npos) continue;  // slopes of float's size of error
    for (const double smoothing : kSmoothings) {
      ExpectSecondDerivatives(Ours(c.labels, smoothing), Oracle(c.labels, smoothing),
                              {Leaf(c.logits)}, c.name, 1e-5);
    }
  }
}

TEST(CrossEntropyTest, GivesTheLossOfEachRow) {
  for (const Case& c : Cases()) {
    for (const double smoothing : kSmoothings) {
      for (const at::ScalarType type : {at::kFloat, at::kDouble, at::kBFloat16}) {
        const at::Tensor logits = type == at::kBFloat16 ? c.logits.clamp(-9, 9).to(type)
                                                        : c.logits.to(type);
        at::Tensor rows;
        const at::Tensor loss = SoftmaxCrossEntropy(logits, c.labels, smoothing, &rows);
        const at::Tensor exact = at::cross_entropy_loss(logits.to(at::kDouble), c.labels, {},
                                                        at::Reduction::None, -100, smoothing);
        const double tolerance = type == at::kFloat ? 1e-6 : type == at::kDouble ? 1e-12 : 0.02;
        ExpectNear(rows, exact, 0.1, tolerance, c.name);
        ExpectNear(loss, exact.mean(), 0.1, tolerance, c.name);
        EXPECT_FALSE(rows.requires_grad());
      }
    }
  }
}

TEST(CrossEntropyTest, WrongArgumentsAreRefused) {
  const at::Tensor logits = at::randn({3, 4}), labels = at::tensor({0, 1, 3}, at::kLong);
  EXPECT_NO_THROW(SoftmaxCrossEntropy(logits, labels));
  EXPECT_THROW(SoftmaxCrossEntropy(logits, at::tensor({0, 1, 4}, at::kLong)), c10::Error);
  EXPECT_THROW(SoftmaxCrossEntropy(logits, at::tensor({0, -1, 3}, at::kLong)), c10::Error);
  EXPECT_THROW(SoftmaxCrossEntropy(logits, labels.narrow(0, 0, 2)), c10::Error);
  EXPECT_THROW(SoftmaxCrossEntropy(logits, labels.to(at::kInt)), c10::Error);
  EXPECT_THROW(SoftmaxCrossEntropy(logits[0], labels), c10::Error);
  EXPECT_THROW(SoftmaxCrossEntropy(logits, labels, 1), c10::Error);
}

TEST(CrossEntropyTest, ChangingWhatIsSavedIsDetected) {
  const at::Tensor leaf = Leaf(at::randn({3, 4})), labels = at::tensor({0, 1, 3}, at::kLong);
  const at::Tensor logits = leaf * 1;
  const at::Tensor loss = SoftmaxCrossEntropy(logits, labels);
  logits.add_(1);
  EXPECT_ANY_THROW(torch::autograd::grad({loss}, {leaf}));
}

}  // namespace
}  // namespace actsearch::kernels
