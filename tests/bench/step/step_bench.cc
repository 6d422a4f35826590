// step_bench DATA_DIR: processor time of a training step on CIFAR-10 and, of the transformer, on
// generated sentences; one thread. Answers, for
// each NETWORK/WHO that it reads, with the milliseconds of each step of a turn on one line
// (tests/bench/step/compare.py asks). WHO: relu and candidate through fused passes,
// relu_libtorch and candidate_autograd through LibTorch's operations, or floor (floor.h).
// step_bench DATA_DIR --profile: one step of each network by LibTorch operation.
#include <ATen/ATen.h>

#include <cstdio>
#include <ctime>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "evaluators/datasets/dataset.h"
#include "evaluators/device.h"
#include "tests/bench/step/floor.h"
#include "tests/bench/step/profile.h"
#include "tests/support/networks.h"
#include "tests/support/processor_time.h"

namespace actsearch {
namespace {

constexpr const char* kCandidate = "x * tanh(softplus(x)) + 0.1 * sin(x) * exp(-x * x)";
constexpr int kBatches = 8;
constexpr int kWarmUp = 3;
constexpr int kProfiledSteps = 20;

struct NetworkRow {
  std::string name, task;
  Fields fields;
  std::vector<std::string> fill;
  std::int64_t batch = 128;
  int turn = 5;  // steps
};

Fields Hidden(std::vector<std::int64_t> sizes) { return {{"hidden", std::move(sizes)}}; }

const std::vector<NetworkRow>& Networks() {
  static const std::vector<NetworkRow> rows = {
      {"mlp", "mlp", Hidden({128, 128}), {}, 128, 20},
      {"cnn", "cnn", Hidden({8, 16, 32}), {}, 128, 5},
      {"cnn_bn", "cnn", Hidden({16, 32}), {"norm=batch_norm"}, 64, 5},
      {"resnet", "resnet", Hidden({16, 32, 64}), {}, 64, 2},
      {"text", "text", {}, {}, 32, 3},
  };
  return rows;
}

using Step = std::function<void()>;

Step TrainingSteps(const NetworkRow& row, const std::string& who, const datasets::Dataset& data) {
  const test::NetworkSpec spec{.task = row.task,
                               .fields = row.fields,
                               .candidate = who.starts_with("relu") ? "relu(x)" : kCandidate,
                               .fill = row.fill,
                               .plain = who == "relu_libtorch" || who == "candidate_autograd"};
  auto trainee = std::make_shared<test::Trainee>(spec, data.Facts(), 1e-3);
  const auto batches = test::TakeBatches(data, row.batch, kBatches, 1);
  trainee->Initialize(1, batches[0].inputs);
  return [trainee, batches, at = std::size_t{0}]() mutable {
    const training::Examples& examples = batches[at++ % kBatches];
    at::Tensor loss;
    std::vector<at::Tensor> gradients;
    Phase("(forward and loss)", [&] { loss = trainee->Loss(examples); });
    Phase("(backward)", [&] { gradients = trainee->network().Gradients(loss); });
    Phase("(optimizer)", [&] { trainee->optimizer().Step(gradients); });
    Phase("(release)", [&] { gradients.clear(); });
  };
}

class Contestants {
 public:
  Contestants(const datasets::Dataset& images, const datasets::Dataset& text)
      : images_(images), text_(text) {}

  // Made, and warmed up, when first asked for.
  const Step& Get(const NetworkRow& row, const std::string& who) {
    Step& step = steps_[row.name + "/" + who];
    if (step) return step;
    if (who == "floor") {
      step = [floor = Floor(row.name, row.batch)] { floor.Step(); };
    } else {
      step = TrainingSteps(row, who, row.task == "text" ? text_ : images_);
    }
    for (int i = 0; i < kWarmUp; ++i) step();
    return step;
  }

 private:
  const datasets::Dataset& images_;
  const datasets::Dataset& text_;
  std::map<std::string, Step> steps_;
};

int Answer(Contestants& contestants) {
  for (std::string wish; std::getline(std::cin, wish);) {
    const auto slash = wish.find('/');
    for (const NetworkRow& row : Networks()) {
      if (row.name != wish.substr(0, slash)) continue;
      const Step& step = contestants.Get(row, wish.substr(slash + 1));
      for (int i = 0; i < row.turn; ++i) {
        const double start = ProcessorSeconds();
        step();
        std::printf("%.4f ", 1e3 * (ProcessorSeconds() - start));
      }
    }
    std::printf("\n");
    std::fflush(stdout);
  }
  return 0;
}

void PrintProfile(const std::string& title, const Step& step) {
  const std::vector<OperationTime> times = Profile([&] {
    for (int i = 0; i < kProfiledSteps; ++i) step();
  });
  double total = 0;
  for (const OperationTime& time : times) total += time.seconds;
  std::printf("\n%s: %.3f ms a step\n", title.c_str(), 1e3 * total / kProfiledSteps);
  for (const OperationTime& time : times) {
    if (time.seconds < 0.004 * total) break;
    std::printf("%9.3f ms %5.1f %% %6.1f calls  %s\n", 1e3 * time.seconds / kProfiledSteps,
                100 * time.seconds / total, static_cast<double>(time.calls) / kProfiledSteps,
                time.name.c_str());
  }
}

int Main(const std::vector<std::string_view>& words) {
  evaluators::ConfigureLibraries();
  at::globalContext().setFlushDenormal(true);
  const std::string folder(words.empty() ? "data/cifar10" : words[0]);
  const auto data = datasets::LoadDataset("cifar10", {.dir = folder});
  if (!data) {
    std::fprintf(stderr, "step_bench: %s\n", data.error().message.c_str());
    return 1;
  }
  const auto text =
      datasets::LoadDataset("sentences", {.fields = {{"context", std::int64_t{64}}}});
  Contestants contestants(**data, **text);
  if (words.size() < 2 || words[1] != "--profile") return Answer(contestants);
  for (const NetworkRow& row : Networks()) {
    for (const char* who : {"relu", "candidate", "floor"}) {
      PrintProfile(row.name + ", " + who, contestants.Get(row, who));
    }
  }
  return 0;
}

}  // namespace
}  // namespace actsearch

int main(int argc, char** argv) { return actsearch::Main({argv + 1, argv + argc}); }
