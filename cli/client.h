// A person's view of the service: SearchService calls with deadlines, failures
// that say what to do, and jobs by id, prefix or age. The server is a coordinator
// over the network, or one in this process that reads (or writes) a store.
// One thread at a time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actsearch/v1/search_service.grpc.pb.h"
#include "cli/failure.h"
#include "cli/terminal.h"
#include "coordinator/rpc/server.h"

namespace actsearch::cli {

// Which server: the options --coordinator, --store and --deadline.
struct Where {
  std::string coordinator;  // HOST:PORT
  std::string store;        // ADDRESS of a store; wins when both are empty and a file is there
  double deadline_s = 10;   // of each call
};

enum class Access {
  kRead,
  kChange,  // a store is opened as its leader
  kRun,     // only a coordinator will do: it has workers
};

class Client {
 public:
  // `address` is for messages.
  Client(std::shared_ptr<grpc::Channel> channel, std::string address,
         std::chrono::milliseconds deadline);

  // Order: --coordinator, --store, $ACTSEARCH_COORDINATOR, a store in the current
  // folder (not for kRun), 127.0.0.1:7070.
  static Expected<Client> Connect(const Where& where, Access access, const Terminal& terminal);

  Expected<v1::Job> Create(const v1::JobSpec& spec);
  Expected<v1::JobSpec> Validate(const v1::JobSpec& spec);
  Expected<v1::Job> Get(const std::string& id);
  Expected<std::vector<v1::Job>> List();  // newest first
  Expected<v1::Job> Pause(const std::string& id);
  Expected<v1::Job> Resume(const std::string& id);
  Expected<v1::Job> Extend(const std::string& id, std::uint64_t candidates);
  Expected<v1::Job> Cancel(const std::string& id);
  Expected<void> Delete(const std::string& id);
  Expected<v1::GetFrontResponse> Front(const std::string& id);
  Expected<v1::GetTrialResponse> Trial(const std::string& id, std::uint64_t index);

  // Up to `limit` rows (0: all) that pass the filters.
  struct CandidateFilter {
    std::string stage;
    std::vector<v1::Status> status;
    std::uint64_t limit = 0;
  };
  Expected<std::vector<v1::CandidateRow>> Candidates(const std::string& id,
                                                     const CandidateFilter& filter);

  // Calls `take` with each event of the job's log, in order.
  Expected<void> Export(const std::string& id, const std::function<void(const std::string&)>& take);

  // The job that `text` names: an id, the beginning of one, or the newest job for
  // "latest" and "".
  Expected<v1::Job> Find(const std::string& text);

  // What a watcher wants to know; false from any stops the watch.
  struct Watcher {
    std::function<bool(const v1::WatchJobResponse&)> update;
    std::function<bool()> go_on;                   // asked several times a second
    std::function<void(const std::string&)> away;  // the server is gone; it is tried again
  };
  // Follows a job until it ends or the watcher has enough; survives a coordinator
  // that restarts within `patience`.
  Expected<void> Watch(const std::string& id, const Watcher& watcher,
                       std::chrono::milliseconds patience = std::chrono::seconds(60));

  const std::string& Address() const { return address_; }

 private:
  template <class Request, class Response>
  Expected<Response> Call(grpc::Status (v1::SearchService::Stub::*method)(grpc::ClientContext*,
                                                                          const Request&,
                                                                          Response*),
                          const Request& request);

  std::unique_ptr<rpc::Server> server_;  // when it is in this process
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::SearchService::Stub> stub_;
  std::string address_;
  std::chrono::milliseconds deadline_;
};

// running, paused, done, cancelled, failed, checking
std::string_view Name(v1::JobState state);
// Paused by the service, for a reason that somebody has to mend.
bool IsStuck(const v1::Job& job);
bool HasEnded(v1::JobState state);

}  // namespace actsearch::cli
