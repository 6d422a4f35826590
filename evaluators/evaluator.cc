#include "evaluators/evaluator.h"

#include <ATen/ATen.h>

#include <chrono>
#include <limits>
#include <new>
#include <utility>

#include "evaluators/canary.h"
#include "evaluators/device.h"
#include "evaluators/modules/network.h"
#include "evaluators/modules/parts.h"
#include "evaluators/tasks/task.h"
#include "evaluators/training/schedule.h"
#include "evaluators/training/train.h"
#include "search_spaces/space.h"

namespace actsearch::evaluators {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

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

// The one place where exceptions of LibTorch end.
template <class Function>
auto Guarded(Function function) -> decltype(function()) {
  try {
    return function();
  } catch (const c10::Error& e) {
    const ErrorCode code = IsOutOfMemory(e) ? ErrorCode::kOutOfMemory : ErrorCode::kInternal;
    return Fail(code, std::string("LibTorch: ") + e.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kOutOfMemory, "out of memory");
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kInternal, std::string("training failed: ") + e.what());
  }
}

class LocalEvaluator : public Evaluator {
 public:
  LocalEvaluator(const at::Device& device, std::string data_root)
      : device_(device), data_(std::move(data_root)) {}

  Result<Outcome> Evaluate(const Trial& trial, const Control& control) override {
    const auto start = std::chrono::steady_clock::now();
    Result<Outcome> outcome = Guarded([&] { return Run(trial, control); });
    if (outcome) {
      const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
      outcome->timing.total_seconds = passed.count();
    }
    return outcome;
  }

  Result<catalogue::DataFacts> Probe(const TaskSpec& task) override {
    return Guarded([&]() -> Result<catalogue::DataFacts> {
      const auto info = catalogue::Tasks().Find(task.name);
      if (!info) return std::unexpected(info.error());
      const Result<TaskSpec> checked = catalogue::CheckTask(task);
      if (!checked) return std::unexpected(checked.error());
      const tasks::TaskRow& row = **tasks::Tasks().Find(task.name);
      if (row.probe != nullptr) return row.probe(*checked, data_);
      if (!(*info)->takes_data) return catalogue::DataFacts{};
      const auto data = data_.Get(*checked);
      if (!data) return std::unexpected(data.error());
      const catalogue::DataFacts& facts = (*data)->Facts();
      const Result<void> network = catalogue::CheckNetwork(**info, checked->fields, facts);
      if (!network) return std::unexpected(network.error());
      return facts;
    });
  }

  Result<void> Sing(Canary canary) override {
    return Guarded([&] { return choir_.Sing(canary, *this, device_.str()); });
  }

  std::string Description() const override { return DescribeDevice(device_); }

 private:
  Result<Outcome> Run(const Trial& given, const Control& control) {
    Trial trial = given;
    Result<TaskSpec> checked = catalogue::CheckTask(trial.task);
    if (!checked) return std::unexpected(checked.error());
    trial.task = *std::move(checked);
    if (Result<void> ok = training::CheckTrial(trial); !ok) return std::unexpected(ok.error());
    const tasks::TaskRow& task = **tasks::Tasks().Find(trial.task.name);
    if (task.answer != nullptr) return task.answer(trial, data_);
    return Train(task, trial, control);
  }

  Result<Outcome> Train(const tasks::TaskRow& task, const Trial& trial, const Control& control) {
    const catalogue::TaskInfo& info = **catalogue::Tasks().Find(trial.task.name);
    const auto space = modules::CandidateRows().Find(trial.space);
    if (!space) return std::unexpected(space.error());
    const Role role = (*Spaces().Find(trial.space))->role;
    auto plan = catalogue::PlanSites(info, trial.task.fields, trial.sites, role);
    if (!plan) return std::unexpected(plan.error());
    auto candidates = modules::ReadCandidates(trial, plan->slots);
    if (!candidates) return std::unexpected(candidates.error());
    // Before the gates: whether this worker has the data must not depend on the candidate.
    const auto data = data_.Get(trial.task);
    if (!data) return std::unexpected(data.error());
    if (Result<void> ok = catalogue::CheckNetwork(info, trial.task.fields, (*data)->Facts()); !ok) {
      return std::unexpected(ok.error());
    }

    std::optional<Rejection> rejection;
    if (trial.gates.probes) rejection = modules::CheckGates(**space, *candidates);
    if (rejection) {
      Outcome outcome;
      outcome.status = Status::kRejected;
      outcome.rejection = std::move(rejection);
      outcome.data_digest = (*data)->Facts().digest;
      return outcome;
    }
    const FlushDenormals flush;
    const catalogue::DataFacts& facts = (*data)->Facts();
    modules::Parts parts(*std::move(plan), trial.space, *std::move(candidates), device_,
                         catalogue::StartOf(trial.task.fields));
    modules::Network network(task.build(trial.task.fields, facts, parts), device_);
    const catalogue::Subset subset = catalogue::ScoredSubset(trial.task, trial.split);
    const double trivial_loss = info.trivial_loss(facts, subset);
    const training::Setup setup{
        .trial = trial,
        .data = **data,
        .loss = task.loss(),
        .subset = subset,
        .trivial_loss = trivial_loss,
        // Outside the range of the training a network that has learned may well be worse.
        .chance_loss = catalogue::IsFar(subset) ? kInfinity : trivial_loss,
        .device = device_};
    return training::Train(setup, network, control);
  }

  at::Device device_;
  training::DataCache data_;
  Choir choir_;
};

}  // namespace

Result<std::unique_ptr<Evaluator>> MakeEvaluator(const EvaluatorOptions& options) {
  const Result<at::Device> device = OpenDevice(options.device);
  if (!device) return std::unexpected(device.error());
  if (device->is_cpu()) {
    if (const Result<void> blas = CheckBlas(LoadedBlas()); !blas) {
      return std::unexpected(blas.error());
    }
  }
  ConfigureLibraries();
  return std::make_unique<LocalEvaluator>(*device, options.data_root);
}

}  // namespace actsearch::evaluators
