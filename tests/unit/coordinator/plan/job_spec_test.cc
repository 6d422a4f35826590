#include "coordinator/plan/job_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace actsearch::plan {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string ErrorOf(const JobSpec& spec) {
  const auto checked = CheckJobSpec(spec);
  if (checked) return "no error";
  EXPECT_EQ(checked.error().code, ErrorCode::kInvalid);
  return checked.error().message;
}

template <class Change>
std::string ErrorAfter(Change change) {
  JobSpec spec;
  change(spec);
  return ErrorOf(spec);
}

TEST(JobSpec, DefaultsAreACompleteJob) {
  const auto spec = CheckJobSpec({});
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->search.window, 2 * spec->search.parallelism);
  EXPECT_GT(spec->strategy.options.at("pool"), 1);
  EXPECT_EQ(CheckJobSpec(*spec), *spec) << "checking again changes nothing";
}

TEST(JobSpec, GivenWindowAndOptionsStay) {
  JobSpec spec;
  spec.search.window = 3;
  spec.strategy = {.name = "evolution", .options = {{"population", 16}}};
  const auto checked = CheckJobSpec(spec);
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->search.window, 3);
  EXPECT_EQ(checked->strategy.options.at("population"), 16);
  EXPECT_GT(checked->strategy.options.size(), 1u);
}

TEST(JobSpec, BoundsNameFieldValueAndLimits) {
  EXPECT_EQ(ErrorAfter([](JobSpec& s) { s.search.candidates = 0; }),
            "search.candidates: 0 is out of bounds; allowed: 1 to 10000000");
  EXPECT_EQ(ErrorAfter([](JobSpec& s) { s.hurdles.keep = 1.5; }),
            "hurdles.keep: 1.5 is out of bounds; allowed: 0.01 to 1");
  EXPECT_EQ(ErrorAfter([](JobSpec& s) {
              s.task.hidden = {128, 5000};
            }),
            "task.hidden: 5000 is out of bounds; allowed: 1 to 4096");
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.task.learning_rate = std::nan(""); }),
              StartsWith("task.learning_rate: nan is out of bounds"));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.search.seed = ~0ULL; }), StartsWith("search.seed: "));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.search.parallelism = -1; }),
              StartsWith("search.parallelism: -1"));
}

TEST(JobSpec, UnknownNamesGetASuggestion) {
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.strategy.name = "evoluton"; }),
              StartsWith("strategy.name: unknown value 'evoluton'; did you mean 'evolution'?"));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) {
                s.strategy = {.name = "evolution", .options = {{"populaton", 1}}};
              }),
              testing::AllOf(StartsWith("strategy.populaton: "), HasSubstr("'population'")));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) {
                s.strategy.options = {{"population", 0}};
              }),
              StartsWith("strategy.population: "));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.task.dataset = "mnits"; }),
              HasSubstr("did you mean 'mnist'?"));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.task.name = "mpl"; }), HasSubstr("'mlp'"));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) {
                s.finals.baselines = {"relu", "geluu"};
              }),
              testing::AllOf(StartsWith("finals.baselines: "), HasSubstr("'gelu'")));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.space.name = "activation"; }),
              HasSubstr("'activations'"));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.space.operators = {"no_such_operator"}; }),
              StartsWith("space.operators: "));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.space.unary = {"tnah"}; }),
              testing::AllOf(StartsWith("space.unary: "), HasSubstr("'tanh'")));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.space.shape = "x * unray(x)"; }),
              StartsWith("space.shape: column 5: "));
}

TEST(JobSpec, ExhaustiveNeedsASpaceWithAnEnd) {
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.strategy.name = "exhaustive"; }),
              testing::AllOf(StartsWith("strategy.name: 'exhaustive' "), HasSubstr("space.shape")));
  EXPECT_EQ(ErrorAfter([](JobSpec& s) {
              s.strategy.name = "exhaustive";
              s.space.shape = "binary(unary(x), unary(x))";
            }),
            "no error");
}

TEST(JobSpec, TextsOfPeopleAreCleanAndShort) {
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.name = ""; }), StartsWith("name: 0 bytes"));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.name = std::string(500, 'a'); }),
              StartsWith("name: 500 bytes"));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.name = "\x1b[31mred"; }),
              HasSubstr("control character"));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.name = "\xff"; }), HasSubstr("UTF-8"));
  EXPECT_EQ(ErrorAfter([](JobSpec& s) { s.name = "Größe 1"; }), "no error");
}

TEST(JobSpec, FieldsMustFitTogether) {
  EXPECT_THAT(ErrorAfter([](JobSpec& s) {
                s.hurdles.rungs = {0.5, 0.2};
              }),
              StartsWith("hurdles.rungs: [0.5, 0.2] must ascend"));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) {
                s.hurdles.rungs = {0.5, 0.5};
              }),
              StartsWith("hurdles.rungs: "));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) {
                s.finals.learning_rates = {1, 1};
              }),
              StartsWith("finals.learning_rates: [1, 1] repeats"));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) {
                s.finals.baselines = {"relu", "relu"};
              }),
              StartsWith("finals.baselines: "));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) {
                s.space.slots = 3;
                s.task.hidden = {16, 16};
              }),
              testing::AllOf(StartsWith("space.slots: 3 functions"), HasSubstr("give 1 or 2")));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) {
                s.space.slots = 2;
                s.task.name = "table";
                s.task.data_dir = "/tables";
              }),
              "space.slots: 2 functions, and task 'table' has one for all; give 1");
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.task.dataset = "mnist"; }),
              StartsWith("task.data_dir: dataset 'mnist' needs"));
  EXPECT_EQ(ErrorAfter([](JobSpec& s) {
              s.task.dataset = "mnist";
              s.task.data_dir = "/data";
            }),
            "no error");
}

TEST(JobSpec, ShortTrainingsLowerTheDefaultOfChanceStepsOnly) {
  JobSpec spec;
  spec.task.steps = 50;
  const auto checked = CheckJobSpec(spec);
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked->gates.chance_steps, 50);
  spec.gates.chance_steps = 60;
  EXPECT_THAT(ErrorOf(spec), StartsWith("gates.chance_steps: 60 is more than task.steps (50)"));
  spec.gates.chance = false;
  EXPECT_EQ(ErrorOf(spec), "no error");
}

TEST(JobSpec, JsonComesBackExactly) {
  JobSpec spec;
  spec.name = "a \"quoted\" name";
  spec.space.max_nodes = 9;
  spec.strategy.options = {{"population", 32}, {"crossover", 0.1 + 0.2}};
  spec.task.hidden = {7};
  spec.task.learning_rate = 1.0 / 3;
  spec.search.seed = 9007199254740991;
  spec.search.ordering = Ordering::kArrival;
  spec.gates.probes = false;
  spec.hurdles.rungs = {};
  spec.finals.learning_rates = {1};
  spec.finals.baselines = {};
  const auto back = JobSpecFromJson(JobSpecToJson(spec));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, spec);
  EXPECT_EQ(JobSpecToJson(*back), JobSpecToJson(spec));
}

TEST(JobSpec, DamagedJsonIsNamed) {
  const auto error_of = [](std::string_view json) {
    const auto spec = JobSpecFromJson(json);
    return spec ? std::string("no error") : spec.error().message;
  };
  EXPECT_THAT(error_of("{"), StartsWith("job spec: not a JSON document"));
  EXPECT_THAT(error_of("{}"), HasSubstr("job spec.v is missing"));
  EXPECT_THAT(error_of(R"({"v":9})"), HasSubstr("job spec.v is 9"));
  EXPECT_EQ(error_of(R"({"v":1,"search":{"candidates":"many"}})"),
            "search.candidates: 'many' is not a whole number");
  EXPECT_THAT(error_of(R"({"v":1,"search":{"candidate":3}})"),
              HasSubstr("did you mean 'candidates'?"));
  EXPECT_THAT(error_of(R"({"v":1,"serch":{"candidates":3}})"), HasSubstr("'search'"));
  EXPECT_THAT(error_of(R"({"v":1,"search":{"seed":18446744073709551615}})"),
              StartsWith("search.seed: "));
  EXPECT_THAT(error_of(R"({"v":1,"task":{"hidden":[1,"a"]}})"), StartsWith("task.hidden: "));
  EXPECT_THAT(error_of(R"({"v":1,"task":null})"), StartsWith("task: "));
  EXPECT_EQ(error_of(R"({"v":1})"), "no error");
}

}  // namespace
}  // namespace actsearch::plan
