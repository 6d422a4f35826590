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
            "search.candidates: 0 and no finals.functions: nothing is to be done");
  EXPECT_EQ(ErrorAfter([](JobSpec& s) { s.search.parallelism = 0; }),
            "search.parallelism: 0 is out of bounds; allowed: 1 to 4096");
  EXPECT_EQ(ErrorAfter([](JobSpec& s) { s.hurdles.keep = {1.5}; }),
            "hurdles.keep: 1.5 is out of bounds; allowed: 0.01 to 1");
  EXPECT_EQ(ErrorAfter([](JobSpec& s) { s.hurdles.keep = {0.5, 0.6, 0.7}; }),
            "hurdles.keep: [0.5, 0.6, 0.7] has 3 shares for 2 rungs; give one for all or one for "
            "each");
  EXPECT_EQ(ErrorAfter([](JobSpec& s) {
              s.task.fields["hidden"] = std::vector<std::int64_t>{128, 5000};
            }),
            "task.hidden: 5000 is out of bounds; allowed: 1 to 4096");
  EXPECT_EQ(ErrorAfter([](JobSpec& s) { s.task.batch = 1; }),
            "task.batch: 1 is out of bounds; allowed: 2 to 65536");
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
  EXPECT_EQ(ErrorAfter([](JobSpec& s) { s.task.dataset = "mnist"; }), "no error");
  EXPECT_EQ(ErrorAfter([](JobSpec& s) {
              s.task.dataset = "mnist";
              s.task.data_dir = "/data";
            }),
            "no error");
}

TEST(JobSpec, SitesSayHowManyFunctionsACandidateHas) {
  JobSpec spec;
  spec.task.fields["hidden"] = std::vector<std::int64_t>{16, 16, 16};
  EXPECT_EQ(CheckJobSpec(spec)->space.slots, 1);
  spec.sites.share = false;
  EXPECT_EQ(CheckJobSpec(spec)->space.slots, 3);
  spec.sites.searched = {"layer1.activation", "layer3.activation"};
  spec.sites.fill = {"norm=batch_norm", "layer2.activation=gelu"};
  EXPECT_EQ(CheckJobSpec(spec)->space.slots, 2);
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.sites.searched = {"layer9"}; }),
              testing::AllOf(StartsWith("sites.searched: "), HasSubstr("'layer9'"),
                             HasSubstr("layer1.activation")));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.sites.searched = {"norm"}; }),
              StartsWith("sites.searched: "));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.sites.searched = {}; }),
              StartsWith("sites.searched: "));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.sites.fill = {"norm=batchnorm"}; }),
              testing::AllOf(StartsWith("sites.fill: "), HasSubstr("'batch_norm'")));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) {
                s.task.name = "table";
                s.task.data_dir = "/tables";
                s.sites = {.searched = {"a", "b"}, .share = false};
              }),
              StartsWith("sites.share: "));
}

TEST(JobSpec, DigestsAreSixteenHexadecimalDigits) {
  EXPECT_EQ(ErrorAfter([](JobSpec& s) { s.task.digest = "0123456789abcdef"; }), "no error");
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.task.digest = "0123"; }), StartsWith("task.digest: "));
  EXPECT_THAT(ErrorAfter([](JobSpec& s) { s.task.digest = std::string(17, 'a'); }),
              StartsWith("task.digest: 17 bytes"));
}

TEST(JobSpec, FilesAndDigestsNeedAWorkerToLookAtThem) {
  JobSpec spec;
  EXPECT_FALSE(NeedsCheck(spec));
  spec.task.digest = "0123456789abcdef";
  EXPECT_TRUE(NeedsCheck(spec)) << "these may not be the generated data of this program";
  spec.task.digest.clear();
  spec.task.dataset = "mnist";
  EXPECT_TRUE(NeedsCheck(spec));
  spec.task.name = "noop";
  EXPECT_FALSE(NeedsCheck(spec));
  spec.task.name = "table";
  EXPECT_TRUE(NeedsCheck(spec));
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
  spec.task.fields["hidden"] = std::vector<std::int64_t>{7};
  spec.task.digest = "0123456789abcdef";
  spec.sites = {.searched = {"layer1.activation"}, .share = false, .fill = {"norm=batch_norm"}};
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
  EXPECT_EQ(error_of(R"({"v":2})"), "no error");
}

TEST(JobSpec, SpecsOfVersionOneAreReadAsTodaySaysThem) {
  const auto spec = JobSpecFromJson(
      R"({"v":1,"space":{"slots":2},"task":{"name":"cnn","hidden":[4,6],"normalization":"batch"},)"
      R"("strategy":{"name":"gone","heat":2.5},"search":{"candidates":7}})");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_FALSE(spec->sites.share);
  EXPECT_THAT(spec->sites.fill, testing::ElementsAre("norm=batch_norm"));
  EXPECT_EQ(spec->task.name, "cnn");
  EXPECT_EQ(FieldOf<std::vector<std::int64_t>>(spec->task.fields, "hidden"),
            (std::vector<std::int64_t>{4, 6}));
  EXPECT_FALSE(spec->task.fields.contains("normalization"));
  EXPECT_EQ(spec->strategy.name, "gone");
  EXPECT_EQ(spec->strategy.options.at("heat"), 2.5);
  EXPECT_EQ(spec->search.candidates, 7u);
  const auto plain = JobSpecFromJson(
      R"({"v":1,"space":{"slots":1},"task":{"normalization":"none"}})");
  EXPECT_TRUE(plain->sites.share);
  EXPECT_TRUE(plain->sites.fill.empty());
}

}  // namespace
}  // namespace actsearch::plan
