#include "tests/support/networks.h"

#include <ATen/ATen.h>

#include <utility>

#include "evaluators/catalogue/sites.h"
#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/layout.h"
#include "evaluators/modules/activation.h"
#include "evaluators/modules/parts.h"
#include "evaluators/tasks/task.h"
#include "search_spaces/base/check.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/moments.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::test {
namespace {

// A function through LibTorch's operations and autograd.
class PlainActivation : public modules::Module {
 public:
  PlainActivation(const expr::Expr& f, std::int64_t channels)
      : f_(kernels::MakeTensorActivation(f)), numbers_(f.parameters.size()) {
    for (std::size_t k = 0; k < f.parameters.size(); ++k) {
      const expr::Parameter& p = f.parameters[k];
      const std::size_t size = kernels::SizeOf(p, static_cast<std::size_t>(channels));
      Declare(numbers_[k], p.name, {static_cast<std::int64_t>(size)}, {p.initial, p.initial});
    }
  }

  at::Tensor Forward(modules::Run& run, const at::Tensor& x) override {
    return kernels::ApplyActivation(f_, x, numbers_, run.draws);
  }

 private:
  std::shared_ptr<const kernels::Activation> f_;
  std::vector<at::Tensor> numbers_;
};

Fields CompleteFor(const NetworkSpec& spec) {
  const catalogue::TaskInfo& info = **catalogue::Tasks().Find(spec.task);
  Result<Fields> fields =
      CompleteFields("task", catalogue::FieldsOf(info, nullptr), spec.fields);
  ACTSEARCH_CHECK(fields.has_value(), fields.error().message);
  return *std::move(fields);
}

const tasks::TaskRow& TaskOf(const NetworkSpec& spec) { return **tasks::Tasks().Find(spec.task); }

}  // namespace

modules::Network MakeNetwork(const NetworkSpec& spec, const catalogue::DataFacts& facts,
                             std::vector<Site>* made) {
  const catalogue::TaskInfo& info = **catalogue::Tasks().Find(spec.task);
  const Fields fields = CompleteFor(spec);
  auto plan = catalogue::PlanSites(info, fields, {.fill = spec.fill}, Role::kActivation);
  ACTSEARCH_CHECK(plan.has_value(), plan.error().message);
  const Result<void> ok = modules::CheckActivation(spec.candidate);
  ACTSEARCH_CHECK(ok.has_value(), ok.error().message);
  modules::Parts parts(*std::move(plan), "activations", {spec.candidate}, spec.device,
                       catalogue::RecipeOf(fields).start);
  if (spec.plain) {
    parts.MakeCandidatesBy([](std::string_view text, const Site& site,
                              const at::Device&) -> std::shared_ptr<modules::Module> {
      const expr::Expr f = *expr::ParseScalar(text);
      return std::make_shared<PlainActivation>(site.centres ? expr::WithoutMean(f) : f,
                                               site.in.channels);
    });
  }
  modules::Network network(TaskOf(spec).build(fields, facts, parts), spec.device);
  if (made != nullptr) made->assign(parts.Made().begin(), parts.Made().end());
  return network;
}

Trainee::Trainee(const NetworkSpec& spec, const catalogue::DataFacts& facts, double learning_rate)
    : network_(MakeNetwork(spec, facts)),
      loss_(TaskOf(spec).loss()),
      recipe_(catalogue::RecipeOf(CompleteFor(spec))),
      optimizer_(network_, recipe_, learning_rate, spec.steps),
      run_{.mode = modules::Mode::kTrain} {}

void Trainee::Initialize(std::uint64_t seed, const at::Tensor& inputs) {
  network_.Initialize(Rng(seed).Fork("weights"), inputs);
  run_.draws = kernels::OwnGenerator(at::kCPU, Rng(seed).Fork("draws").Bits());
}

at::Tensor Trainee::Loss(const training::Examples& examples) {
  return loss_.Train(network_.Forward(run_, examples.inputs), examples.targets,
                     recipe_.label_smoothing);
}

std::vector<at::Tensor> Trainee::Gradients(const training::Examples& examples) {
  return network_.Gradients(Loss(examples));
}

std::vector<training::Examples> TakeBatches(const datasets::Dataset& data, std::int64_t batch,
                                            int count, std::uint64_t seed) {
  training::Batches batches(data, batch, Rng(seed), catalogue::Recipe(), at::kCPU);
  std::vector<training::Examples> taken;
  for (int i = 0; i < count; ++i) {
    const training::Examples& next = batches.Next();
    taken.push_back({next.inputs.clone(), next.targets.clone()});
  }
  return taken;
}

}  // namespace actsearch::test
