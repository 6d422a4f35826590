#include "evaluators/training/train.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "evaluators/catalogue/recipe.h"
#include "evaluators/training/augment.h"
#include "evaluators/training/batches.h"
#include "evaluators/training/checkpoint.h"
#include "evaluators/training/optimizer.h"
#include "evaluators/training/schedule.h"
#include "evaluators/training/score.h"
#include "search_spaces/base/rng.h"

namespace actsearch::training {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kCheckEvery = 10;  // steps between looks at the training loss

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void Show(const std::function<void(const ParameterValues&)>& show,
          const std::string& name, const at::Tensor& tensor, int step) {
  const at::Tensor values = tensor.to(at::kCPU).contiguous();
  show({.name = name,
        .shape = {values.sizes().data(), values.sizes().size()},
        .values = {values.data_ptr<float>(), static_cast<std::size_t>(values.numel())},
        .step = step});
}

class TrainingRun {
 public:
  TrainingRun(const Setup& setup, modules::Network& network, const Control& control)
      : setup_(setup),
        trial_(setup.trial),
        loss_(setup.loss),
        network_(network),
        control_(control),
        root_(setup.trial.seed),
        recipe_(catalogue::RecipeOf(setup.trial.task.fields)),
        schedule_(setup.trial, setup.chance_loss),
        batches_(setup.data, setup.trial.task.batch, root_, recipe_, setup.device),
        scorer_(setup.data, setup.subset, setup.loss, setup.trivial_loss, setup.device),
        optimizer_(network, recipe_, setup.trial.task.learning_rate, setup.trial.task.steps),
        run_{.mode = modules::Mode::kTrain,
             .draws = kernels::OwnGenerator(setup.device, root_.Fork("draws").Bits())} {
    outcome_.data_digest = setup.data.Facts().digest;
    if (control.checkpoint) checkpoint_.emplace(*control.checkpoint);
  }

  Outcome Run() {
    const Clock::time_point start = Clock::now();
    Initialize();
    ShowParameters(0);
    Loop();
    ShowParameters(schedule_.LastStep());
    if (checkpoint_ && outcome_.status != Status::kCancelled) checkpoint_->Remove();
    if (outcome_.rejection) outcome_.status = Status::kRejected;
    outcome_.timing.total_seconds = SecondsSince(start);
    outcome_.timing.seconds_per_step = MedianSecondsPerStep();
    return std::move(outcome_);
  }

 private:
  void Initialize() {
    batch_ = &batches_.Next();
    network_.Initialize(root_.Fork("weights"), batch_->inputs, recipe_.start);
  }

  void ShowParameters(int step) const {
    if (!control_.on_parameters) return;
    for (const modules::Parameter& parameter : network_.Parameters()) {
      Show(control_.on_parameters, parameter.name, parameter.leaf.detach(), step);
    }
  }

  void ShowGradients(const std::vector<at::Tensor>& gradients) const {
    for (std::size_t k = 0; k < gradients.size(); ++k) {
      Show(control_.on_gradients, network_.Parameters()[k].name, gradients[k], 1);
    }
  }

  void Loop() {
    const int resumed = Resume();
    interval_start_ = Clock::now();
    for (int step = resumed + 1; step <= schedule_.LastStep(); ++step) {
      if (control_.cancel != nullptr && control_.cancel->load(std::memory_order_relaxed)) {
        outcome_.status = Status::kCancelled;
        return;
      }
      if (step > 1) batch_ = &batches_.Next();
      TakeStep(step);
      const bool scored = schedule_.IsScored(step);
      if (scored || step % kCheckEvery == 0) {
        if (!FinishInterval(step)) return;
        if (scored && !TakeScore(step)) return;
        if (checkpoint_ && checkpoint_->IsDue()) Save(step);
        interval_start_ = Clock::now();
        interval_steps_ = 0;
      }
    }
  }

  // All that changes from step to step, beside the batches, which are drawn anew.
  std::vector<at::Tensor> State() {
    std::vector<at::Tensor> tensors = optimizer_.Moments();
    tensors.push_back(network_.Flat());
    for (const at::Tensor& buffer : network_.Root().buffers()) tensors.push_back(buffer);
    return tensors;
  }

  void Save(int step) {
    const at::NoGradGuard no_grad;
    TrainingState state{.step = step,
                        .best = best_.Value(),
                        .rungs = outcome_.rungs,
                        .unit_losses = outcome_.unit_losses};
    for (const at::Tensor& tensor : State()) {
      state.tensors.push_back(tensor.detach().to(at::kCPU));
    }
    state.tensors.push_back(run_.draws->get_state());
    checkpoint_->Write(state);
  }

  // The step after which the training goes on: 0 without a checkpoint of it.
  int Resume() {
    if (!checkpoint_) return 0;
    const std::optional<TrainingState> state = checkpoint_->Read();
    if (!state) return 0;
    const at::NoGradGuard no_grad;
    std::vector<at::Tensor> tensors = State();
    if (state->tensors.size() != tensors.size() + 1) return 0;
    for (std::size_t i = 0; i < tensors.size(); ++i) tensors[i].copy_(state->tensors[i]);
    optimizer_.Resume(state->step);
    run_.draws->set_state(state->tensors.back());
    best_.Resume(state->best);
    outcome_.rungs = state->rungs;
    outcome_.unit_losses = state->unit_losses;
    for (int step = 2; step <= state->step; ++step) batches_.Next();
    return state->step;
  }

  void TakeStep(int step) {
    const at::Tensor loss = loss_.Train(network_.Forward(run_, batch_->inputs), batch_->targets,
                                        recipe_.label_smoothing);
    const std::vector<at::Tensor> gradients = network_.Gradients(loss);
    if (step == 1 && control_.on_gradients) ShowGradients(gradients);
    optimizer_.Step(gradients);
    last_loss_ = loss.detach();
    ++interval_steps_;
  }

  // Reads the training loss, which on a GPU also waits for the steps before: only then
  // is the clock's answer true. False when training has blown up.
  bool FinishInterval(int step) {
    const double loss = last_loss_.item<double>();
    step_seconds_.push_back(SecondsSince(interval_start_) / interval_steps_);
    if (!std::isfinite(loss)) {
      outcome_.rejection = {"training", "non_finite",
                            "training loss " + std::to_string(loss) + " at step " +
                                std::to_string(step)};
      return false;
    }
    if (control_.on_progress) control_.on_progress({step, schedule_.LastStep(), loss});
    return true;
  }

  // False when the trial ends here.
  bool TakeScore(int step) {
    std::vector<float> units;
    const bool wants_units = trial_.unit_losses && schedule_.IsStop(step);
    RungValue value = scorer_.Score(network_, wants_units ? &units : nullptr);
    value.step = step;
    if (schedule_.IsRung(step)) outcome_.rungs.push_back(value);
    outcome_.rejection = schedule_.Check(value);
    if (outcome_.rejection) return false;
    if (schedule_.IsStop(step) && best_.Add(value)) outcome_.unit_losses = std::move(units);
    if (step == schedule_.LastStep()) {
      PutScore(*best_.Value(), outcome_);
      ScoreOtherSplits(step);
    }
    return true;
  }

  void ScoreOtherSplits(int step) {
    if (!control_.on_other_split) return;
    for (const Split split : {Split::kSearch, Split::kSelect, Split::kFinal}) {
      if (split == trial_.split) continue;
      RungValue value = Scorer(setup_.data, catalogue::ScoredSubset(trial_.task, split),
                               setup_.loss,
                               catalogue::TrivialLoss(trial_.task, &setup_.data.Facts(), split),
                               setup_.device)
                            .Score(network_);
      value.step = step;
      control_.on_other_split(split, value);
    }
  }

  double MedianSecondsPerStep() {
    if (step_seconds_.empty()) return 0;
    const auto middle =
        step_seconds_.begin() + static_cast<std::ptrdiff_t>(step_seconds_.size() / 2);
    std::ranges::nth_element(step_seconds_, middle);
    return *middle;
  }

  const Setup& setup_;
  const Trial& trial_;
  const Loss& loss_;
  modules::Network& network_;
  const Control& control_;
  Rng root_;
  catalogue::Recipe recipe_;
  Schedule schedule_;
  Batches batches_;
  Scorer scorer_;
  Optimizer optimizer_;
  modules::Run run_;
  const Examples* batch_ = nullptr;
  at::Tensor last_loss_;
  std::optional<Checkpoint> checkpoint_;
  BestStop best_;
  Outcome outcome_;
  Clock::time_point interval_start_;
  int interval_steps_ = 0;
  std::vector<double> step_seconds_;  // mean of each interval between looks at the loss
};

}  // namespace

Outcome Train(const Setup& setup, modules::Network& network, const Control& control) {
  return TrainingRun(setup, network, control).Run();
}

}  // namespace actsearch::training
