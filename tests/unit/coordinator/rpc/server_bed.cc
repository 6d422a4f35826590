#include "tests/unit/coordinator/rpc/server_bed.h"

#include <gtest/gtest.h>

#include <cmath>

#include "search_spaces/base/check.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/expr/fingerprint.h"

namespace actsearch::rpc {

using std::chrono::seconds;
using std::chrono::system_clock;

namespace {

void SetNoData(v1::Error& error) {
  error.set_code(v1::ERROR_CODE_NOT_FOUND);
  error.set_message("no such folder");
}

}  // namespace

ServerOptions TestOptions() {
  ServerOptions options;
  options.store = "memory:";
  options.listen = "127.0.0.1:0";
  options.metrics_listen = "";
  options.grace_ms = 100;
  options.log_level = "off";
  return options;
}

v1::JobSpec NoopJob(std::uint64_t candidates) {
  v1::JobSpec spec;
  spec.set_name("noop");
  spec.mutable_task()->set_name("noop");
  spec.mutable_strategy()->set_name("random");
  spec.mutable_search()->set_candidates(candidates);
  spec.mutable_search()->set_parallelism(8);
  spec.mutable_finals()->set_finalists(1);
  spec.mutable_finals()->set_seeds(2);
  spec.mutable_finals()->add_learning_rates(1);
  spec.mutable_finals()->add_baselines("relu");
  return spec;
}

std::unique_ptr<grpc::ClientContext> Context() {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(system_clock::now() + seconds(20));
  return context;
}

v1::WorkerMessage Hello(const std::string& worker) {
  v1::WorkerMessage message;
  message.mutable_hello()->set_worker(worker);
  message.mutable_hello()->set_slots(8);
  message.mutable_hello()->set_language(expr::LanguageFingerprint());
  return message;
}

WireWorker::WireWorker(const std::shared_ptr<grpc::Channel>& channel, const std::string& name,
                       Health health)
    : health_(health), stub_(v1::WorkerService::NewStub(channel)) {
  context_.set_deadline(system_clock::now() + seconds(20));
  stream_ = stub_->Work(&context_);
  stream_->Write(Hello(name));
  thread_ = std::jthread([this] { Work(); });
}

WireWorker::~WireWorker() {
  context_.TryCancel();
  thread_.join();
  (void)stream_->Finish();
}

void WireWorker::Work() {
  v1::CoordinatorMessage incoming;
  while (stream_->Read(&incoming)) {
    v1::WorkerMessage answer;
    for (const v1::Assignment& assignment : incoming.assignments().assignments()) {
      Judge(assignment, *answer.mutable_reports()->add_reports());
    }
    if (incoming.has_probe()) {
      v1::ProbeAnswer& probed = *answer.mutable_probe_answer();
      probed.set_job_id(incoming.probe().job_id());
      if (health_ == Health::kSick) {
        SetNoData(*probed.mutable_error());
      } else {
        probed.mutable_facts()->set_digest("0123456789abcdef");
        probed.mutable_facts()->mutable_inputs()->set_channels(784);
        const int last = health_ == Health::kLiar ? -1 : 2000;
        for (const int rows : {6000, 1000, 1000, last}) probed.mutable_facts()->add_rows(rows);
      }
    }
    if (answer.body_case() != v1::WorkerMessage::BODY_NOT_SET) stream_->Write(answer);
  }
}

void WireWorker::Judge(const v1::Assignment& assignment, v1::Report& report) const {
  *report.mutable_lease() = assignment.lease();
  if (health_ == Health::kSick) {
    report.mutable_attempt()->set_end(v1::ATTEMPT_END_ERROR);
    SetNoData(*report.mutable_attempt()->mutable_error());
    return;
  }
  const v1::Trial& trial = assignment.trial();
  const auto bits = HashText(trial.candidate(), trial.seed());
  report.mutable_outcome()->set_status(v1::STATUS_SCORED);
  const double loss = static_cast<double>(bits % 997) / 997;
  report.mutable_outcome()->add_losses(health_ == Health::kLiar ? std::nan("") : loss);
  report.mutable_outcome()->set_data_digest(trial.tasks(0).digest());
}

ServerBed::ServerBed(const ServerOptions& options) {
  auto server = Server::Start(options);
  ACTSEARCH_CHECK(server.has_value(), server ? "" : server.error().message);
  server_ = *std::move(server);
  channel_ = server_->Address().empty()
                 ? server_->InProcessChannel()
                 : grpc::CreateChannel(server_->Address(), grpc::InsecureChannelCredentials());
  search_ = v1::SearchService::NewStub(channel_);
}

v1::Job ServerBed::Create(const v1::JobSpec& spec, const std::string& request_id) {
  v1::CreateJobRequest request;
  *request.mutable_spec() = spec;
  request.set_request_id(request_id);
  v1::Job job;
  const auto status = search_->CreateJob(Context().get(), request, &job);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return job;
}

std::vector<v1::CandidateRow> ServerBed::WatchToTheEnd(const std::string& id, v1::Job* last) {
  v1::WatchJobRequest request;
  request.set_job_id(id);
  request.set_resume_token("0.0");
  const auto context = Context();
  const auto reader = search_->WatchJob(context.get(), request);
  std::vector<v1::CandidateRow> rows;
  v1::WatchJobResponse response;
  while (reader->Read(&response)) {
    rows.insert(rows.end(), response.finished().begin(), response.finished().end());
    if (last != nullptr) *last = response.job();
  }
  const auto status = reader->Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
  return rows;
}

grpc::Status ServerBed::Say(const std::vector<v1::WorkerMessage>& messages) {
  const auto stub = v1::WorkerService::NewStub(channel_);
  const auto context = Context();
  const auto stream = stub->Work(context.get());
  for (const v1::WorkerMessage& message : messages) {
    if (!stream->Write(message)) break;
  }
  stream->WritesDone();
  v1::CoordinatorMessage ignored;
  while (stream->Read(&ignored)) {
  }
  return stream->Finish();
}

}  // namespace actsearch::rpc
