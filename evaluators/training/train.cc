#include "evaluators/training/train.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "evaluators/training/adam.h"
#include "evaluators/training/schedule.h"
#include "search_spaces/base/rng.h"

namespace actsearch::training {
namespace {

using evaluators::Control;
using Clock = std::chrono::steady_clock;

constexpr int kCheckEvery = 10;              // steps between looks at the training loss
constexpr std::int64_t kScoringBatch = 512;  // images scored at a time

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Minibatches in an order that depends on the seed only: a new permutation each epoch,
// whose last, incomplete batch is left out.
class Batches {
 public:
  Batches(const Examples& examples, std::int64_t batch, const Rng& rng)
      : examples_(examples),
        batch_(std::min(batch, examples.labels.size(0))),
        rng_(rng),
        order_(at::empty({examples.labels.size(0)}, at::kLong)) {
    Shuffle();
  }

  void Next() {
    if (begin_ + batch_ > order_.size(0)) Shuffle();
    const at::Tensor rows = order_on_device_.narrow(0, begin_, batch_);
    begin_ += batch_;
    // LibTorch resizes the outputs on the first call.
    at::index_select_out(images_, examples_.images, 0, rows);
    at::index_select_out(one_hot_, examples_.one_hot, 0, rows);
  }

  const at::Tensor& images() const { return images_; }
  const at::Tensor& one_hot() const { return one_hot_; }

 private:
  void Shuffle() {
    std::span<std::int64_t> order(order_.data_ptr<std::int64_t>(),
                                  static_cast<std::size_t>(order_.size(0)));
    std::iota(order.begin(), order.end(), 0);
    Rng rng = rng_.Fork("epoch", epoch_++);
    rng.Shuffle(order);
    order_on_device_ = order_.to(examples_.images.device());
    begin_ = 0;
  }

  const Examples& examples_;
  std::int64_t batch_;
  Rng rng_;
  std::uint64_t epoch_ = 0;
  std::int64_t begin_ = 0;
  at::Tensor order_, order_on_device_;
  at::Tensor images_ = at::empty({0}, examples_.images.options());
  at::Tensor one_hot_ = at::empty({0}, examples_.one_hot.options());
};

// Mean cross-entropy and its gradient by the logits.
double CrossEntropy(const at::Tensor& logits, const at::Tensor& one_hot) {
  return -at::log_softmax(logits, 1).mul_(one_hot).sum().item<double>() /
         static_cast<double>(logits.size(0));
}
at::Tensor CrossEntropyGradient(const at::Tensor& logits, const at::Tensor& one_hot) {
  return at::softmax(logits, 1).sub_(one_hot).div_(static_cast<double>(logits.size(0)));
}

RungValue Score(Network& network, const Examples& examples, int step) {
  const std::int64_t count = examples.labels.size(0);
  double loss = 0;
  std::int64_t right = 0;
  for (std::int64_t begin = 0; begin < count; begin += kScoringBatch) {
    const std::int64_t n = std::min(kScoringBatch, count - begin);
    const at::Tensor logits = network.Forward(examples.images.narrow(0, begin, n), Mode::kScore);
    loss += CrossEntropy(logits, examples.one_hot.narrow(0, begin, n)) * static_cast<double>(n);
    right += logits.argmax(1).eq(examples.labels.narrow(0, begin, n)).sum().item<std::int64_t>();
  }
  const auto total = static_cast<double>(count);
  return {step, loss / total, static_cast<double>(right) / total};
}

class TrainingRun {
 public:
  TrainingRun(const Trial& trial, const Data& data, Network& network, const Control& control,
              std::optional<Rejection> earlier)
      : trial_(trial),
        network_(network),
        control_(control),
        split_(data.Of(trial.split)),
        schedule_(trial, data.classes),
        batches_(data.train, trial.task.batch, Rng(trial.seed).Fork("batches")),
        adam_(network.values(), network.gradients(), trial.task.learning_rate) {
    outcome_.rejection = std::move(earlier);
  }

  Outcome Run() {
    const Clock::time_point start = Clock::now();
    Initialize();
    Loop();
    if (outcome_.status == Status::kScored && outcome_.rejection) {
      outcome_.status = Status::kRejected;
    }
    outcome_.timing.total_seconds = SecondsSince(start);
    outcome_.timing.seconds_per_step = MedianSecondsPerStep();
    return std::move(outcome_);
  }

 private:
  void Initialize() {
    batches_.Next();
    Rng rng = Rng(trial_.seed).Fork("weights");
    network_.Initialize(rng, batches_.images());
  }

  void Loop() {
    interval_start_ = Clock::now();
    for (int step = 1; step <= trial_.task.steps; ++step) {
      if (control_.cancel != nullptr && control_.cancel->load(std::memory_order_relaxed)) {
        outcome_.status = Status::kCancelled;
        outcome_.rejection.reset();
        return;
      }
      if (step > 1) batches_.Next();
      TakeStep();
      const bool scored = schedule_.IsScored(step);
      if (scored || step % kCheckEvery == 0) {
        if (!FinishInterval(step)) return;
        if (scored && !TakeScore(step)) return;
        interval_start_ = Clock::now();
        interval_steps_ = 0;
      }
    }
  }

  void TakeStep() {
    logits_ = network_.Forward(batches_.images(), Mode::kTrain);
    network_.Backward(CrossEntropyGradient(logits_, batches_.one_hot()));
    adam_.Step();
    ++interval_steps_;
  }

  // Reads the training loss, which on a GPU also waits for the steps before: only then
  // is the clock's answer true. False when training has blown up; nothing is gained by
  // going on, not even in an audit.
  bool FinishInterval(int step) {
    const double loss = CrossEntropy(logits_, batches_.one_hot());
    step_seconds_.push_back(SecondsSince(interval_start_) / interval_steps_);
    if (!std::isfinite(loss)) {
      Reject({"training", "non_finite",
              "training loss " + std::to_string(loss) + " at step " + std::to_string(step)});
      return false;
    }
    if (control_.on_progress) control_.on_progress({step, trial_.task.steps, loss});
    return true;
  }

  // False when the trial ends here.
  bool TakeScore(int step) {
    const RungValue value = Score(network_, split_, step);
    if (schedule_.IsRung(step)) outcome_.rungs.push_back(value);
    if (std::optional<Rejection> rejection = schedule_.Check(value)) {
      Reject(*std::move(rejection));
      if (!trial_.audit || !std::isfinite(value.loss)) return false;
    }
    if (step == trial_.task.steps) Finish(value);
    return true;
  }

  // The first rejection is the one that counts.
  void Reject(Rejection rejection) {
    if (!outcome_.rejection) outcome_.rejection = std::move(rejection);
  }

  void Finish(const RungValue& value) {
    if (outcome_.rejection) {
      outcome_.audit = value;
    } else {
      outcome_.loss = value.loss;
      outcome_.accuracy = value.accuracy;
    }
  }

  double MedianSecondsPerStep() {
    if (step_seconds_.empty()) return 0;
    const auto middle =
        step_seconds_.begin() + static_cast<std::ptrdiff_t>(step_seconds_.size() / 2);
    std::ranges::nth_element(step_seconds_, middle);
    return *middle;
  }

  const Trial& trial_;
  Network& network_;
  const Control& control_;
  const Examples& split_;
  Schedule schedule_;
  Batches batches_;
  Adam adam_;
  at::Tensor logits_;
  Outcome outcome_;
  Clock::time_point interval_start_;
  int interval_steps_ = 0;
  std::vector<double> step_seconds_;  // mean of each interval between looks at the loss
};

}  // namespace

Outcome Train(const Trial& trial, const Data& data, Network& network, const Control& control,
              std::optional<Rejection> earlier) {
  return TrainingRun(trial, data, network, control, std::move(earlier)).Run();
}

}  // namespace actsearch::training
