#include "coordinator/rpc/search_service.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <utility>

#include "coordinator/rpc/convert.h"
#include "coordinator/rpc/status.h"
#include "coordinator/rpc/watch.h"
#include "proto/convert.h"

namespace actsearch::rpc {
namespace {

using engine::Engine;
using engine::Job;
using engine::JobView;
using grpc::ServerContext;
using grpc::Status;

constexpr std::chrono::seconds kLongestVerb{10};
constexpr std::uint64_t kMostScanned = 200000;  // records looked at for one page
constexpr int kMostWatchers = 64;
constexpr std::uint64_t kEventsARead = 500;

Result<std::uint64_t> PageSize(std::int32_t asked, std::uint64_t initial, std::uint64_t most) {
  if (asked == 0) return initial;
  if (asked > 0 && static_cast<std::uint64_t>(asked) <= most) return asked;
  return Fail(ErrorCode::kInvalid, "page_size: 1 to " + std::to_string(most) + ", not " +
                                       std::to_string(asked) + "; 0 means " +
                                       std::to_string(initial));
}

Result<std::uint64_t> PageStart(const std::string& token) {
  std::uint64_t start = 0;
  if (token.empty()) return start;
  const char* end = token.data() + token.size();
  if (const auto read = std::from_chars(token.data(), end, start);
      read.ec == std::errc() && read.ptr == end) {
    return start;
  }
  return Fail(ErrorCode::kInvalid,
              "page_token: use the next_page_token of the page before, or '' for the first page");
}

// Which rows a listing wants.
struct Filter {
  std::optional<plan::Stage> stage;
  std::vector<int> statuses;  // of v1::Status; empty: all

  bool Wants(const plan::Record& record) const {
    if (stage && record.stage != *stage) return false;
    if (statuses.empty()) return true;
    const int status =
        record.outcome ? proto::ToProto(record.outcome->status) : v1::STATUS_UNSPECIFIED;
    return std::ranges::find(statuses, status) != statuses.end();
  }
};

Result<Filter> FilterOf(const v1::ListCandidatesRequest& request) {
  Filter filter;
  for (const auto stage : {plan::Stage::kSearch, plan::Stage::kAudit, plan::Stage::kSelect,
                           plan::Stage::kConfirm, plan::Stage::kFinal}) {
    if (request.stage() == plan::Name(stage)) filter.stage = stage;
  }
  if (!request.stage().empty() && !filter.stage) {
    return Fail(ErrorCode::kInvalid, "stage: search, audit, select, confirm or final, not '" +
                                         request.stage().substr(0, 64) + "'");
  }
  for (const int status : request.status()) {
    if (!v1::Status_IsValid(status)) {
      return Fail(ErrorCode::kInvalid, "status: " + std::to_string(status) + " is unknown");
    }
    if (filter.statuses.size() <= v1::Status_MAX) filter.statuses.push_back(status);
  }
  return filter;
}

// Records from `start` on that the filter wants, until the page is full.
void FillPage(std::span<const plan::Record> records, std::uint64_t start, std::uint64_t page_size,
              const Filter& filter, v1::ListCandidatesResponse& response) {
  std::size_t bytes = 0;
  std::uint64_t at = start;
  const std::uint64_t last = std::min<std::uint64_t>(
      records.size(), start + std::min<std::uint64_t>(kMostScanned, records.size()));
  for (; at < last; ++at) {
    if (!filter.Wants(records[at])) continue;
    if (std::cmp_greater_equal(response.candidates_size(), page_size) || bytes > kMaxPageBytes)
      break;
    v1::CandidateRow& row = *response.add_candidates();
    row = ToProto(records[at]);
    bytes += row.ByteSizeLong();
  }
  if (at < records.size()) response.set_next_page_token(std::to_string(at));
}

std::chrono::milliseconds Patience(const ServerContext& context) {
  const auto left = context.deadline() - std::chrono::system_clock::now();
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::min<std::chrono::system_clock::duration>(left, kLongestVerb));
}

class SearchService : public v1::SearchService::Service {
 public:
  explicit SearchService(SearchServiceOptions options) : options_(std::move(options)) {}

  Status CreateJob(ServerContext* context, const v1::CreateJobRequest* request,
                   v1::Job* response) override {
    auto spec = FromProto(request->spec());
    if (!spec) return ToStatus(spec.error());
    return Verb(*context, *response, [&](Engine& engine, engine::Reply reply) {
      engine.CreateJob(*std::move(spec), request->request_id(), std::move(reply));
    });
  }

  Status ValidateJob(ServerContext*, const v1::ValidateJobRequest* request,
                     v1::JobSpec* response) override {
    auto spec = FromProto(request->spec());
    if (!spec) return ToStatus(spec.error());
    const auto checked = plan::CheckJobSpec(*std::move(spec));
    if (!checked) return ToStatus(checked.error());
    *response = ToProto(*checked);
    return Status::OK;
  }

  Status GetJob(ServerContext*, const v1::GetJobRequest* request, v1::Job* response) override {
    return Look(request->job_id(),
                [&](Engine& engine, const Job& job) { Fill(engine, job, *response); });
  }

  Status ListJobs(ServerContext*, const v1::ListJobsRequest* request,
                  v1::ListJobsResponse* response) override;

  Status WatchJob(ServerContext* context, const v1::WatchJobRequest* request,
                  grpc::ServerWriter<v1::WatchJobResponse>* writer) override {
    Engine* engine = options_.engine();
    if (engine == nullptr) return NotLeading();
    // Each holds a thread of the pool that serves everybody.
    if (++watchers_ > kMostWatchers) {
      --watchers_;
      return {grpc::RESOURCE_EXHAUSTED, "too many watchers; ask for the job now and then instead"};
    }
    Status end = Watch(*engine, *options_.stopping, *context, *request, *writer);
    --watchers_;
    return end;
  }

  Status PauseJob(ServerContext* context, const v1::PauseJobRequest* request,
                  v1::Job* response) override {
    return Verb(*context, *response, [&](Engine& engine, engine::Reply reply) {
      engine.PauseJob(request->job_id(), std::move(reply));
    });
  }

  Status ResumeJob(ServerContext* context, const v1::ResumeJobRequest* request,
                   v1::Job* response) override {
    return Verb(*context, *response, [&](Engine& engine, engine::Reply reply) {
      engine.ResumeJob(request->job_id(), std::move(reply));
    });
  }

  Status ExtendJob(ServerContext* context, const v1::ExtendJobRequest* request,
                   v1::Job* response) override {
    return Verb(*context, *response, [&](Engine& engine, engine::Reply reply) {
      engine.ExtendJob(request->job_id(), request->candidates(), std::move(reply));
    });
  }

  Status CancelJob(ServerContext* context, const v1::CancelJobRequest* request,
                   v1::Job* response) override {
    return Verb(*context, *response, [&](Engine& engine, engine::Reply reply) {
      engine.CancelJob(request->job_id(), std::move(reply));
    });
  }

  Status DeleteJob(ServerContext* context, const v1::DeleteJobRequest* request,
                   v1::DeleteJobResponse*) override {
    v1::Job last;
    return Verb(*context, last, [&](Engine& engine, engine::Reply reply) {
      engine.DeleteJob(request->job_id(), std::move(reply));
    });
  }

  Status ListCandidates(ServerContext*, const v1::ListCandidatesRequest* request,
                        v1::ListCandidatesResponse* response) override;

  Status GetFront(ServerContext*, const v1::GetFrontRequest* request,
                  v1::GetFrontResponse* response) override {
    return Look(request->job_id(),
                [&](Engine&, const Job& job) { FillFront(job.Past(), *response); });
  }

  Status GetTrial(ServerContext*, const v1::GetTrialRequest* request,
                  v1::GetTrialResponse* response) override;

  Status ExportJob(ServerContext* context, const v1::ExportJobRequest* request,
                   grpc::ServerWriter<v1::ExportJobResponse>* writer) override;

 private:
  static Status NotLeading() {
    return {grpc::UNAVAILABLE, "this coordinator does not lead yet; try again"};
  }

  static void Fill(Engine& engine, const Job& job, v1::Job& response) {
    JobView view = job.View();
    view.workers = engine.ConnectedWorkers();
    response = ToProto(view);
  }

  template <class LookAt>
  Status Look(const std::string& id, LookAt look) {
    Engine* engine = options_.engine();
    if (engine == nullptr) return NotLeading();
    const auto looked = engine->Inspect(id, [&](const Job& job) { look(*engine, job); });
    return looked ? Status::OK : ToStatus(looked.error());
  }

  // Starts a verb and waits, within the caller's deadline, until it is durable.
  template <class Start>
  Status Verb(const ServerContext& context, v1::Job& response, Start start) {
    Engine* engine = options_.engine();
    if (engine == nullptr) return NotLeading();
    auto answer = std::make_shared<std::promise<Result<JobView>>>();
    auto future = answer->get_future();
    start(*engine, [answer](Result<JobView> view) { answer->set_value(std::move(view)); });
    if (future.wait_for(Patience(context)) != std::future_status::ready) {
      return {grpc::UNAVAILABLE,
              "the store has not taken the change yet; it may still happen: ask again"};
    }
    const auto view = future.get();
    if (!view) return ToStatus(view.error());
    response = ToProto(*view);
    return Status::OK;
  }

  const SearchServiceOptions options_;
  std::atomic<int> watchers_ = 0;
};

Status SearchService::ListJobs(ServerContext*, const v1::ListJobsRequest* request,
                               v1::ListJobsResponse* response) {
  Engine* engine = options_.engine();
  if (engine == nullptr) return NotLeading();
  const auto page_size = PageSize(request->page_size(), 100, 1000);
  if (!page_size) return ToStatus(page_size.error());
  std::size_t bytes = 0;
  const auto looked = engine->InspectAll(request->page_token(), [&](const Job& job) {
    if (std::cmp_equal(response->jobs_size(), *page_size) || bytes > kMaxPageBytes) {
      response->set_next_page_token(response->jobs().rbegin()->id());
      return false;
    }
    Fill(*engine, job, *response->add_jobs());
    bytes += response->jobs().rbegin()->ByteSizeLong();
    return true;
  });
  return looked ? Status::OK : ToStatus(looked.error());
}

Status SearchService::ListCandidates(ServerContext*, const v1::ListCandidatesRequest* request,
                                     v1::ListCandidatesResponse* response) {
  const auto page_size = PageSize(request->page_size(), 1000, 10000);
  if (!page_size) return ToStatus(page_size.error());
  const auto start = PageStart(request->page_token());
  if (!start) return ToStatus(start.error());
  const auto filter = FilterOf(*request);
  if (!filter) return ToStatus(filter.error());
  return Look(request->job_id(), [&](Engine&, const Job& job) {
    FillPage(job.Past().Records(), *start, *page_size, *filter, *response);
  });
}

Status SearchService::GetTrial(ServerContext*, const v1::GetTrialRequest* request,
                               v1::GetTrialResponse* response) {
  Result<void> found;
  const Status looked = Look(request->job_id(), [&](Engine&, const Job& job) {
    const auto records = job.Past().Records();
    if (request->index() >= records.size()) {
      found = Fail(ErrorCode::kNotFound, "job '" + job.Id() + "' has no trial " +
                                             std::to_string(request->index()) + "; it has " +
                                             std::to_string(records.size()));
      return;
    }
    const plan::Record& record = records[request->index()];
    *response->mutable_row() = ToProto(record);
    *response->mutable_trial() = proto::ToProto(plan::TrialOf(job.Past().Spec(), record));
    if (record.outcome) *response->mutable_outcome() = proto::ToProto(*record.outcome);
  });
  return found ? looked : ToStatus(found.error());
}

Status SearchService::ExportJob(ServerContext* context, const v1::ExportJobRequest* request,
                                grpc::ServerWriter<v1::ExportJobResponse>* writer) {
  std::uint64_t size = 0;
  const Status found =
      Look(request->job_id(), [&](Engine&, const Job& job) { size = job.LogSize(); });
  if (!found.ok()) return found;
  for (std::uint64_t offset = 0; offset < size;) {
    auto events = options_.store->Read(request->job_id(), offset,
                                       std::min<std::uint64_t>(kEventsARead, size - offset));
    if (!events) return ToStatus(events.error());
    if (events->empty()) return {grpc::NOT_FOUND, "the job was deleted meanwhile"};
    offset += events->size();
    for (std::string& event : *events) {
      v1::ExportJobResponse response;
      response.set_event_json(std::move(event));
      if (context->IsCancelled() || !writer->Write(response)) return Status::CANCELLED;
    }
    if (*options_.stopping) return {grpc::UNAVAILABLE, "the coordinator is shutting down"};
  }
  return Status::OK;
}

}  // namespace

std::unique_ptr<grpc::Service> MakeSearchService(SearchServiceOptions options) {
  return std::make_unique<SearchService>(std::move(options));
}

}  // namespace actsearch::rpc
