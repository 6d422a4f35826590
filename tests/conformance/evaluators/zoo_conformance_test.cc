// Every scalar function of the zoo trains as an independent program in double precision says
// that it should: gradients of the first step, and the way that the first layer's weights go in
// 20 steps. Through the evaluator, and through LibTorch's operations, where a worker without
// fused passes falls back to.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "evaluators/evaluator.h"
#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/tensor_value.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/expr/parse.h"
#include "tests/conformance/evaluators/zoo_draws.h"
#include "tests/support/double_program.h"
#include "tests/support/networks.h"
#include "tests/support/noisy_pictures.h"
#include "tests/support/process.h"

namespace actsearch {
namespace {

using test::Tensors;
using test::WriteNoisyPictures;

constexpr int kSteps = 20;
constexpr std::int64_t kBatch = 16;
constexpr double kLearningRate = 1e-3;
constexpr std::uint64_t kSeed = 3;
// Of a gradient's norm, and of the largest norm in the network: terms of a parameter's gradient
// may cancel, as a shift's do before a normalization, and leave the rounding of the others.
constexpr double kGradientTolerance = 1e-4, kRounding = 2e-6;
constexpr double kCosine = 0.99;

// Some functions hand rounding on enlarged: thirty waves over the inputs make an error of x
// thirty times larger in every layer, and a slope without bound at 0 makes it anything. How much
// is measured, where a row is beyond the bounds above: the exact program whose values are
// disturbed before every step, by what sums of some hundred rounded products are off.
constexpr double kDisturbance = 1e-6;
constexpr int kDisturbedRuns = 4;
// A run may be so many times further off than the furthest disturbed one.
constexpr double kSlack = 3;

struct Networks {
  std::string task, norm;
  std::vector<std::int64_t> hidden;
};

void PrintTo(const Networks& networks, std::ostream* out) {
  *out << networks.task << " " << networks.norm;
}

// A row's run through one path: the values of step 0, gradients there, values after kSteps.
struct Training {
  Tensors start, gradients, end;
};

class ZooConformanceTest : public ::testing::TestWithParam<Networks> {
 protected:
  static void SetUpTestSuite() {
    folder_ = new test::TempDir;
    WriteNoisyPictures(folder_->Path(), "train", 800);
    WriteNoisyPictures(folder_->Path(), "t10k", 16);
    evaluator_ = evaluators::MakeEvaluator({}).value().release();
    data_ = datasets::LoadDataset("mnist", {.dir = folder_->Path().string()}).value().release();
    batches_ = new auto(test::TakeBatches(*data_, kBatch, kSteps, kSeed));
  }
  static void TearDownTestSuite() {
    delete batches_;
    delete data_;
    delete evaluator_;
    delete folder_;
  }

  static Fields FieldsOf() {
    return {{"hidden", GetParam().hidden}, {"schedule", std::string("constant")}, {"warmup", 0.0}};
  }
  static std::vector<std::string> Fill() { return {"norm=" + GetParam().norm}; }

  // As the reference takes functions.
  static Fields AsWritten() {
    Fields fields = FieldsOf();
    fields["start"] = std::string("scaled");
    return fields;
  }

  static test::NetworkSpec Spec(const activations::ZooRow& row, bool plain) {
    return {.task = GetParam().task,
            .fields = AsWritten(),
            .candidate = std::string(row.formula),
            .fill = Fill(),
            .plain = plain};
  }

  // As a user gets it, to the end.
  static Training ThroughEvaluator(const activations::ZooRow& row) {
    Trial trial;
    trial.candidate = row.formula;
    trial.sites.fill = Fill();
    trial.task = {.name = GetParam().task,
                  .dataset = "mnist",
                  .data_dir = folder_->Path().string(),
                  .steps = kSteps,
                  .batch = kBatch,
                  .learning_rate = kLearningRate,
                  .fields = AsWritten()};
    trial.seed = kSeed;
    trial.gates = {.probes = false, .chance = false};
    Training training;
    evaluators::Control control;
    control.on_parameters = [&](const evaluators::ParameterValues& p) {
      Tensors& values = p.step == 0 ? training.start : training.end;
      values[std::string(p.name)] =
          at::tensor(at::ArrayRef<float>(p.values.data(), p.values.size()))
              .view(at::IntArrayRef(p.shape.data(), p.shape.size()));
    };
    const Result<Outcome> outcome = evaluator_->Evaluate(trial, control);
    EXPECT_TRUE(outcome.has_value()) << row.name << ": " << outcome.error().message;
    return training;
  }

  // The same, step by step, as far as asked for.
  static Training StepByStep(const activations::ZooRow& row, bool plain, int steps) {
    Training training;
    test::Trainee trainee(Spec(row, plain), data_->Facts(), kLearningRate);
    trainee.Initialize(kSeed, (*batches_)[0].inputs);
    training.start = ValuesOf(trainee);
    for (int step = 0; step < steps; ++step) {
      const std::vector<at::Tensor> gradients = trainee.Gradients((*batches_)[step]);
      if (step == 0) training.gradients = Named(trainee, gradients);
      trainee.optimizer().Step(gradients);
    }
    training.end = ValuesOf(trainee);
    return training;
  }

  static Tensors Named(test::Trainee& trainee, const std::vector<at::Tensor>& tensors) {
    Tensors named;
    for (std::size_t k = 0; k < tensors.size(); ++k) {
      named[trainee.network().Parameters()[k].name] = tensors[k];
    }
    return named;
  }
  static Tensors ValuesOf(test::Trainee& trainee) {
    Tensors values;
    for (const modules::Parameter& p : trainee.network().Parameters()) {
      values[p.name] = p.leaf.detach().clone();
    }
    return values;
  }

  // The same trial as the independent program takes it.
  static test::DoubleProgram Reference(const activations::ZooRow& row, const Tensors& start) {
    const expr::Expr f = expr::ParseScalar(row.formula).value();
    test::DoubleTask task{.planes = GetParam().task == "cnn",
                          .normalizes = GetParam().norm == "batch_norm",
                          .layers = static_cast<int>(GetParam().hidden.size())};
    for (const expr::Parameter& p : f.parameters) task.parameters.push_back(p.name);
    if (kernels::HasDraws(f)) {
      at::Generator generator = at::globalContext().defaultGenerator(at::kCPU).clone();
      generator.set_current_seed(Rng(kSeed).Fork("draws").Bits());
      task.f = [name = row.name, generator](const at::Tensor& x, const std::vector<at::Tensor>& p) {
        return WithDraws(name, x, p, generator);
      };
    } else {
      task.f = [f](const at::Tensor& x, const std::vector<at::Tensor>& p) {
        return kernels::EvaluateOnTensors(f, x, p, kernels::kMeans);
      };
    }
    return {std::move(task), start};
  }

  static std::string Number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2e", value);
    return text;
  }

  // What `measure` is at most in programs from `start` that rounding disturbs.
  static double Disturbed(const activations::ZooRow& row, const Tensors& start, int steps,
                          const std::function<double(const test::DoubleProgram&)>& measure) {
    const std::map<std::string, double> gains = GainsOf(row);
    at::Generator generator = at::globalContext().defaultGenerator(at::kCPU).clone();
    generator.set_current_seed(kSeed);
    double largest = 0;
    for (int run = 0; run < kDisturbedRuns; ++run) {
      test::DoubleProgram program = Reference(row, start);
      for (int step = 0; step < steps; ++step) {
        program.Disturb(kDisturbance, generator);
        program.Step((*batches_)[step], kLearningRate, gains);
      }
      program.Disturb(kDisturbance, generator);
      largest = std::max(largest, measure(program));
    }
    return largest;
  }

  // Empty, or what is off and by how much.
  static std::string GradientsOff(const activations::ZooRow& row, const Training& training) {
    const Tensors exact = Reference(row, training.start).Gradients((*batches_)[0]);
    double largest = 0;
    for (const auto& [name, gradient] : exact) {
      largest = std::max(largest, gradient.norm().item<double>());
    }
    std::string off;
    for (const auto& [name, gradient] : exact) {
      const auto error = [&](const Tensors& gradients) {
        return (gradients.at(name) - gradient).norm().item<double>();
      };
      const double seen = error(training.gradients);
      const double norm = gradient.norm().item<double>();
      if (seen <= kGradientTolerance * norm + kRounding * largest) continue;
      const double disturbed = Disturbed(row, training.start, 0, [&](const auto& program) {
        return error(program.Gradients((*batches_)[0]));
      });
      if (seen <= kSlack * disturbed) continue;
      off += " " + name + " by " + Number(seen) + " of " + Number(norm) + ", disturbed " +
             Number(disturbed);
    }
    return off;
  }

  static std::string FirstLayer() {
    return GetParam().task == "cnn" ? "layer1_convolution.weight" : "layer1_linear.weight";
  }

  // By which the start has scaled what it drew.
  static std::map<std::string, double> GainsOf(const activations::ZooRow& row) {
    test::Trainee trainee(Spec(row, /*plain=*/true), data_->Facts(), kLearningRate);
    trainee.Initialize(kSeed, (*batches_)[0].inputs);
    std::map<std::string, double> gains;
    for (const modules::Parameter& p : trainee.network().Parameters()) gains[p.name] = p.gain;
    return gains;
  }

  // Where the independent program arrives from `start`. Both paths start at the same values but
  // for rounding, and share the answer.
  static const Tensors& EndInDouble(const activations::ZooRow& row, const Tensors& start) {
    Tensors& end = ends_[GetParam().task + GetParam().norm + std::string(row.name)];
    if (!end.empty()) return end;
    test::DoubleProgram program = Reference(row, start);
    const std::map<std::string, double> gains = GainsOf(row);
    for (const training::Examples& batch : *batches_) program.Step(batch, kLearningRate, gains);
    return end = program.Values();
  }

  // Between the ways that the first layer's weights go from `start`.
  static double Cosine(const activations::ZooRow& row, const Tensors& start, const Tensors& end) {
    const std::string name = FirstLayer();
    const at::Tensor from = start.at(name).to(at::kDouble);
    const at::Tensor seen = end.at(name).detach() - from;
    const at::Tensor exact = EndInDouble(row, start).at(name).detach() - from;
    const double norms = (seen.norm() * exact.norm()).item<double>();
    if (norms == 0) return seen.equal(exact) ? 1 : 0;  // no slope anywhere: nothing may move
    return (seen * exact).sum().item<double>() / norms;
  }

  // Empty, or how the way differs from the exact one.
  static std::string WayOff(const activations::ZooRow& row, const Training& training) {
    const double cosine = Cosine(row, training.start, training.end);
    if (cosine >= kCosine) return "";
    const double disturbed = Disturbed(row, training.start, kSteps, [&](const auto& program) {
      return 1 - Cosine(row, training.start, program.Values());
    });
    if (1 - cosine <= kSlack * disturbed) return "";
    return "cosine " + std::to_string(cosine) + ", disturbed " + std::to_string(1 - disturbed);
  }

  static test::TempDir* folder_;
  static evaluators::Evaluator* evaluator_;
  static const datasets::Dataset* data_;
  static std::vector<training::Examples>* batches_;
  static std::map<std::string, Tensors> ends_;
};
test::TempDir* ZooConformanceTest::folder_ = nullptr;
evaluators::Evaluator* ZooConformanceTest::evaluator_ = nullptr;
const datasets::Dataset* ZooConformanceTest::data_ = nullptr;
std::vector<training::Examples>* ZooConformanceTest::batches_ = nullptr;
std::map<std::string, Tensors> ZooConformanceTest::ends_;

std::vector<activations::ZooRow> Rows() {
  std::vector<activations::ZooRow> rows;
  for (const activations::ZooRow& row : activations::Zoo().Rows()) {
    if (activations::IsScalar(row)) rows.push_back(row);
  }
  return rows;
}

TEST_P(ZooConformanceTest, FirstGradients) {
  EXPECT_GT(Rows().size(), 300u);
  for (const activations::ZooRow& row : Rows()) {
    const std::string off = GradientsOff(row, StepByStep(row, /*plain=*/false, 1));
    EXPECT_EQ(off, "") << row.name << " " << row.formula;
  }
}

TEST_P(ZooConformanceTest, TwentySteps) {
  for (const activations::ZooRow& row : Rows()) {
    const Training training = ThroughEvaluator(row);
    EXPECT_EQ(WayOff(row, training), "") << row.name << " " << row.formula;
    // What FirstGradients looks at is what the evaluator trains.
    const at::Tensor start = StepByStep(row, /*plain=*/false, 0).start.at(FirstLayer());
    EXPECT_TRUE(start.equal(training.start.at(FirstLayer()))) << row.name;
  }
}

TEST_P(ZooConformanceTest, TheFallBack) {
  for (const activations::ZooRow& row : Rows()) {
    const Training training = StepByStep(row, /*plain=*/true, kSteps);
    const std::string off = GradientsOff(row, training);
    EXPECT_EQ(off, "") << row.name << " " << row.formula;
    EXPECT_EQ(WayOff(row, training), "") << row.name << " " << row.formula;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Networks, ZooConformanceTest,
    ::testing::Values(Networks{"mlp", "none", {12, 8}}, Networks{"mlp", "batch_norm", {12, 8}},
                      Networks{"cnn", "none", {4, 6}}, Networks{"cnn", "batch_norm", {4, 6}}),
    [](const auto& info) { return info.param.task + "_" + info.param.norm; });

}  // namespace
}  // namespace actsearch
