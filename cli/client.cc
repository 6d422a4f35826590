#include "cli/client.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <utility>

#include "search_spaces/base/hash.h"

namespace actsearch::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kDefaultAddress = "127.0.0.1:7070";
constexpr std::string_view kDefaultStoreFile = "actsearch.db";
constexpr milliseconds kStreamDeadline = std::chrono::minutes(30);  // then it is opened anew

// Tells this request from all others; no result depends on it.
std::string NewRequestId() {
  std::random_device source;
  const auto word = [&source] { return (std::uint64_t{source()} << 32) | source(); };
  return HexDigits(word()) + HexDigits(word());
}

Expected<std::unique_ptr<rpc::Server>> OpenStore(const std::string& address, Access access) {
  rpc::ServerOptions options;
  options.store = address;
  options.listen = "";
  options.metrics_listen = "";
  options.read_only = access == Access::kRead;
  auto server = rpc::Server::Start(options);
  if (server) return *std::move(server);
  Failure failure = FailureOf(server.error());
  if (server.error().code == ErrorCode::kStale) {
    failure.message += "; give its address with --coordinator HOST:PORT";
  }
  return std::unexpected(std::move(failure));
}

}  // namespace

Client::Client(std::shared_ptr<grpc::Channel> channel, std::string address, milliseconds deadline)
    : channel_(std::move(channel)),
      stub_(v1::SearchService::NewStub(channel_)),
      address_(std::move(address)),
      deadline_(deadline) {}

Expected<Client> Client::Connect(const Where& where, Access access, const Terminal& terminal) {
  const milliseconds deadline(static_cast<std::int64_t>(where.deadline_s * 1000));
  std::string coordinator = where.coordinator;
  std::string store = where.store;
  if (!coordinator.empty() && !store.empty()) {
    return Fail(kUsage, "--coordinator and --store exclude each other: give one");
  }
  if (access == Access::kRun && !store.empty()) {
    return Fail(kUsage,
                "a job needs a coordinator with workers: give --coordinator HOST:PORT, or run it "
                "here with 'actsearch search JOB.yaml --store " +
                    store + "'");
  }
  if (coordinator.empty() && store.empty()) {
    coordinator = terminal.env("ACTSEARCH_COORDINATOR").value_or("");
    std::error_code ignored;
    if (coordinator.empty() && access != Access::kRun &&
        std::filesystem::exists(kDefaultStoreFile, ignored)) {
      store = "sqlite:" + std::string(kDefaultStoreFile);
    }
  }
  if (!store.empty()) {
    auto server = OpenStore(store, access);
    if (!server) return std::unexpected(server.error());
    Client client((*server)->InProcessChannel(), store, deadline);
    client.server_ = *std::move(server);
    return client;
  }
  if (coordinator.empty()) coordinator = kDefaultAddress;
  return Client(grpc::CreateChannel(coordinator, grpc::InsecureChannelCredentials()), coordinator,
                deadline);
}

template <class Request, class Response>
Expected<Response> Client::Call(grpc::Status (v1::SearchService::Stub::*method)(
                                    grpc::ClientContext*, const Request&, Response*),
                                const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + deadline_);
  Response response;
  const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
  if (!status.ok()) return std::unexpected(FailureOf(status, address_));
  return response;
}

Expected<v1::Job> Client::Create(const v1::JobSpec& spec) {
  v1::CreateJobRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_spec() = spec;
  return Call(&v1::SearchService::Stub::CreateJob, request);
}

Expected<v1::JobSpec> Client::Validate(const v1::JobSpec& spec) {
  v1::ValidateJobRequest request;
  *request.mutable_spec() = spec;
  return Call(&v1::SearchService::Stub::ValidateJob, request);
}

Expected<v1::Job> Client::Get(const std::string& id) {
  v1::GetJobRequest request;
  request.set_job_id(id);
  return Call(&v1::SearchService::Stub::GetJob, request);
}

Expected<std::vector<v1::Job>> Client::List() {
  std::vector<v1::Job> jobs;
  v1::ListJobsRequest request;
  request.set_page_size(1000);
  do {
    auto page = Call(&v1::SearchService::Stub::ListJobs, request);
    if (!page) return std::unexpected(page.error());
    std::ranges::move(*page->mutable_jobs(), std::back_inserter(jobs));
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  std::ranges::stable_sort(jobs, [](const v1::Job& a, const v1::Job& b) {
    return std::pair(a.created_ms(), a.id()) > std::pair(b.created_ms(), b.id());
  });
  return jobs;
}

Expected<v1::Job> Client::Pause(const std::string& id) {
  v1::PauseJobRequest request;
  request.set_job_id(id);
  return Call(&v1::SearchService::Stub::PauseJob, request);
}

Expected<v1::Job> Client::Resume(const std::string& id) {
  v1::ResumeJobRequest request;
  request.set_job_id(id);
  return Call(&v1::SearchService::Stub::ResumeJob, request);
}

Expected<v1::Job> Client::Extend(const std::string& id, std::uint64_t candidates) {
  v1::ExtendJobRequest request;
  request.set_job_id(id);
  request.set_candidates(candidates);
  return Call(&v1::SearchService::Stub::ExtendJob, request);
}

Expected<v1::Job> Client::Cancel(const std::string& id) {
  v1::CancelJobRequest request;
  request.set_job_id(id);
  return Call(&v1::SearchService::Stub::CancelJob, request);
}

Expected<void> Client::Delete(const std::string& id) {
  v1::DeleteJobRequest request;
  request.set_job_id(id);
  const auto answer = Call(&v1::SearchService::Stub::DeleteJob, request);
  if (!answer) return std::unexpected(answer.error());
  return {};
}

Expected<v1::GetFrontResponse> Client::Front(const std::string& id) {
  v1::GetFrontRequest request;
  request.set_job_id(id);
  return Call(&v1::SearchService::Stub::GetFront, request);
}

Expected<v1::GetTrialResponse> Client::Trial(const std::string& id, std::uint64_t index) {
  v1::GetTrialRequest request;
  request.set_job_id(id);
  request.set_index(index);
  return Call(&v1::SearchService::Stub::GetTrial, request);
}

Expected<std::vector<v1::CandidateRow>> Client::Candidates(const std::string& id,
                                                           const CandidateFilter& filter) {
  std::vector<v1::CandidateRow> rows;
  v1::ListCandidatesRequest request;
  request.set_job_id(id);
  request.set_stage(filter.stage);
  for (const v1::Status status : filter.status) request.add_status(status);
  do {
    const std::uint64_t wanted = filter.limit == 0 ? 1000 : filter.limit - rows.size();
    request.set_page_size(static_cast<int>(std::min<std::uint64_t>(wanted, 1000)));
    auto page = Call(&v1::SearchService::Stub::ListCandidates, request);
    if (!page) return std::unexpected(page.error());
    std::ranges::move(*page->mutable_candidates(), std::back_inserter(rows));
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && (filter.limit == 0 || rows.size() < filter.limit));
  return rows;
}

Expected<void> Client::Export(const std::string& id,
                              const std::function<void(const std::string&)>& take) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kStreamDeadline);
  v1::ExportJobRequest request;
  request.set_job_id(id);
  const auto reader = stub_->ExportJob(&context, request);
  v1::ExportJobResponse response;
  while (reader->Read(&response)) take(response.event_json());
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return std::unexpected(FailureOf(status, address_));
  return {};
}

Expected<v1::Job> Client::Find(const std::string& text) {
  if (!text.empty() && text != "latest") {
    auto exact = Get(text);
    if (exact || exact.error().exit != kMissing) return exact;
  }
  auto jobs = List();
  if (!jobs) return std::unexpected(jobs.error());
  if (jobs->empty()) {
    return Fail(kMissing, "there are no jobs in " + address_ +
                              "; 'actsearch search' or 'actsearch job submit' makes one");
  }
  if (text.empty() || text == "latest") return jobs->front();
  std::string matches;
  const v1::Job* found = nullptr;
  int count = 0;
  for (const v1::Job& job : *jobs) {
    if (!job.id().starts_with(text)) continue;
    found = &job;
    if (++count <= 5) matches += (count > 1 ? ", " : "") + job.id();
  }
  if (count == 1) return *found;
  if (count == 0) {
    return Fail(kMissing, "no job '" + text + "' in " + address_ +
                              "; 'actsearch job list' shows those that are there");
  }
  return Fail(kUsage, "'" + text + "' begins " + std::to_string(count) + " job ids: " + matches +
                          (count > 5 ? ", ..." : "") + "; give more of it");
}

std::string_view Name(v1::JobState state) {
  switch (state) {
    case v1::JOB_STATE_RUNNING:
      return "running";
    case v1::JOB_STATE_PAUSED:
      return "paused";
    case v1::JOB_STATE_DONE:
      return "done";
    case v1::JOB_STATE_CANCELLED:
      return "cancelled";
    case v1::JOB_STATE_FAILED:
      return "failed";
    case v1::JOB_STATE_CHECKING:
      return "checking";
    default:
      return "unknown";
  }
}

bool IsStuck(const v1::Job& job) {
  return job.state() == v1::JOB_STATE_PAUSED && !job.reason().empty();
}

bool HasEnded(v1::JobState state) {
  return state == v1::JOB_STATE_DONE || state == v1::JOB_STATE_CANCELLED ||
         state == v1::JOB_STATE_FAILED;
}

}  // namespace actsearch::cli
