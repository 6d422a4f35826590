// Messages without sense are refused, and the field is named.
#include "tests/unit/proto/convert_bed.h"

namespace actsearch::proto {
namespace {

struct BadTrial {
  const char* name;
  const char* message;  // a part of it
  std::function<void(v1::Trial&)> damage;
};

class BadTrials : public testing::TestWithParam<BadTrial> {};

TEST_P(BadTrials, AreInvalidAndTheFieldIsNamed) {
  v1::Trial message = ToProto(SomeTrial());
  GetParam().damage(message);
  const auto trial = FromProto(message);
  ASSERT_FALSE(trial);
  EXPECT_EQ(trial.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(trial.error().message, testing::HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Convert, BadTrials,
    testing::Values(
        BadTrial{"NoCandidate", "candidate: ''", [](auto& t) { t.clear_candidate(); }},
        BadTrial{"LongCandidate", "candidate: 65537 bytes; at most 65536",
                 [](auto& t) { t.set_candidate(std::string(65537, 'x')); }},
        BadTrial{"NoSpace", "space: ''", [](auto& t) { t.clear_space(); }},
        BadTrial{"LongSpace", "space: 129 bytes; at most 128",
                 [](auto& t) { t.set_space(std::string(129, 's')); }},
        BadTrial{"NoTask", "tasks: 0 tasks", [](auto& t) { t.clear_tasks(); }},
        BadTrial{"TwoTasks", "tasks: 2 tasks", [](auto& t) { *t.add_tasks() = t.tasks(0); }},
        BadTrial{"NoSites", "sites: nothing", [](auto& t) { t.clear_sites(); }},
        BadTrial{"ManySites", "sites.searched: 65 items; at most 64",
                 [](auto& t) {
                   while (t.sites().searched_size() < 65) t.mutable_sites()->add_searched("a");
                 }},
        BadTrial{"SiteName", "sites.searched[0]: 'a b'",
                 [](auto& t) { t.mutable_sites()->set_searched(0, "a b"); }},
        BadTrial{"LongPart", "sites.fill[0]: 4097 bytes",
                 [](auto& t) { t.mutable_sites()->set_fill(0, std::string(4097, 'f')); }},
        BadTrial{"TaskName", "tasks[0].name: 'a b'",
                 [](auto& t) { t.mutable_tasks(0)->set_name("a\nb"); }},
        BadTrial{"Dataset", "tasks[0].dataset: 129 bytes",
                 [](auto& t) { t.mutable_tasks(0)->set_dataset(std::string(129, 'd')); }},
        BadTrial{"Folder", "tasks[0].data_dir: 4097 bytes",
                 [](auto& t) { t.mutable_tasks(0)->set_data_dir(std::string(4097, 'd')); }},
        BadTrial{"Digest", "tasks[0].digest: '12'",
                 [](auto& t) { t.mutable_tasks(0)->set_digest("12"); }},
        BadTrial{"Fields", "tasks[0].fields: 65 items",
                 [](auto& t) {
                   auto& fields = *t.mutable_tasks(0)->mutable_fields();
                   for (int i = 0; fields.size() < 65; ++i)
                     fields[std::to_string(i)].set_flag(true);
                 }},
        BadTrial{"FieldName", "tasks[0].fields: 'a b'",
                 [](auto& t) { (*t.mutable_tasks(0)->mutable_fields())["a b"].set_flag(true); }},
        BadTrial{"FieldWithoutValue", "tasks[0].fields.a.value: nothing",
                 [](auto& t) { (*t.mutable_tasks(0)->mutable_fields())["a"]; }},
        BadTrial{"FieldText", "tasks[0].fields.a.text: 4097 bytes",
                 [](auto& t) {
                   (*t.mutable_tasks(0)->mutable_fields())["a"].set_text(std::string(4097, 't'));
                 }},
        BadTrial{"FieldItems", "tasks[0].fields.a.integers: 4097 items",
                 [](auto& t) {
                   auto& list = *(*t.mutable_tasks(0)->mutable_fields())["a"].mutable_integers();
                   while (list.items_size() < 4097) list.add_items(1);
                 }},
        BadTrial{"NoGates", "gates: nothing", [](auto& t) { t.clear_gates(); }},
        BadTrial{"NoSplit", "split: 0 is not one of search", [](auto& t) { t.clear_split(); }},
        BadTrial{"OddSplit", "split: 77", [](auto& t) { t.set_split(v1::Split(77)); }},
        BadTrial{"NegativeSplit", "split: -1", [](auto& t) { t.set_split(v1::Split(-1)); }},
        BadTrial{"Steps", "tasks[0].steps: -1", [](auto& t) { t.mutable_tasks(0)->set_steps(-1); }},
        BadTrial{"Batch", "tasks[0].batch: -5", [](auto& t) { t.mutable_tasks(0)->set_batch(-5); }},
        BadTrial{"Rate", "tasks[0].learning_rate: nan",
                 [](auto& t) { t.mutable_tasks(0)->set_learning_rate(kNan); }},
        BadTrial{"NegativeRate", "tasks[0].learning_rate: -1",
                 [](auto& t) { t.mutable_tasks(0)->set_learning_rate(-1); }},
        BadTrial{"ChanceSteps", "gates.chance_steps: -2",
                 [](auto& t) { t.mutable_gates()->set_chance_steps(-2); }},
        BadTrial{"Margin", "gates.chance_margin: inf",
                 [](auto& t) { t.mutable_gates()->set_chance_margin(kInfinity); }},
        BadTrial{"HurdleStep", "hurdles[0].step: 0",
                 [](auto& t) { t.mutable_hurdles(0)->set_step(0); }},
        BadTrial{"HurdleLoss", "hurdles[1].max_loss: nan",
                 [](auto& t) { t.mutable_hurdles(1)->set_max_loss(kNan); }},
        BadTrial{"HurdleOrder", "hurdles[1].step: 10",
                 [](auto& t) { t.mutable_hurdles(1)->set_step(10); }},
        BadTrial{"HurdleNetwork", "hurdles[0].network: -1",
                 [](auto& t) { t.mutable_hurdles(0)->set_network(-1); }},
        BadTrial{"Hurdles", "hurdles: 65 items; at most 64",
                 [](auto& t) {
                   while (t.hurdles_size() < 65) t.add_hurdles()->set_step(t.hurdles_size());
                 }}),
    [](const auto& info) { return info.param.name; });

struct BadOutcome {
  const char* name;
  const char* message;
  std::function<void(v1::Outcome&)> damage;
};

class BadOutcomes : public testing::TestWithParam<BadOutcome> {};

TEST_P(BadOutcomes, AreInvalidAndTheFieldIsNamed) {
  v1::Outcome message = ScoredMessage();
  ASSERT_TRUE(FromProto(message));
  GetParam().damage(message);
  const auto outcome = FromProto(message);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(outcome.error().message, testing::HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Convert, BadOutcomes,
    testing::Values(
        BadOutcome{"NoStatus", "status: 0", [](auto& o) { o.clear_status(); }},
        BadOutcome{"OddStatus", "status: 10", [](auto& o) { o.set_status(v1::Status(10)); }},
        BadOutcome{"NoLoss", "losses: nothing", [](auto& o) { o.clear_losses(); }},
        BadOutcome{"NanLoss", "losses[0]: nan", [](auto& o) { o.set_losses(0, kNan); }},
        BadOutcome{"SecondLoss", "losses[1]: inf", [](auto& o) { o.add_losses(kInfinity); }},
        BadOutcome{"Losses", "losses: 17 items; at most 16",
                   [](auto& o) { while (o.losses_size() < 17) o.add_losses(1); }},
        BadOutcome{"NanMetric", "metrics.accuracy: nan",
                   [](auto& o) { o.mutable_metrics(0)->set_value(kNan); }},
        BadOutcome{"MetricName", "metrics[0].name: ''",
                   [](auto& o) { o.mutable_metrics(0)->clear_name(); }},
        BadOutcome{"MetricTwice", "metrics[1].name: 'accuracy'",
                   [](auto& o) { o.add_metrics()->set_name("accuracy"); }},
        BadOutcome{"Metrics", "metrics: 33 items; at most 32",
                   [](auto& o) {
                     while (o.metrics_size() < 33) {
                       o.add_metrics()->set_name(std::to_string(o.metrics_size()));
                     }
                   }},
        BadOutcome{"Rungs", "rungs: 65 items; at most 64",
                   [](auto& o) { while (o.rungs_size() < 65) o.add_rungs(); }},
        BadOutcome{"RungMetrics", "rungs[0].metrics: 33 items",
                   [](auto& o) {
                     v1::RungValue& rung = *o.add_rungs();
                     while (rung.metrics_size() < 33) {
                       rung.add_metrics()->set_name(std::to_string(rung.metrics_size()));
                     }
                   }},
        BadOutcome{"RungNetwork", "rungs[0].network: 16",
                   [](auto& o) { o.add_rungs()->set_network(16); }},
        BadOutcome{"LongRule", "rejection.rule: 129 bytes",
                   [](auto& o) {
                     o.set_status(v1::STATUS_REJECTED);
                     o.mutable_rejection()->set_stage("probe");
                     o.mutable_rejection()->set_rule(std::string(129, 'r'));
                   }},
        BadOutcome{"LongDetail", "rejection.detail: 1025 bytes; at most 1024",
                   [](auto& o) {
                     o.set_status(v1::STATUS_REJECTED);
                     o.mutable_rejection()->set_stage("probe");
                     o.mutable_rejection()->set_rule("constant");
                     o.mutable_rejection()->set_detail(std::string(1025, 'd'));
                   }},
        BadOutcome{"NoStage", "rejection.stage: ''",
                   [](auto& o) {
                     o.set_status(v1::STATUS_REJECTED);
                     o.mutable_rejection()->set_rule("constant");
                   }},
        BadOutcome{"Reason", "reason: one", [](auto& o) { o.set_reason("why"); }},
        BadOutcome{"DataDigest", "data_digest: '12'", [](auto& o) { o.set_data_digest("12"); }},
        BadOutcome{"Worker", "timing.worker: 'a b'",
                   [](auto& o) { o.mutable_timing()->set_worker("a b"); }},
        BadOutcome{"UnitLosses", "unit_losses: 8194 bytes; at most 8192",
                   [](auto& o) { o.set_unit_losses(std::string(8194, 0)); }},
        BadOutcome{"OddUnitLosses", "unit_losses: 3 bytes",
                   [](auto& o) { o.set_unit_losses(std::string(3, 0)); }},
        BadOutcome{"RungStep", "rungs[0].step: -1", [](auto& o) { o.add_rungs()->set_step(-1); }},
        BadOutcome{"Rejection", "rejection: one", [](auto& o) { o.mutable_rejection(); }},
        BadOutcome{"NoRejection", "rejection: none",
                   [](auto& o) { o.set_status(v1::STATUS_REJECTED); }},
        BadOutcome{"Duplicate", "duplicate_of: one", [](auto& o) { o.set_duplicate_of(3); }},
        BadOutcome{"NoDuplicate", "duplicate_of: none",
                   [](auto& o) { o.set_status(v1::STATUS_DUPLICATE); }}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace actsearch::proto
