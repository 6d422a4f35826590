// What autograd gets wrong silently, rules 1 to 4: second derivatives, parameters in one flat
// vector, memory orders of gradients.
#include <ATen/ATen.h>
#include <ATen/record_function.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "evaluators/kernels/tensor_value.h"
#include "search_spaces/expr/parse.h"
#include "tests/support/double_program.h"
#include "tests/unit/evaluators/autograd_rules/networks.h"

namespace actsearch::test {
namespace {

constexpr std::int64_t kBatch = 12;

training::Examples FirstBatch(const datasets::Dataset& data) {
  return TakeBatches(data, kBatch, 1, 1)[0];
}

// Gradients of |gradient of the loss|^2, by parameter: what needs second derivatives.
Tensors SecondGradients(const at::Tensor& loss, const Tensors& leaves) {
  std::vector<at::Tensor> inputs;
  for (const auto& [name, leaf] : leaves) inputs.push_back(leaf);
  const auto first = torch::autograd::grad({loss}, inputs, {}, true, /*create_graph=*/true);
  at::Tensor squares = at::zeros({}, loss.options());
  for (const at::Tensor& gradient : first) squares = squares + gradient.square().sum();
  const auto second = torch::autograd::grad({squares}, inputs, {}, false, false, true);
  Tensors named;
  std::size_t k = 0;
  for (const auto& [name, leaf] : leaves) {
    named[name] = second[k].defined() ? second[k] : at::zeros_like(leaf);
    ++k;
  }
  return named;
}

DoubleTask InDouble(const NetworkSpec& spec, const std::string& norm) {
  const expr::Expr f = expr::ParseScalar(spec.candidate).value();
  DoubleTask task{.planes = spec.task == "cnn", .normalizes = norm == "batch_norm", .layers = 2};
  for (const expr::Parameter& p : f.parameters) task.parameters.push_back(p.name);
  task.f = [f](const at::Tensor& x, const std::vector<at::Tensor>& p) {
    return kernels::EvaluateOnTensors(f, x, p, kernels::kMeans);
  };
  return task;
}

TEST(AutogradRules, Rule1SecondDerivativesGoThroughAWholeNetwork) {
  const MadeUpRows data(64);
  const training::Examples examples = FirstBatch(data);
  for (const char* task : {"mlp", "cnn"}) {
    for (const char* norm : {"none", "batch_norm"}) {
      NetworkSpec spec = SmallSpec(task, norm);
      spec.fields["start"] = std::string("scaled");  // as the program in double takes functions
      Trainee trainee(spec, data.Facts(), 1e-3);
      trainee.Initialize(1, examples.inputs);
      Tensors leaves;
      for (const modules::Parameter& p : trainee.network().Parameters()) leaves[p.name] = p.leaf;
      const DoubleProgram program(InDouble(spec, norm), leaves);
      const Tensors seen = SecondGradients(trainee.Loss(examples), leaves);
      const Tensors exact = SecondGradients(program.Loss(examples), program.Values());
      double largest = 0;
      for (const auto& [name, g] : exact) largest = std::max(largest, g.norm().item<double>());
      EXPECT_GT(largest, 0.1);
      for (const auto& [name, g] : exact) {
        EXPECT_LE((seen.at(name) - g).norm().item<double>(),
                  1e-4 * g.norm().item<double>() + 1e-5 * largest)
            << task << " " << norm << " " << name;
      }
    }
  }
}

TEST(AutogradRules, Rule2EachParameterLiesInTheFlatVectorAtItsPlace) {
  for (const auto& [name, spec] : EveryNetwork()) {
    const MadeUpRows data = RowsFor(spec, 64);
    const modules::Network network = MakeNetwork(spec, data.Facts());
    const auto* flat = static_cast<const float*>(network.Flat().data_ptr());
    for (const modules::Parameter& p : network.Parameters()) {
      const std::string which = name + " " + p.name;
      EXPECT_TRUE(p.leaf.is_leaf() && p.leaf.requires_grad()) << which;
      EXPECT_EQ(p.leaf.data_ptr(), flat + p.begin) << which;
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p.leaf.data_ptr()) % 64, 0u) << which;
    }
  }
}

TEST(AutogradRules, Rule2AGraphThatIsOlderThanAStepIsRefused) {
  for (const auto& [name, spec] : EveryNetwork()) {
    const MadeUpRows data = RowsFor(spec, 64);
    const training::Examples examples = FirstBatch(data);
    Trainee trainee(spec, data.Facts(), 1e-3);
    trainee.Initialize(1, examples.inputs);
    const at::Tensor old = trainee.Loss(examples);
    trainee.Step(examples);
    EXPECT_THROW(trainee.network().Gradients(old), c10::Error) << name;
    EXPECT_NO_THROW(trainee.Step(examples)) << name;
  }
}

TEST(AutogradRules, Rule2AMovedParameterIsNoticed) {
  const MadeUpRows data(64);
  modules::Network network = MakeNetwork(SmallSpec("cnn", "batch_norm"), data.Facts());
  network.CheckPlaces();
  network.Root().to(at::kDouble);
  EXPECT_DEATH(network.CheckPlaces(), "has left the flat vector");
}

// Adam's first step with the same gradients, element by element in the order of indices.
void ExpectAdamOf(Trainee& trainee, const std::vector<at::Tensor>& gradients,
                  const std::string& what) {
  std::vector<at::Tensor> expected;
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    const modules::Parameter& p = trainee.network().Parameters()[k];
    const at::Tensor g = p.gain * gradients[k].contiguous();
    expected.push_back(p.leaf.detach().contiguous().clone() -
                       1e-2 * p.gain * g / (g.abs() + 1e-8));
  }
  trainee.optimizer().Step(gradients);
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    const modules::Parameter& p = trainee.network().Parameters()[k];
    EXPECT_TRUE(at::allclose(p.leaf, expected[k], 1e-5, 1e-6)) << what << " " << p.name;
  }
}

TEST(AutogradRules, Rule3GradientsReachTheirWeightsWhateverTheirStrides) {
  for (const Shape& shape : {Spatial(3, 8, 8), Spatial(1, 8, 8)}) {
    for (const auto& [name, spec] : EveryNetwork()) {
      const MadeUpRows data = RowsFor(spec, 64, shape);
      const training::Examples examples = FirstBatch(data);
      for (const bool turned : {false, true}) {
        Trainee trainee(spec, data.Facts(), 1e-2);
        trainee.Initialize(1, examples.inputs);
        std::vector<at::Tensor> gradients = trainee.Gradients(examples);
        for (at::Tensor& g : gradients) {
          if (turned && g.dim() == 4) g = g.contiguous(at::MemoryFormat::Contiguous);
          if (turned && g.dim() == 2) g = g.t().contiguous().t();
        }
        ExpectAdamOf(trainee, gradients, name + (turned ? " turned" : ""));
        EXPECT_EQ(trainee.optimizer().Copies() > 0, turned) << name;
      }
    }
  }
}

// Copies that work does, as OUTER/OPERATION, OUTER being the operation that asks for it: the
// numbers that the largest of each kind copies.
struct Watch {
  std::vector<std::string> open;  // operations, the innermost last
  std::map<std::string, std::int64_t> copies;
};
thread_local Watch* watch = nullptr;

bool Copies(const std::string& operation) {
  return operation == "aten::copy_" || operation == "aten::clone" ||
         operation == "aten::contiguous";
}

// Conversions are how others ask for a copy.
bool Converts(const std::string& operation) {
  return operation == "aten::to" || operation == "aten::_to_copy";
}

std::unique_ptr<at::ObserverContext> Enter(const at::RecordFunction& function) {
  const std::string name = function.name();
  if (Copies(name)) {
    auto outer = watch->open.rbegin();
    while (outer != watch->open.rend() && Converts(*outer)) ++outer;
    std::int64_t& size = watch->copies[(outer == watch->open.rend() ? "" : *outer) + "/" + name];
    size = std::max(size, function.inputs()[0].toTensor().numel());
  }
  watch->open.push_back(name);
  return nullptr;
}

Watch WatchCopies(const std::function<void()>& work) {
  Watch here;
  watch = &here;
  const auto handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback(Enter, [](const at::RecordFunction&, at::ObserverContext*) {
        watch->open.pop_back();
      }).needsInputs(true));
  work();
  at::removeCallback(handle);
  watch = nullptr;
  return here;
}

TEST(AutogradRules, Rule4AStepCopiesNoArray) {
  for (const auto& [name, spec] : EveryNetwork()) {
    const MadeUpRows data = RowsFor(spec, 64);
    const training::Examples examples = FirstBatch(data);
    Trainee trainee(spec, data.Facts(), 1e-3);
    trainee.Initialize(1, examples.inputs);
    trainee.Step(examples);
    std::int64_t weight = 0;  // the largest convolution's
    for (const modules::Parameter& p : trainee.network().Parameters()) {
      if (p.leaf.dim() == 4) weight = std::max(weight, p.leaf.numel());
    }
    const bool is_text = spec.task == "text";  // of 6 elements, up to 32 numbers each
    const std::int64_t outputs = is_text ? kBatch * 6 * 32 : kBatch * 10;
    const std::map<std::string, std::int64_t> largest = {
        {"aten::addmm/aten::copy_", outputs},  // the bias, to where the product is added
        // A weight's gradient, from oneDNN's memory order.
        {"aten::convolution_backward/aten::copy_", weight},
        // Numbers.
        {"aten::mul/aten::copy_", 1},
        {"aten::div/aten::copy_", 1},
        {"aten::div_/aten::copy_", 1},
        {"aten::add/aten::copy_", 1},
        {"aten::pow/aten::copy_", 1},
    };
    const Watch seen = WatchCopies([&] { trainee.Step(examples); });
    for (const auto& [copy, size] : seen.copies) {
      const auto listed = largest.find(copy);
      EXPECT_LE(size, listed == largest.end() ? 0 : listed->second) << name << ": " << copy;
    }
  }
  const at::Tensor turned = at::zeros({4, 6}).t();
  const Watch watched = WatchCopies([&] { turned.contiguous(); });
  EXPECT_EQ(watched.copies.at("aten::contiguous/aten::clone"), turned.numel());
}

}  // namespace
}  // namespace actsearch::test
