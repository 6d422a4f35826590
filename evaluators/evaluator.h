// Trains one candidate as a Trial asks and says what came of it. The only door
// to LibTorch for the rest of the system: this header is torch-free.
#pragma once

#include <memory>
#include <string>

#include "evaluators/catalogue/datasets.h"
#include "evaluators/training/control.h"
#include "search_spaces/base/error.h"
#include "search_spaces/trial.h"

namespace actsearch::evaluators {

struct EvaluatorOptions {
  std::string device = "cpu";  // cpu | cuda | cuda:N
  std::string data_root;       // when set, stands before relative TaskSpec::data_dir
};

using training::CheckpointPlace;
using training::Control;
using training::ParameterValues;
using training::Progress;

// How much of the canary is sung.
enum class Canary {
  kWhole,  // every kind of layer, kernel and fall-back; at most 5 s: before the first trial
  kPart,   // the next part in turn; at most 0.5 s: between trials
};

// Keeps loaded data sets between trials. One thread at a time, and one thread computes: sums
// depend on how they are divided, and a score must not. A process that wants more makes more
// processes.
class Evaluator {
 public:
  virtual ~Evaluator() = default;

  // The same trial gives the same outcome, bit for bit, on the same CPU build, whatever ran
  // before. An Error ends this worker's attempt and says nothing of the candidate:
  // kOutOfMemory, kNotFound, kCorrupt and kUnavailable speak of this machine and its data;
  // kPrecondition: the data are not those of task.digest; kInvalid: the trial makes no sense
  // to this build (unknown task, candidate that does not parse).
  virtual Result<Outcome> Evaluate(const Trial& trial, const Control& control) = 0;

  // Reads the task's data as Evaluate would and says what they are; all empty for a task
  // without data. Errors as of Evaluate.
  virtual Result<catalogue::DataFacts> Probe(const TaskSpec& task) = 0;

  // Trains small networks whose results are known (KataGo's canary). kInternal says which
  // part is off; the worker then refuses work.
  virtual Result<void> Sing(Canary canary) = 0;

  // "cpu AVX-512 OpenBLAS 0.3.21 for Zen, LibTorch 1.13.0": for hello, metrics and reports.
  virtual std::string Description() const = 0;
};

// kInvalid for a device that this build or machine does not have.
Result<std::unique_ptr<Evaluator>> MakeEvaluator(const EvaluatorOptions& options);

}  // namespace actsearch::evaluators
