#include "coordinator/rpc/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/rpc/status.h"

namespace actsearch::rpc {
namespace {

using testing::HasSubstr;

plan::JobSpec OddSpec() {
  plan::JobSpec spec;
  spec.name = "odd";
  spec.space = {.max_nodes = 9,
                .max_parameters = 0,
                .parameter_shape = "layer",
                .operators = {"add", "tanh"},
                .unary = {"tanh", "sin"},
                .binary = {"mul"},
                .shape = "binary(x, unary(x))"};
  spec.strategy = {.name = "random", .options = {{"a", 0.0}, {"b", -2.5}}};
  spec.task = {.name = "cnn",
               .dataset = "mnist",
               .data_dir = "d",
               .steps = 7,
               .batch = 3,
               .learning_rate = 0.5,
               .fields = {{"hidden", std::vector<std::int64_t>{1, 2, 3}}}};
  spec.sites = {.searched = {"norm"}, .share = false, .fill = {"layer1.activation=gelu"}};
  spec.gates = {.probes = false, .chance = false, .chance_steps = 5, .chance_margin = 0.5};
  spec.hurdles = {.rungs = {}, .keep = {1}, .min_observed = 1};
  spec.search = {.candidates = 1,
                 .seed = 0,
                 .parallelism = 2,
                 .window = 4,
                 .ordering = plan::Ordering::kArrival,
                 .audits = 0,
                 .max_trial_seconds = 1,
                 .max_attempts = 1};
  spec.finals = {.finalists = 0,
                 .apart = 0.5,
                 .functions = {"sin(x)"},
                 .seeds = 1,
                 .learning_rates = {3},
                 .octaves = 0,
                 .stops = {0.5},
                 .baselines = {}};
  spec.confirm = {.steps = 1, .width = 7, .baselines = 0};
  return spec;
}

TEST(Convert, JobSpecsSurviveTheWire) {
  for (const plan::JobSpec& spec : {plan::JobSpec(), OddSpec()}) {
    const auto back = FromProto(ToProto(spec));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, spec);
  }
}

TEST(Convert, AnEmptySpecIsTheDefaultSpec) {
  EXPECT_EQ(*FromProto(v1::JobSpec()), plan::JobSpec());
}

TEST(Convert, ZerosThatMeanNothingAreDefaults) {
  v1::JobSpec wire;
  wire.mutable_search()->set_candidates(7);
  wire.mutable_task()->set_steps(3);
  const auto spec = FromProto(wire);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->search.candidates, 7U);
  EXPECT_EQ(spec->search.parallelism, plan::SearchSpec().parallelism);
  EXPECT_EQ(spec->task.steps, 3);
  EXPECT_EQ(spec->task.batch, TaskSpec().batch);
  EXPECT_TRUE(spec->sites.share);
}

TEST(Convert, AnUnknownOrderingIsRefused) {
  v1::JobSpec wire;
  wire.mutable_search()->set_ordering(static_cast<v1::Ordering>(77));
  const auto spec = FromProto(wire);
  ASSERT_FALSE(spec);
  EXPECT_THAT(spec.error().message, HasSubstr("search.ordering"));
}

TEST(Convert, HellosAreChecked) {
  v1::Hello hello;
  hello.set_worker("w");
  hello.set_slots(2);
  EXPECT_TRUE(FromProto(hello));
  auto nameless = hello;
  nameless.clear_worker();
  auto long_named = hello;
  long_named.set_worker(std::string(129, 'w'));
  auto slotless = hello;
  slotless.set_slots(0);
  auto greedy = hello;
  for (int i = 0; i < 5000; ++i) greedy.add_leases()->set_job_id("job");
  auto aimless = hello;
  aimless.add_leases();
  auto escaped = hello;
  escaped.set_worker("w\x1b[31m");
  for (const v1::Hello& wrong : {nameless, long_named, escaped, slotless, greedy, aimless}) {
    const auto refused = FromProto(wrong);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  }
}

TEST(Convert, ReportsOfImpossibleEndsAreRefused) {
  v1::Report report;
  report.mutable_lease()->set_job_id("job");
  for (const v1::Status status : {v1::STATUS_DUPLICATE, v1::STATUS_QUARANTINED,
                                  v1::STATUS_CANCELLED}) {
    report.mutable_outcome()->set_status(status);
    if (status == v1::STATUS_DUPLICATE) report.mutable_outcome()->set_duplicate_of(1);
    EXPECT_EQ(FromProto(report).error().code, ErrorCode::kInvalid);
    report.mutable_outcome()->clear_duplicate_of();
  }
  report.mutable_outcome()->set_status(v1::STATUS_SCORED);
  report.mutable_outcome()->add_losses(std::numeric_limits<double>::quiet_NaN());
  EXPECT_THAT(FromProto(report).error().message, HasSubstr("outcome.losses[0]: nan"));
}

TEST(Convert, AttemptsNeedNoOutcomeAndAreBounded) {
  v1::Report report;
  report.mutable_lease()->set_job_id("job");
  report.mutable_attempt()->set_end(v1::ATTEMPT_END_TIMED_OUT);
  const auto timed_out = FromProto(report);
  ASSERT_TRUE(timed_out) << timed_out.error().message;
  EXPECT_EQ(std::get<Attempt>(timed_out->end).end, AttemptEnd::kTimedOut);
  report.mutable_attempt()->set_end(v1::ATTEMPT_END_ERROR);
  report.mutable_attempt()->mutable_error()->set_message(std::string(100000, 'e'));
  EXPECT_THAT(FromProto(report).error().message, HasSubstr("attempt.error.message: 100000 bytes"));
}

TEST(Convert, AnswersToProbesAreFactsOrErrors) {
  v1::ProbeAnswer answer;
  EXPECT_FALSE(FromProto(answer));
  answer.set_job_id("job");
  answer.mutable_facts()->set_digest("0123456789abcdef");
  for (int i = 0; i < 4; ++i) answer.mutable_facts()->add_rows(i);
  EXPECT_EQ(FromProto(answer)->facts->rows[3], 3);
  answer.mutable_facts()->add_rows(4);
  EXPECT_THAT(FromProto(answer).error().message, HasSubstr("probe_answer.facts.rows"));
  answer.mutable_error()->set_code(v1::ERROR_CODE_NOT_FOUND);
  answer.mutable_error()->set_message("no such\nfolder");
  const auto error = FromProto(answer)->facts.error();
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_EQ(error.message, "no such folder");
}

TEST(Convert, AJobShowsWhoIsSetAsideAndItsData) {
  engine::JobView view;
  view.state = plan::JobState::kChecking;
  view.version = "1.2.3";
  view.set_aside = {{"sick", {ErrorCode::kNotFound, "no such folder"}}};
  EXPECT_FALSE(ToProto(view).has_data());
  view.data = catalogue::DataFacts{.digest = "0123456789abcdef"};
  const v1::Job job = ToProto(view);
  EXPECT_EQ(job.state(), v1::JOB_STATE_CHECKING);
  EXPECT_EQ(job.version(), "1.2.3");
  ASSERT_EQ(job.set_aside_size(), 1);
  EXPECT_EQ(job.set_aside(0).worker(), "sick");
  EXPECT_EQ(job.set_aside(0).reason(), "no such folder");
  EXPECT_EQ(job.data().digest(), "0123456789abcdef");
}

TEST(Status, EveryErrorHasItsCode) {
  using enum ErrorCode;
  const std::pair<ErrorCode, grpc::StatusCode> expected[] = {
      {kInvalid, grpc::INVALID_ARGUMENT},
      {kNotFound, grpc::NOT_FOUND},
      {kExists, grpc::ALREADY_EXISTS},
      {kPrecondition, grpc::FAILED_PRECONDITION},
      {kStale, grpc::ABORTED},
      {kUnavailable, grpc::UNAVAILABLE},
      {kCorrupt, grpc::DATA_LOSS},
      {kOutOfMemory, grpc::RESOURCE_EXHAUSTED},
      {kInternal, grpc::INTERNAL}};
  for (const auto& [code, status] : expected) EXPECT_EQ(ToStatus({code, "m"}).error_code(), status);
  EXPECT_LE(ToStatus({kInvalid, std::string(1 << 20, 'm')}).error_message().size(), 2000U);
}

}  // namespace
}  // namespace actsearch::rpc
