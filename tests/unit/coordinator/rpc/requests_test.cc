// Rubbish, hostile and merely wrong requests: each gets its status, and the server
// goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "search_spaces/base/rng.h"
#include "tests/unit/coordinator/rpc/server_bed.h"

namespace actsearch::rpc {
namespace {

using testing::HasSubstr;

class Requests : public testing::Test {
 protected:
  void SetUp() override { id_ = bed_.Create(NoopJob()).id(); }

  // The server still does its work.
  void TearDown() override {
    const WireWorker worker(bed_.channel(), "honest");
    v1::Job last;
    bed_.WatchToTheEnd(id_, &last);
    EXPECT_EQ(last.state(), v1::JOB_STATE_DONE);
  }

  grpc::Status List(const std::function<void(v1::ListCandidatesRequest&)>& change) {
    v1::ListCandidatesRequest request;
    request.set_job_id(id_);
    change(request);
    v1::ListCandidatesResponse response;
    return bed_.search().ListCandidates(Context().get(), request, &response);
  }

  grpc::Status Watch(const std::string& id, const std::string& token) {
    v1::WatchJobRequest request;
    request.set_job_id(id);
    request.set_resume_token(token);
    const auto context = Context();
    const auto reader = bed_.search().WatchJob(context.get(), request);
    v1::WatchJobResponse response;
    while (reader->Read(&response)) {
    }
    return reader->Finish();
  }

  ServerBed bed_;
  std::string id_;
};

TEST_F(Requests, UnknownJobsAreNotFound) {
  for (const std::string& id : {std::string(), std::string("nope"), std::string(100000, 'x')}) {
    v1::Job job;
    v1::GetJobRequest get;
    get.set_job_id(id);
    EXPECT_EQ(bed_.search().GetJob(Context().get(), get, &job).error_code(), grpc::NOT_FOUND);
    v1::CancelJobRequest cancel;
    cancel.set_job_id(id);
    EXPECT_EQ(bed_.search().CancelJob(Context().get(), cancel, &job).error_code(), grpc::NOT_FOUND);
    EXPECT_EQ(Watch(id, "").error_code(), grpc::NOT_FOUND);
  }
}

TEST_F(Requests, PagesHaveBoundsAndTokensMustBeOurs) {
  using Request = v1::ListCandidatesRequest;
  EXPECT_EQ(List([](Request& r) { r.set_page_size(-1); }).error_code(), grpc::INVALID_ARGUMENT);
  const auto huge = List([](Request& r) { r.set_page_size(2000000000); });
  EXPECT_EQ(huge.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_THAT(huge.error_message(), HasSubstr("page_size: 1 to 10000"));
  for (const char* token : {"x", "-1", "1x", "99999999999999999999999999"}) {
    EXPECT_EQ(List([&](Request& r) { r.set_page_token(token); }).error_code(),
              grpc::INVALID_ARGUMENT)
        << token;
  }
  EXPECT_TRUE(List([](Request& r) { r.set_page_token("18446744073709551615"); }).ok());
  EXPECT_EQ(List([](Request& r) { r.set_stage("finals"); }).error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(List([](Request& r) { r.add_status(static_cast<v1::Status>(99)); }).error_code(),
            grpc::INVALID_ARGUMENT);
  for (const char* token : {"x", "1", "1.", ".1", "1.1.1", "999999.1"}) {
    EXPECT_EQ(Watch(id_, token).error_code(), grpc::INVALID_ARGUMENT) << token;
  }
}

TEST_F(Requests, WrongSpecsNameTheirField) {
  v1::CreateJobRequest request;
  request.set_request_id("another");
  *request.mutable_spec() = NoopJob();
  request.mutable_spec()->mutable_search()->set_parallelism(-5);
  v1::Job job;
  const auto status = bed_.search().CreateJob(Context().get(), request, &job);
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("search.parallelism"));

  v1::ValidateJobRequest validate;
  validate.mutable_spec()->mutable_strategy()->set_name("evoltion");
  v1::JobSpec complete;
  const auto invalid = bed_.search().ValidateJob(Context().get(), validate, &complete);
  EXPECT_EQ(invalid.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_THAT(invalid.error_message(), HasSubstr("evolution"));
  validate.mutable_spec()->mutable_strategy()->set_name("evolution");
  ASSERT_TRUE(bed_.search().ValidateJob(Context().get(), validate, &complete).ok());
  EXPECT_GT(complete.strategy().options_size(), 0);
}

TEST_F(Requests, OversizedMessagesAreRefused) {
  v1::CreateJobRequest request;
  request.set_request_id("big");
  request.mutable_spec()->set_name(std::string(5 << 20, 'n'));
  v1::Job job;
  EXPECT_EQ(bed_.search().CreateJob(Context().get(), request, &job).error_code(),
            grpc::RESOURCE_EXHAUSTED);
}

TEST_F(Requests, WorkersMustIntroduceThemselvesOnce) {
  v1::WorkerMessage heartbeat;
  heartbeat.mutable_heartbeat();
  EXPECT_EQ(bed_.Say({heartbeat}).error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(bed_.Say({v1::WorkerMessage()}).error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(bed_.Say({Hello("w"), Hello("w")}).error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(bed_.Say({Hello("w"), v1::WorkerMessage()}).error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(bed_.Say({Hello("")}).error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_TRUE(bed_.Say({Hello("w")}).ok());
  EXPECT_TRUE(bed_.Say({}).ok());
}

TEST_F(Requests, AnotherLanguageIsAFailedPrecondition) {
  auto hello = Hello("stranger");
  hello.mutable_hello()->set_language(1);
  const auto status = bed_.Say({hello});
  EXPECT_EQ(status.error_code(), grpc::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("language"));
}

// Well-formed bytes of any content.
v1::WorkerMessage RandomMessage(Rng& rng, const std::string& job) {
  v1::WorkerMessage message;
  const auto fill_lease = [&](v1::LeaseId& lease) {
    lease.set_job_id(rng.Chance(0.8) ? job : std::string(1, 'j').append(rng.Below(300), 'j'));
    lease.set_index(rng.Chance(0.5) ? rng.Below(20) : rng.Bits());
    lease.set_epoch(rng.Chance(0.5) ? (1ULL << 32) + rng.Below(20) : rng.Bits());
  };
  switch (rng.Below(4)) {
    case 0:
      if (rng.Chance(0.7)) fill_lease(*message.mutable_heartbeat()->mutable_running());
      break;
    case 1:
      for (std::size_t i = 0; i < rng.Below(5); ++i) {
        v1::Report& report = *message.mutable_reports()->add_reports();
        fill_lease(*report.mutable_lease());
        if (rng.Chance(0.3)) {
          report.mutable_attempt()->set_end(static_cast<v1::AttemptEnd>(rng.Below(8)));
          report.mutable_attempt()->mutable_error()->set_message("an error");
          continue;
        }
        report.mutable_outcome()->set_status(static_cast<v1::Status>(rng.Below(8)));
        report.mutable_outcome()->add_losses(rng.Chance(0.5) ? rng.Normal() : INFINITY);
        if (rng.Chance(0.3)) report.mutable_outcome()->mutable_rejection()->set_rule("rule");
      }
      break;
    case 2:
      message.mutable_probe_answer()->set_job_id(rng.Chance(0.8) ? job : "");
      if (rng.Chance(0.5)) message.mutable_probe_answer()->mutable_facts()->add_rows(-1);
      break;
    default:
      for (std::size_t i = 0; i < rng.Below(5); ++i)
        fill_lease(*message.mutable_draining()->add_released());
  }
  return message;
}

TEST_F(Requests, RandomWorkersDoNoHarm) {
  Rng rng(17);
  for (int worker = 0; worker < 60; ++worker) {
    std::vector<v1::WorkerMessage> messages = {
        Hello(std::string(1, static_cast<char>('a' + worker % 5)))};
    for (int i = 0; i < 10; ++i) messages.push_back(RandomMessage(rng, id_));
    (void)bed_.Say(messages);
  }
}

}  // namespace
}  // namespace actsearch::rpc
