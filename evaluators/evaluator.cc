#include "evaluators/evaluator.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <chrono>
#include <new>

#include "evaluators/canary.h"
#include "evaluators/device.h"
#include "evaluators/tasks/task.h"
#include "evaluators/training/examples.h"
#include "evaluators/training/schedule.h"

namespace actsearch::evaluators {
namespace {

// The smallest floats, which tails like e^(-x^2) give in plenty, cost a hundred times the
// time of others: they count as 0 while a trial runs. A setting of the thread.
class FlushDenormals {
 public:
  FlushDenormals() { at::globalContext().setFlushDenormal(true); }
  ~FlushDenormals() { at::globalContext().setFlushDenormal(false); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
};

bool IsOutOfMemory(const c10::Error& error) {
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) return true;
  // The CPU's allocator, and sizes beyond any memory, come as plain errors.
  const std::string text = error.what_without_backtrace();
  return text.find("not enough memory") != std::string::npos ||
         text.find("DefaultCPUAllocator") != std::string::npos ||
         text.find("Storage size calculation overflowed") != std::string::npos;
}

Outcome OutOfMemory() {
  Outcome outcome;
  outcome.status = Status::kOutOfMemory;
  return outcome;
}

// The one place where exceptions of LibTorch end.
template <class Function>
auto Guarded(Function function) -> decltype(function()) {
  try {
    return function();
  } catch (const c10::Error& e) {
    return Fail(ErrorCode::kInternal, std::string("LibTorch: ") + e.what_without_backtrace());
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kInternal, std::string("training failed: ") + e.what());
  }
}

class LocalEvaluator : public Evaluator {
 public:
  LocalEvaluator(const at::Device& device, std::string data_root)
      : data_(device, std::move(data_root)) {}

  Result<Outcome> Evaluate(const Trial& trial, const Control& control) override {
    const auto start = std::chrono::steady_clock::now();
    const Result<const tasks::TaskRow*> task = tasks::Tasks().Find(trial.task.name);
    if (!task) return std::unexpected(task.error());
    if (const Result<void> checked = training::CheckTrial(trial); !checked) {
      return std::unexpected(checked.error());
    }
    Result<Outcome> outcome = Guarded([&] { return Run(**task, trial, control); });
    if (outcome) {
      const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
      outcome->timing.total_seconds = passed.count();
    }
    return outcome;
  }

  Result<void> Canary() override {
    return Guarded([&]() -> Result<void> {
      const Result<void> kernels =
          CheckKernels("x * sigmoid(x)", "x / (1 + exp(-x))", data_.device().str());
      return kernels ? CheckScore(*this, KnownSiluScore()) : kernels;
    });
  }

  std::string Description() const override { return DescribeDevice(data_.device()); }

 private:
  Result<Outcome> Run(const tasks::TaskRow& task, const Trial& trial, const Control& control) {
    try {
      const c10::InferenceMode no_autograd;
      const FlushDenormals flush;
      return task.evaluate(trial, data_, control);
    } catch (const c10::Error& e) {
      if (!IsOutOfMemory(e)) throw;
    } catch (const std::bad_alloc&) {
    }
    return OutOfMemory();
  }

  training::DataCache data_;
};

}  // namespace

Result<std::unique_ptr<Evaluator>> MakeEvaluator(const EvaluatorOptions& options) {
  if (options.threads < 1) {
    return Fail(ErrorCode::kInvalid,
                "threads is " + std::to_string(options.threads) + "; it must be at least 1");
  }
  const Result<at::Device> device = OpenDevice(options.device);
  if (!device) return std::unexpected(device.error());
  if (device->is_cpu()) {
    if (const Result<void> blas = CheckBlas(LoadedBlas()); !blas) {
      return std::unexpected(blas.error());
    }
  }
  ConfigureLibraries(options.threads);
  return std::make_unique<LocalEvaluator>(*device, options.data_root);
}

}  // namespace actsearch::evaluators
