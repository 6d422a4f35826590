// A fair start (design.md section 7): what the layers around a site absorb makes no difference to
// a training, at every kind of site that tasks have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "evaluators/catalogue/sites.h"
#include "search_spaces/space.h"
#include "tests/unit/evaluators/evaluator_bed.h"

namespace actsearch::evaluators {
namespace {

// Even, odd, periodic, one-sided.
constexpr const char* kFunctions[] = {"relu(x)",          "x * normal_cdf(x)",
                                      "x * sigmoid(x)",   "abs(x)",
                                      "square(asinh(x))", "sin(x)",
                                      "cos(x)",           "tanh(x)",
                                      "softplus(x)",      "x * tanh(b * x) where b: channel = 1"};

// "f" with the declarations of its parameters after the change.
std::string Changed(const std::string& before, const std::string& f, const std::string& after) {
  const auto where = f.find(" where ");
  const std::string formula = f.substr(0, where);
  return before + "(" + formula + ")" + after +
         (where == std::string::npos ? "" : f.substr(where));
}

struct Place {
  std::string name;
  Trial trial;
};

Trial Short(Trial trial) {
  trial.task.steps = 20;
  trial.gates.probes = trial.gates.chance = false;
  trial.task.fields["start"] = std::string("fair");
  return trial;
}

Trial TextTrial() {
  Trial trial = SmallMlp();
  trial.task.name = "text";
  trial.task.dataset = "sentences";
  trial.task.batch = 8;
  trial.task.fields = {{"width", std::int64_t{16}}, {"context", std::int64_t{16}}};
  return trial;
}

Trial FitTrial() {
  Trial trial = SmallMlp();
  trial.task.name = "fit";
  trial.task.dataset = "polynomials";
  return trial;
}

std::vector<Place> Places() {
  Trial with_norm = SmallMlp();
  with_norm.sites.fill = {"norm=layer_norm"};
  return {{"mlp", Short(SmallMlp())},
          {"mlp with layer_norm", Short(with_norm)},
          {"fit", Short(FitTrial())},
          {"cnn", Short(SmallCnn("none"))},
          {"cnn with batch_norm", Short(SmallCnn("batch_norm"))},
          {"resnet", Short(SmallResNet())},
          {"text", Short(TextTrial())}};
}

class StartTest : public EvaluatorTest {
 protected:
  static double LossOf(Trial trial, const std::string& candidate) {
    trial.candidate = candidate;
    return Evaluate(trial).Loss();
  }
};

TEST_F(StartTest, AConstantAndAFactorMakeNoDifference) {
  for (const auto& [name, trial] : Places()) {
    for (const std::string f : kFunctions) {
      const double loss = LossOf(trial, f);
      EXPECT_NEAR(LossOf(trial, Changed("", f, " + 0.7")), loss, 1e-4 * loss) << name << " " << f;
      EXPECT_NEAR(LossOf(trial, Changed("2 * ", f, "")), loss, 1e-4 * loss) << name << " " << f;
    }
  }
}

// The other starts are what they say: functions as they are written.
TEST_F(StartTest, OtherStartsTakeFunctionsAsTheyAre) {
  for (const std::string start : {"scaled", "user"}) {
    Trial trial = Short(SmallMlp());
    trial.task.fields["start"] = start;
    const double loss = LossOf(trial, "relu(x)");
    EXPECT_GT(std::abs(LossOf(trial, "relu(x) + 0.7") - loss), 1e-3 * loss) << start;
  }
}

// A gate multiplies: a constant is another function there, and a factor is not.
TEST_F(StartTest, GatesAbsorbAFactorAlone) {
  Trial trial = Short(TextTrial());
  trial.sites.fill = {"linear=gated"};
  trial.sites.searched = {"activation"};
  const double loss = LossOf(trial, "sigmoid(x)");
  EXPECT_NEAR(LossOf(trial, "2 * sigmoid(x)"), loss, 1e-4 * loss);
  EXPECT_GT(std::abs(LossOf(trial, "sigmoid(x) + 0.7") - loss), 1e-3 * loss);
}

// What counts as one candidate is what trains alike.
TEST(PlanSites, SaysWhatIsAbsorbed) {
  const auto absorbed = [](const std::string& task, Fields fields, SiteSpec sites) {
    TaskSpec spec{.name = task, .fields = std::move(fields)};
    spec.dataset = catalogue::FirstFitting(**catalogue::Tasks().Find(task))->name;
    spec = catalogue::CheckTask(spec).value();
    return catalogue::PlanSites(**catalogue::Tasks().Find(task), spec.fields, sites,
                                Role::kActivation)
        .value()
        .absorbs;
  };
  using testing::ElementsAre;
  constexpr Absorbs kAll = {.shift = true, .scale = true, .sign = true};
  constexpr Absorbs kFactor = {.shift = false, .scale = true, .sign = true};
  for (const char* task : {"mlp", "fit", "cnn", "resnet", "text"}) {
    EXPECT_THAT(absorbed(task, {}, {}), ElementsAre(kAll)) << task;
    EXPECT_THAT(absorbed(task, {{"start", std::string("user")}}, {}), ElementsAre()) << task;
  }
  EXPECT_THAT(absorbed("text", {}, {.searched = {"activation"}, .fill = {"linear=gated"}}),
              ElementsAre(kFactor));
  EXPECT_EQ(absorbed("mlp", {}, {.share = false}).size(), 2u);
}

}  // namespace
}  // namespace actsearch::evaluators
