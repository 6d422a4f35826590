// What job files may say of tasks, sites and parts, without LibTorch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "evaluators/catalogue/parts.h"
#include "evaluators/catalogue/sites.h"
#include "evaluators/catalogue/tasks.h"

namespace actsearch::catalogue {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const TaskInfo& Task(std::string_view name) { return **Tasks().Find(name); }

Fields FieldsOf(const TaskInfo& task, const Fields& given = {}) {
  return *CompleteFields("task", task.fields, given);
}

Fields Hidden(std::vector<std::int64_t> sizes) { return {{"hidden", std::move(sizes)}}; }

Result<SitePlan> Planned(std::string_view task, const SiteSpec& wishes, const Fields& given = {}) {
  return PlanSites(Task(task), FieldsOf(Task(task), given), wishes, Role::kActivation);
}

std::string ErrorOf(const Result<SitePlan>& plan) { return plan ? "none" : plan.error().message; }

TEST(SitesTest, ByDefaultOneActivationStandsEverywhere) {
  const auto plan = Planned("mlp", {});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_THAT(plan->searched, ElementsAre("layer1.activation", "layer2.activation"));
  EXPECT_EQ(plan->slots, 1);
  EXPECT_EQ(plan->standing.at("layer1.norm"), "none");
  EXPECT_EQ(plan->standing.at("layer1"), "pair");
  EXPECT_FALSE(plan->standing.contains("layer1.activation"));
}

TEST(SitesTest, EachItsOwnMeansAsManyCandidates) {
  EXPECT_EQ(Planned("cnn", {.share = false}, Hidden({4, 8, 8, 8}))->slots, 4);
  EXPECT_EQ(Planned("resnet", {.share = false})->slots, 7);
  EXPECT_THAT(ErrorOf(Planned("mlp", {.share = false}, Hidden(std::vector<std::int64_t>(17, 4)))),
              AllOf(HasSubstr("17"), HasSubstr("sites.searched")));
}

TEST(SitesTest, PartsAreReadInTheirRole) {
  const auto plan =
      Planned("resnet", {.searched = {"last_layer.activation"},
                         .fill = {"activation = gelu", "stage1_block1_layer1.activation=x*tanh(x)",
                                  "norm=layer_norm", "last_layer.norm=none"}});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->standing.at("stage2_block1_layer1.activation"), "x * normal_cdf(x)");
  EXPECT_EQ(plan->standing.at("stage1_block1_layer1.activation"), "x * tanh(x)");
  EXPECT_EQ(plan->standing.at("last_layer.norm"), "none");
  EXPECT_EQ(plan->standing.at("stage2_block1_layer2.norm"), "layer_norm");
}

TEST(SitesTest, ActivationsGoByAnyOfTheirNames) {
  for (const std::string name : {"gelu", "GELU", "zoo:gelu", "x*normal_cdf(x)"}) {
    const auto plan =
        Planned("mlp", {.searched = {"layer1.activation"}, .fill = {"activation=" + name}});
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->standing.at("layer2.activation"), "x * normal_cdf(x)") << name;
  }
}

TEST(SitesTest, WhatWouldNeverStandAnywhereIsRefused) {
  EXPECT_THAT(ErrorOf(Planned("mlp", {.fill = {"layer1.activation=gelu"}})),
              AllOf(HasSubstr("'layer1.activation' is searched"), HasSubstr("sites.searched")));
  EXPECT_THAT(ErrorOf(Planned("mlp", {.fill = {"activation=gelu"}})), HasSubstr("is searched"));
  EXPECT_THAT(ErrorOf(Planned("mlp", {.fill = {"norm=batch_norm", "norm=none"}})),
              HasSubstr("'norm' is given twice, as batch_norm and none"));
  for (const std::string task : {"mlp", "noop"}) {
    EXPECT_THAT(ErrorOf(Planned(task, {.searched = {"activation", "activation"}})),
                HasSubstr("'activation' is given twice"));
  }
}

TEST(SitesTest, WhatMakesNoSenseIsNamed) {
  EXPECT_THAT(ErrorOf(Planned("mlp", {.searched = {}})), HasSubstr("sites.searched"));
  EXPECT_THAT(ErrorOf(Planned("mlp", {.searched = {"layer3.activation"}})),
              AllOf(HasSubstr("'layer3.activation'"), HasSubstr("layer2.activation")));
  EXPECT_THAT(ErrorOf(Planned("mlp", {.searched = {"layer1"}})),
              AllOf(HasSubstr("norm_activation"), HasSubstr("makes activation")));
  EXPECT_THAT(ErrorOf(Planned("mlp", {.fill = {"norm"}})), HasSubstr("norm=batch_norm"));
  EXPECT_THAT(ErrorOf(Planned("mlp", {.fill = {"norms=batch_norm"}})),
              HasSubstr("task 'mlp' has no site 'norms'; did you mean 'norm'?"));
  EXPECT_THAT(ErrorOf(Planned("mlp", {.searched = {"layer1.activaton"}})),
              HasSubstr("did you mean 'layer1.activation'?"));
  EXPECT_THAT(ErrorOf(Planned("mlp", {.fill = {"norm=gelu"}})),
              HasSubstr("'gelu' can stand at sites of role activation"));
  EXPECT_THAT(ErrorOf(Planned("mlp", {.searched = {"layer1.activation"},
                                      .fill = {"layer2.activation=batch_norm"}})),
              HasSubstr("'batch_norm' can stand at sites of role norm"));
  EXPECT_THAT(ErrorOf(Planned("mlp", {.searched = {"layer1.activation"},
                                      .fill = {"layer2.activation=geluu"}})),
              HasSubstr("did you mean 'gelu'"));
  EXPECT_THAT(ErrorOf(Planned("mlp", {.fill = {"norm=batchnorm"}})),
              HasSubstr("did you mean 'batch_norm'"));
  EXPECT_THAT(ErrorOf(Planned("mlp", {.searched = {"layer1.activation"},
                                      .fill = {"layer2.activation=x +"}})),
              HasSubstr("column 4"));
  EXPECT_THAT(ErrorOf(Planned("table", {.searched = {"a", "b"}, .share = false})),
              HasSubstr("sites.share"));
  EXPECT_EQ(Planned("noop", {.searched = {"a", "b"}, .share = false})->slots, 2);
  std::vector<std::string> many;
  for (int i = 0; i < 17; ++i) many.push_back("s" + std::to_string(i));
  EXPECT_THAT(ErrorOf(Planned("noop", {.searched = many, .share = false})),
              HasSubstr("sites.share: 17 searched sites"));
  EXPECT_FALSE(Planned("noop", {.fill = {"junk=whatever"}}).has_value());
}

TEST(SitesTest, PartsHaveSitesInside) {
  const auto usual = Planned("text", {});
  ASSERT_TRUE(usual) << usual.error().message;
  EXPECT_THAT(usual->searched, ElementsAre("block1_feed_forward.activation",
                                           "block2_feed_forward.activation"));
  EXPECT_FALSE(usual->standing.contains("block1_feed_forward.gate"));
  const auto gated = Planned("text", {.searched = {"gate"}, .fill = {"linear=gated"}});
  ASSERT_TRUE(gated) << gated.error().message;
  EXPECT_THAT(gated->searched, ElementsAre("block1_feed_forward.gate", "block2_feed_forward.gate"));
  EXPECT_FALSE(gated->standing.contains("block1_feed_forward.activation"));
  // Of a role those sites that are there, whichever they are.
  const auto mixed = Planned("text", {.share = false, .fill = {"block2_feed_forward=gated"}});
  ASSERT_TRUE(mixed) << mixed.error().message;
  EXPECT_THAT(mixed->searched,
              ElementsAre("block1_feed_forward.activation", "block2_feed_forward.gate"));
  EXPECT_EQ(mixed->slots, 2);
}

TEST(SitesTest, SitesThatAreNotThereAreNamed) {
  EXPECT_THAT(ErrorOf(Planned("text", {.searched = {"gate"}})),
              AllOf(HasSubstr("'block1_feed_forward.gate' is not there"),
                    HasSubstr("[block1_feed_forward=gated] has one")));
  EXPECT_THAT(ErrorOf(Planned("text", {.searched = {"block2_feed_forward.gate"}})),
              HasSubstr("'block2_feed_forward' has feed_forward"));
  EXPECT_THAT(ErrorOf(Planned("text", {.fill = {"gate=silu"}})),
              AllOf(HasSubstr("sites.fill"), HasSubstr("is not there")));
  EXPECT_THAT(ErrorOf(Planned("text", {.fill = {"linear=gatet"}})),
              HasSubstr("did you mean 'gated'"));
}

TEST(TasksTest, TakeDataThatFit) {
  const auto error_of = [](TaskSpec task) {
    const auto done = CheckTask(std::move(task));
    return done ? std::string("none") : done.error().message;
  };
  EXPECT_THAT(error_of({.name = "fit", .dataset = "mnist"}),
              AllOf(HasSubstr("task.dataset: 'mnist' has 1 x 28 x 28 numbers"),
                    HasSubstr("'fit' takes numbers with numbers as targets"),
                    HasSubstr("polynomials")));
  EXPECT_THAT(error_of({.name = "text", .dataset = "cifar10"}),
              AllOf(HasSubstr("sequences of tokens"), HasSubstr("sentences, text")));
  EXPECT_THAT(error_of({.name = "cnn", .dataset = "feynman"}), HasSubstr("images with classes"));
  EXPECT_EQ(error_of({.name = "fit", .dataset = "csv"}), "none") << "the file decides";
  for (const TaskInfo& task : Tasks().Rows()) {
    if (task.sketch == nullptr) continue;
    EXPECT_TRUE(FirstFitting(task)->generated) << task.name << ": needs no files by itself";
  }
  const DataFacts rows{.inputs = {.shape = Features(4)},
                       .targets = {ValueKind::kTokens, Features(1), 3}};
  EXPECT_TRUE(CheckFits(Task("mlp"), rows.inputs, rows.targets));
  EXPECT_FALSE(CheckFits(Task("cnn"), rows.inputs, rows.targets));
}

TEST(TasksTest, FieldsOfTheDataSetStandBesideTheTasksOwn) {
  const TaskSpec checked = *CheckTask(
      {.name = "fit", .dataset = "feynman", .fields = {{"equation", std::string("I.6.20")}}});
  EXPECT_EQ(FieldOf<std::string>(checked.fields, "range"), "near");
  const auto wrong = CheckTask(
      {.name = "fit", .dataset = "harmonics", .fields = {{"equation", std::string("I.6.20")}}});
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, AllOf(HasSubstr("task.equation"), HasSubstr("tones")));
  // No name means two things.
  for (const TaskInfo& task : Tasks().Rows()) {
    for (const DatasetInfo& dataset : Datasets().Rows()) {
      std::set<std::string_view> names = {"name", "dataset", "data_dir", "digest", "steps", "batch",
                                          "learning_rate"};
      for (const FieldRow& field : catalogue::FieldsOf(task, &dataset)) {
        EXPECT_TRUE(names.insert(field.name).second) << task.name << " on " << dataset.name << ": "
                                                     << field.name;
      }
    }
  }
}

// Strategies see search or far_search, never another.
TEST(SubsetsTest, TheRangeChoosesWhereScoresAreTaken) {
  TaskSpec near{.name = "fit", .dataset = "harmonics"}, far = near;
  far.fields["range"] = std::string("far");
  near = *CheckTask(near);
  far = *CheckTask(far);
  EXPECT_EQ(ScoredSubset(near, Split::kSearch), Subset::kSearch);
  EXPECT_EQ(ScoredSubset(near, Split::kSelect), Subset::kSelect);
  EXPECT_EQ(ScoredSubset(near, Split::kFinal), Subset::kFinal);
  EXPECT_EQ(ScoredSubset(far, Split::kSearch), Subset::kFarSearch);
  EXPECT_EQ(ScoredSubset(far, Split::kSelect), Subset::kFarSelect);
  EXPECT_EQ(ScoredSubset(far, Split::kFinal), Subset::kFarFinal);
  EXPECT_EQ(ScoredSubset(*CheckTask({.name = "mlp"}), Split::kFinal), Subset::kFinal);
}

TEST(TasksTest, FieldsHaveBoundsAndDefaults) {
  const TaskSpec checked = *CheckTask({.name = "resnet"});
  EXPECT_EQ(FieldOf<std::int64_t>(checked.fields, "blocks"), 1);
  const auto error_of = [](TaskSpec task) {
    const auto done = CheckTask(std::move(task));
    return done ? std::string("none") : done.error().message;
  };
  EXPECT_THAT(error_of({.name = "resnet", .fields = {{"blocks", std::int64_t{0}}}}),
              HasSubstr("task.blocks: 0 is out of bounds; allowed: 1 to 32"));
  EXPECT_THAT(error_of({.name = "mlp", .fields = {{"blocks", std::int64_t{1}}}}),
              AllOf(HasSubstr("task.blocks"), HasSubstr("hidden")));
  EXPECT_THAT(error_of({.name = "resnett"}), HasSubstr("did you mean 'resnet'"));
  EXPECT_EQ(error_of({.name = "mlp", .dataset = "mnist"}), "none") << "workers know their --data";
  EXPECT_THAT(error_of({.name = "mlp", .digest = "12"}), HasSubstr("task.digest"));
  EXPECT_THAT(error_of({.name = "noop", .digest = "0123456789abcdef"}),
              HasSubstr("task.digest: task 'noop' reads no data"));
  EXPECT_EQ(error_of({.name = "table", .digest = "0123456789abcdef"}), "none");
}

// Counted by hand: 784 * 128 + 128, 128 * 128 + 128, 128 * 10 + 10.
TEST(TasksTest, CostsFollowFromShapes) {
  const auto facts = PublishedFacts(**Datasets().Find("mnist"));
  const Costs mlp = Task("mlp").sketch(FieldsOf(Task("mlp")), facts)->costs;
  EXPECT_EQ(mlp.parameters, 100480 + 16512 + 1290);
  EXPECT_EQ(mlp.multiplications, 784 * 128 + 128 * 128 + 128 * 10);
}

TEST(TasksTest, ZeroPaddingDoesNotAbsorbAShift) {
  const auto facts = PublishedFacts(**Datasets().Find("cifar10"));
  const Blueprint cnn = *Task("cnn").sketch(FieldsOf(Task("cnn"), Hidden({4, 8})), facts);
  for (const Site& site : cnn.sites) {
    if (site.role != Role::kActivation) continue;
    EXPECT_EQ(site.absorbs.shift, site.name == "layer2.activation") << site.name;
    EXPECT_TRUE(site.absorbs.scale && site.absorbs.sign) << site.name;
  }
}

TEST(PartsTest, EachIsExplained) {
  for (const PartInfo& part : Parts().Rows()) EXPECT_FALSE(part.doc.empty()) << part.name;
  for (const TaskInfo& task : Tasks().Rows()) {
    EXPECT_FALSE(task.doc.empty()) << task.name;
    for (const FieldRow& field : task.fields) EXPECT_FALSE(field.doc.empty()) << field.name;
  }
}

}  // namespace
}  // namespace actsearch::catalogue
