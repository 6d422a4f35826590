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
               .hidden = {1, 2, 3},
               .normalization = "batch"};
  spec.gates = {.probes = false, .chance = false, .chance_steps = 5, .chance_margin = 0.5};
  spec.hurdles = {.rungs = {}, .keep = 1, .min_observed = 1};
  spec.search = {.candidates = 1,
                 .seed = 0,
                 .parallelism = 2,
                 .window = 4,
                 .ordering = plan::Ordering::kArrival,
                 .audit_share = 0,
                 .max_trial_seconds = 1,
                 .max_attempts = 1};
  spec.finals = {.finalists = 0, .apart = 0.5, .seeds = 1, .learning_rates = {3}, .baselines = {}};
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
  EXPECT_EQ(spec->task.hidden, TaskSpec().hidden);
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
  long_named.set_worker(std::string(1000, 'w'));
  auto slotless = hello;
  slotless.set_slots(0);
  auto greedy = hello;
  for (int i = 0; i < 5000; ++i) greedy.add_leases()->set_job_id("job");
  auto aimless = hello;
  aimless.add_leases();
  for (const v1::Hello& wrong : {nameless, long_named, slotless, greedy, aimless}) {
    const auto refused = FromProto(wrong);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  }
}

TEST(Convert, ReportsOfImpossibleEndsAreRefused) {
  v1::Report report;
  report.mutable_lease()->set_job_id("job");
  report.mutable_outcome()->set_status(v1::STATUS_QUARANTINED);
  EXPECT_EQ(FromProto(report).error().code, ErrorCode::kInvalid);
  report.mutable_outcome()->set_status(v1::STATUS_SCORED);
  report.mutable_outcome()->set_loss(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(FromProto(report).error().code, ErrorCode::kInvalid);
  // An error stands for itself: no outcome is needed.
  report.set_error(std::string(100000, 'e'));
  const auto failed = FromProto(report);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->error.size(), 4000U);
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
      {kInternal, grpc::INTERNAL}};
  for (const auto& [code, status] : expected) EXPECT_EQ(ToStatus({code, "m"}).error_code(), status);
  EXPECT_LE(ToStatus({kInvalid, std::string(1 << 20, 'm')}).error_message().size(), 2000U);
}

}  // namespace
}  // namespace actsearch::rpc
