// An evaluator whose candidates say what it does: "wait" trains until it is released or
// cancelled, "error" cannot be judged, "memory" runs out of it, "nonsense" is scored NaN,
// "bored" is cancelled unasked, all others are scored at once with loss 0.25. A data set's
// name is its digest; "gone" is not there.
#pragma once

#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <new>
#include <string>

#include "evaluators/evaluator.h"

namespace actsearch::workers {

class FakeEvaluator : public evaluators::Evaluator {
 public:
  Result<Outcome> Evaluate(const Trial& trial, const evaluators::Control& control) override {
    const std::string& text = trial.candidate;
    if (text == "error") return Fail(ErrorCode::kCorrupt, "no such\ntask");
    if (text == "memory") throw std::bad_alloc();
    if (text == "hang") Hang();
    Outcome outcome{.losses = {0.25}, .metrics = {{"accuracy", 0.75}}};
    if (text == "nonsense") outcome.losses = {std::numeric_limits<double>::quiet_NaN()};
    const bool cancelled = text == "bored" || (text == "wait" && !Train(control));
    if (cancelled) outcome = {.status = Status::kCancelled};
    return outcome;
  }

  Result<catalogue::DataFacts> Probe(const TaskSpec& task) override {
    if (task.dataset == "hang") Hang();
    if (task.dataset == "gone") return Fail(ErrorCode::kNotFound, "no such folder");
    return catalogue::DataFacts{.digest = task.dataset, .rows = {6, 1, 1, 2}};
  }

  Result<void> Sing(evaluators::Canary canary) override {
    const std::lock_guard lock(mutex_);
    if (canary == evaluators::Canary::kWhole) ++whole_canaries_;
    if (++canaries_ == canary_dies_at_) return Fail(ErrorCode::kInternal, "relu scores 1, not 2");
    return {};
  }

  std::string Description() const override { return "fake device"; }

  // Lets one "wait" end, now or when it comes.
  void Release() {
    const std::lock_guard lock(mutex_);
    ++releases_;
    changed_.notify_all();
  }

  // Lets what hangs return.
  void EndHang() {
    const std::lock_guard lock(mutex_);
    hangs_ = false;
    changed_.notify_all();
  }

  // True once `count` trials have begun to wait.
  bool Waits(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return started_ >= count; });
  }
  int Started() {
    const std::lock_guard lock(mutex_);
    return started_;
  }
  int Cancelled() {
    const std::lock_guard lock(mutex_);
    return cancelled_;
  }
  int Canaries() {
    const std::lock_guard lock(mutex_);
    return canaries_;
  }
  int WholeCanaries() {
    const std::lock_guard lock(mutex_);
    return whole_canaries_;
  }
  void KillCanaryAt(int count) { canary_dies_at_ = count; }

 private:
  // False when cancelled.
  bool Train(const evaluators::Control& control) {
    control.on_progress({.step = 7, .steps = 9, .loss = 0.5});
    std::unique_lock lock(mutex_);
    ++started_;
    changed_.notify_all();
    while (releases_ == 0) {
      if (control.cancel->load()) {
        ++cancelled_;
        return false;
      }
      // The flag cannot be waited for.
      changed_.wait_for(lock, std::chrono::milliseconds(1));
    }
    --releases_;
    return true;
  }

  // As a read that does not return.
  void Hang() {
    std::unique_lock lock(mutex_);
    ++started_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !hangs_; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool hangs_ = true;
  int releases_ = 0;
  int started_ = 0;
  int cancelled_ = 0;
  int canaries_ = 0;
  int whole_canaries_ = 0;
  int canary_dies_at_ = 0;
};

}  // namespace actsearch::workers
