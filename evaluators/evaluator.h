// Trains one candidate as a Trial asks and says what came of it. The only door
// to LibTorch for the rest of the system: this header is torch-free.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "search_spaces/base/error.h"
#include "search_spaces/trial.h"

namespace actsearch::evaluators {

struct EvaluatorOptions {
  std::string device = "cpu";  // cpu | cuda | cuda:N
  int threads = 1;             // of LibTorch and BLAS in this process
  std::string data_root;       // when set, replaces the folder part of relative data_dir
};

// Called now and then during training, on the training thread.
struct Progress {
  int step = 0;
  int steps = 0;
  double loss = 0;  // running training loss
};

struct Control {
  std::function<void(const Progress&)> on_progress;  // may be empty
  const std::atomic<bool>* cancel = nullptr;         // true: stop soon with CANCELLED
};

// Keeps loaded data sets between trials. One thread at a time; a process that
// wants more makes more processes (LibTorch's thread settings are global).
class Evaluator {
 public:
  virtual ~Evaluator() = default;

  // An Error means that the trial could not be judged (unknown task, missing or
  // corrupt data, formula that does not parse): the job is wrong, not the candidate.
  // The same trial gives the same outcome, bit for bit, on the same CPU build.
  virtual Result<Outcome> Evaluate(const Trial& trial, const Control& control) = 0;

  // Re-scores a known activation on generated data and compares with the stored
  // value (KataGo's canary). kInternal says what is off; the worker then refuses work.
  virtual Result<void> Canary() = 0;

  // "cpu AVX512 OpenBLAS 0.3.21, LibTorch 1.13.1": for hello, metrics and reports.
  virtual std::string Description() const = 0;
};

// kInvalid for a device that this build or machine does not have.
Result<std::unique_ptr<Evaluator>> MakeEvaluator(const EvaluatorOptions& options);

}  // namespace actsearch::evaluators
