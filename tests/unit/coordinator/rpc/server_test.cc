// The whole coordinator through its own door: gRPC.
#include "coordinator/rpc/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <set>

#include "tests/support/process.h"
#include "tests/unit/coordinator/rpc/server_bed.h"

namespace actsearch::rpc {
namespace {

using std::chrono::seconds;
using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;

std::vector<v1::CandidateRow> ListAll(v1::SearchService::Stub& search, const std::string& id,
                                      int page_size) {
  v1::ListCandidatesRequest request;
  request.set_job_id(id);
  request.set_page_size(page_size);
  std::vector<v1::CandidateRow> rows;
  do {
    v1::ListCandidatesResponse response;
    const auto status = search.ListCandidates(Context().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_LE(response.candidates_size(), page_size);
    rows.insert(rows.end(), response.candidates().begin(), response.candidates().end());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return rows;
}

TEST(Server, AJobRunsFromCreationToItsFront) {
  ServerBed bed;
  const v1::Job created = bed.Create(NoopJob());
  const WireWorker a(bed.channel(), "a");
  const WireWorker b(bed.channel(), "b");
  v1::Job last;
  const auto watched = bed.WatchToTheEnd(created.id(), &last);
  EXPECT_EQ(last.state(), v1::JOB_STATE_DONE);
  EXPECT_EQ(last.stage(), "done");
  EXPECT_EQ(last.finished(), 30U);
  EXPECT_EQ(last.workers(), 2U);

  const auto listed = ListAll(bed.search(), created.id(), 7);
  EXPECT_EQ(listed.size(), last.finished() + last.final_finished());
  std::set<std::uint64_t> indices;
  for (const auto& row : watched) indices.insert(row.index());
  EXPECT_EQ(indices.size(), watched.size());
  EXPECT_EQ(indices.size(), listed.size());

  v1::GetFrontRequest request;
  request.set_job_id(created.id());
  v1::GetFrontResponse front;
  ASSERT_TRUE(bed.search().GetFront(Context().get(), request, &front).ok());
  EXPECT_TRUE(front.final());
  ASSERT_GT(front.rows_size(), 1);
  EXPECT_EQ(front.rows().rbegin()->name(), "relu");
}

TEST(Server, ListsCanBeFiltered) {
  ServerBed bed;
  const std::string id = bed.Create(NoopJob()).id();
  const WireWorker worker(bed.channel(), "w");
  bed.WatchToTheEnd(id);
  v1::ListCandidatesRequest request;
  request.set_job_id(id);
  request.set_stage("final");
  request.add_status(v1::STATUS_SCORED);
  v1::ListCandidatesResponse response;
  ASSERT_TRUE(bed.search().ListCandidates(Context().get(), request, &response).ok());
  EXPECT_EQ(response.candidates_size(), 8);  // one finalist and ReLU, two seeds, base and longer
  EXPECT_THAT(response.candidates(), Each(testing::Property(&v1::CandidateRow::stage, "final")));
  request.clear_status();
  request.add_status(v1::STATUS_UNSPECIFIED);
  ASSERT_TRUE(bed.search().ListCandidates(Context().get(), request, &response).ok());
  EXPECT_EQ(response.candidates_size(), 0);
}

TEST(Server, AnExportIsTheLog) {
  ServerBed bed;
  const std::string id = bed.Create(NoopJob()).id();
  v1::ExportJobRequest request;
  request.set_job_id(id);
  const auto context = Context();
  const auto reader = bed.search().ExportJob(context.get(), request);
  v1::ExportJobResponse event;
  ASSERT_TRUE(reader->Read(&event));
  EXPECT_THAT(event.event_json(), HasSubstr("\"created\""));
  int events = 1;
  while (reader->Read(&event)) ++events;
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_GE(events, 1 + 16);  // a window of proposals
}

TEST(Server, AWatchGoesOnFromItsToken) {
  ServerBed bed;
  const std::string id = bed.Create(NoopJob()).id();
  const WireWorker worker(bed.channel(), "w");
  const auto all = bed.WatchToTheEnd(id);
  v1::WatchJobRequest request;
  request.set_job_id(id);
  request.set_resume_token(std::to_string(all.size() - 3) + ".1");
  const auto context = Context();
  const auto reader = bed.search().WatchJob(context.get(), request);
  v1::WatchJobResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.finished_size(), 3);
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_TRUE(reader->Finish().ok());
}

TEST(Server, WorksInProcessWithoutAnAddress) {
  ServerOptions options = TestOptions();
  options.listen = "";
  ServerBed bed(options);
  EXPECT_EQ(bed.server().Address(), "");
  const std::string id = bed.Create(NoopJob(5)).id();
  const WireWorker worker(bed.channel(), "w");
  v1::Job last;
  bed.WatchToTheEnd(id, &last);
  EXPECT_EQ(last.state(), v1::JOB_STATE_DONE);
}

TEST(Server, ATakenAddressAndALedStoreAreExplained) {
  const test::TempDir dir;
  ServerOptions options = TestOptions();
  options.store = "sqlite:" + (dir.Path() / "jobs.db").string();
  ServerBed bed(options);
  ServerOptions same_address = TestOptions();
  same_address.listen = bed.server().Address();
  const auto taken = Server::Start(same_address);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(taken.error().message, HasSubstr(bed.server().Address()));
  const auto second = Server::Start(options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kStale);
}

TEST(Server, AStandbyTakesOverWhatTheLeaderLeaves) {
  const test::TempDir dir;
  ServerOptions options = TestOptions();
  options.store = "sqlite:" + (dir.Path() / "jobs.db").string();
  auto first = std::make_unique<ServerBed>(options);
  const std::string id = first->Create(NoopJob()).id();
  options.take_over_ms = 60'000;
  auto standby =
      std::async(std::launch::async, [&] { return std::make_unique<ServerBed>(options); });
  first->server().Shutdown(1000);
  const auto successor = standby.get();
  const WireWorker worker(successor->channel(), "w");
  v1::Job last;
  successor->WatchToTheEnd(id, &last);
  EXPECT_EQ(last.state(), v1::JOB_STATE_DONE);
}

TEST(Server, AReaderServesListingsAndRefusesChanges) {
  const test::TempDir dir;
  ServerOptions options = TestOptions();
  options.store = "sqlite:" + (dir.Path() / "jobs.db").string();
  ServerBed leader(options);
  const std::string id = leader.Create(NoopJob()).id();
  options.read_only = true;
  ServerBed reader(options);
  v1::GetJobRequest request;
  request.set_job_id(id);
  v1::Job job;
  EXPECT_TRUE(reader.search().GetJob(Context().get(), request, &job).ok());
  EXPECT_GE(job.proposed(), 16U);
  v1::CancelJobRequest cancel;
  cancel.set_job_id(id);
  const auto refused = reader.search().CancelJob(Context().get(), cancel, &job);
  EXPECT_EQ(refused.error_code(), grpc::FAILED_PRECONDITION);
  EXPECT_THAT(refused.error_message(), HasSubstr("only reads"));
  EXPECT_EQ(reader.Say({Hello("w")}).error_code(), grpc::FAILED_PRECONDITION);
}

// Streams of workers and watchers are open; nobody may hold the server up.
TEST(Server, ShutdownEndsOpenStreamsWithinItsDeadline) {
  ServerOptions options = TestOptions();
  options.drain_workers = true;
  ServerBed bed(options);
  v1::JobSpec spec = NoopJob();
  const std::string id = bed.Create(spec).id();
  auto watching = std::async(std::launch::async, [&] {
    v1::WatchJobRequest request;
    request.set_job_id(id);
    const auto context = Context();
    const auto reader = bed.search().WatchJob(context.get(), request);
    v1::WatchJobResponse response;
    while (reader->Read(&response)) {
    }
    return reader->Finish();
  });
  const auto stub = v1::WorkerService::NewStub(bed.channel());
  const auto context = Context();
  const auto stream = stub->Work(context.get());
  stream->Write(Hello("lazy"));
  v1::CoordinatorMessage message;
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_TRUE(message.has_welcome());

  const auto start = std::chrono::steady_clock::now();
  bed.server().Shutdown(400);
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(2));
  bool drained = false;
  while (stream->Read(&message)) drained = drained || message.has_drain();
  EXPECT_TRUE(drained);
  EXPECT_EQ(stream->Finish().error_code(), grpc::UNAVAILABLE);
  EXPECT_EQ(watching.get().error_code(), grpc::UNAVAILABLE);
}

}  // namespace
}  // namespace actsearch::rpc
