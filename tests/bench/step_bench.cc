// step_bench DATA_DIR: processor time of a training step of the cnn task on CIFAR-10, one
// thread, batch 128, for a candidate of six operations through fused kernels and through
// LibTorch's autograd, and for ReLU through LibTorch's operator. The networks take turns;
// each number is the median of the steps. The last line sums up.
#include <ATen/ATen.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "evaluators/device.h"
#include "evaluators/kernels/activation.h"
#include "evaluators/tasks/image_task.h"
#include "evaluators/training/adam.h"
#include "evaluators/training/network.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/parse.h"

namespace actsearch {
namespace {

constexpr const char* kCandidate = "x * tanh(softplus(x)) + 0.1 * sin(x) * exp(-x * x)";
constexpr int kRounds = 12;
constexpr int kStepsInARound = 5;

double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

class Contestant {
 public:
  Contestant(std::string name, std::shared_ptr<const kernels::Activation> activation,
             const expr::Expr& f, const TaskSpec& task, const training::Data& data)
      : name_(std::move(name)),
        data_(data),
        batch_(task.batch),
        activations_(std::move(activation), f, task, at::kCPU),
        network_(tasks::BuildCnn(task, data, activations_), at::kCPU),
        adam_(network_.values(), network_.gradients(), task.learning_rate) {
    Rng rng(1);
    network_.Initialize(rng, Images(0));
  }

  void Step(std::int64_t at) {
    const double start = ProcessorSeconds();
    const at::Tensor logits = network_.Forward(Images(at), training::Mode::kTrain);
    network_.Backward(at::softmax(logits, 1)
                          .sub_(data_.train.one_hot.narrow(0, at * batch_, batch_))
                          .div_(static_cast<double>(batch_)));
    adam_.Step();
    seconds_.push_back(ProcessorSeconds() - start);
  }

  double Median() {
    const auto middle = seconds_.begin() + static_cast<std::ptrdiff_t>(seconds_.size() / 2);
    std::ranges::nth_element(seconds_, middle);
    return *middle;
  }

  const std::string& name() const { return name_; }

 private:
  at::Tensor Images(std::int64_t at) const {
    return data_.train.images.narrow(0, at * batch_, batch_);
  }

  std::string name_;
  const training::Data& data_;
  std::int64_t batch_;
  tasks::ActivationFactory activations_;
  training::Network network_;
  training::Adam adam_;
  std::vector<double> seconds_;
};

int Main(int argc, char** argv) {
  evaluators::ConfigureLibraries(1);
  const TaskSpec task{
      .name = "cnn", .dataset = "cifar10", .data_dir = argc > 1 ? argv[1] : "data/cifar10"};
  training::DataCache cache(at::kCPU, "");
  const Result<const training::Data*> data = cache.Get(task);
  if (!data) {
    std::fprintf(stderr, "step_bench: %s\n", data.error().message.c_str());
    return 1;
  }
  const expr::Expr f = expr::Parse(kCandidate).value();
  const expr::Expr relu = expr::Parse("relu(x)").value();
  std::vector<std::unique_ptr<Contestant>> contestants;
  const auto add = [&](const char* name, auto activation, const expr::Expr& e) {
    contestants.push_back(std::make_unique<Contestant>(name, activation, e, task, **data));
  };
  add("relu, LibTorch", kernels::MakeTensorActivation(relu), relu);
  add("candidate, fused", kernels::MakeActivation(f, at::kCPU), f);
  add("candidate, autograd", kernels::MakeTensorActivation(f), f);
  add("relu, fused", kernels::MakeActivation(relu, at::kCPU), relu);
  for (int round = 0; round < kRounds; ++round) {
    for (const auto& contestant : contestants) {
      for (int step = 0; step < kStepsInARound; ++step) {
        contestant->Step((round * kStepsInARound + step) % 40);
      }
    }
  }
  std::vector<double> medians;
  for (const auto& contestant : contestants) {
    medians.push_back(contestant->Median());
    std::printf("%-20s %8.2f ms a step\n", contestant->name().c_str(), medians.back() * 1e3);
  }
  std::printf("step fused_vs_relu=%.3f autograd_vs_relu=%.3f\n", medians[1] / medians[0],
              medians[2] / medians[0]);
  return 0;
}

}  // namespace
}  // namespace actsearch

int main(int argc, char** argv) { return actsearch::Main(argc, argv); }
