// train_bench DATA_DIR [SECONDS]: candidates a second and processor time a step on the
// MNIST mlp task, for known functions; and what the gates cost. Processor time,
// because the machine may be shared.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "evaluators/evaluator.h"
#include "evaluators/gates/gate.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::evaluators {
namespace {

double ProcessorSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

Trial MnistTrial(const std::string& formula, const std::string& data_dir) {
  Trial trial;
  trial.formula = formula;
  trial.task = {.name = "mlp", .dataset = "mnist", .data_dir = data_dir};
  for (const int step : {50, 100, 200}) trial.hurdles.push_back({step, 1e30});
  return trial;
}

// Whole trials until `seconds` of processor time have passed.
void Measure(Evaluator& evaluator, const char* name, Trial trial, double seconds) {
  evaluator.Evaluate(trial, {}).value();  // loads the data
  const double start = ProcessorSeconds();
  int trials = 0;
  double loss = 0;
  while (ProcessorSeconds() - start < seconds) {
    trial.seed = static_cast<std::uint64_t>(++trials);
    loss += evaluator.Evaluate(trial, {}).value().loss;
  }
  const double each = (ProcessorSeconds() - start) / trials;
  std::printf("train function=%s candidates_per_cpu_s=%.2f cpu_us_per_step=%.0f loss=%.4f\n", name,
              1 / each, 1e6 * each / trial.task.steps, loss / trials);
}

void MeasureGates(const char* formula) {
  const expr::Expr f = expr::Parse(formula).value();
  const double start = ProcessorSeconds();
  int checks = 0;
  while (ProcessorSeconds() - start < 0.2) checks += gates::CheckGates(f) ? 1 : 1;
  std::printf("gates formula='%s' cpu_us=%.1f\n", formula,
              1e6 * (ProcessorSeconds() - start) / checks);
}

int Main(int argc, char** argv) {
  const std::string data_dir = argc > 1 ? argv[1] : "data";
  const double seconds = argc > 2 ? std::atof(argv[2]) : 3;
  auto evaluator = MakeEvaluator({});
  if (!evaluator) {
    std::fprintf(stderr, "train_bench: %s\n", evaluator.error().message.c_str());
    return 1;
  }
  std::printf("%s\n", (*evaluator)->Description().c_str());
  if (auto first = (*evaluator)->Evaluate(MnistTrial("relu(x)", data_dir), {}); !first) {
    std::fprintf(stderr, "train_bench: %s\n", first.error().message.c_str());
    return 1;
  }
  Measure(**evaluator, "relu", MnistTrial("relu(x)", data_dir), seconds);
  Measure(**evaluator, "silu", MnistTrial("x * sigmoid(x)", data_dir), seconds);
  Measure(**evaluator, "six_operations",
          MnistTrial("b * x * sigmoid(x) + 0.1 * sin(x) + tanh(x) where b: channel = 1", data_dir),
          seconds);
  MeasureGates("x * sigmoid(x)");
  MeasureGates("b * x * sigmoid(x) + 0.1 * sin(x) + tanh(x) where b: channel = 1");
  return 0;
}

}  // namespace
}  // namespace actsearch::evaluators

int main(int argc, char** argv) { return actsearch::evaluators::Main(argc, argv); }
