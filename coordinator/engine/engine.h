// Drives all jobs of one store: it leads, replays the logs, and turns what workers
// and people say into events, leases and replies. One thread does it all, in turns:
// it takes every command that has come in, applies them to the plans, appends each
// job's new events in one write, and only then lets acknowledgements, assignments
// and replies out. So nothing that depends on an event leaves before the event is
// durable, and under load one write covers many outcomes.
//
// Public methods are safe from any thread. Replies are called once, on the engine's
// thread (or in the call, when the engine has stopped).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "coordinator/engine/final_ledger.h"
#include "coordinator/engine/fleet.h"
#include "coordinator/engine/job.h"
#include "coordinator/engine/result_cache.h"
#include "coordinator/engine/worker_link.h"
#include "coordinator/store/store.h"
#include "coordinator/telemetry/clock.h"
#include "coordinator/telemetry/metrics.h"
#include "search_spaces/base/error.h"

namespace spdlog {
class logger;
}

namespace actsearch::engine {

struct EngineOptions {
  std::string owner;           // of the leader lease; unique to the process
  std::uint64_t language = 0;  // workers must speak the same
  int lease_ttl_ms = 15000;    // of workers' leases and of the leader's
  int heartbeat_ms = 3000;     // asked of workers; at most a third of the ttl is
  int grace_ms = 3000;         // from a broken stream to "the worker is dead"
  int settle_ms = 1000;        // after a restart, for workers to claim what they hold
  bool read_only = false;      // follow the logs of another leader
  std::shared_ptr<spdlog::logger> log;
  std::function<void(bool serving)> on_serving;  // readiness changed
  std::function<void(const Error&)> on_lost;     // another coordinator leads; the end
};

using Reply = std::move_only_function<void(Result<JobView>)>;

class Engine {
 public:
  // Leads (unless read_only) and replays every log. kStale: another owner leads;
  // kUnavailable: the store is out of reach. The references outlive the engine.
  static Result<std::unique_ptr<Engine>> Open(EngineOptions options, store::Store& store,
                                              const telemetry::Clock& clock,
                                              telemetry::Metrics& metrics);
  ~Engine();  // as Stop

  void Run();    // starts the engine's thread; nothing to do when read_only
  void Drain();  // no more leases; workers are told
  // Ends the thread after a last turn, closes all links, resigns the leadership.
  void Stop();

  // One turn, for callers that do not Run: tests with a clock of their own.
  void Turn();

  // `request_id` makes it repeatable: the same id and spec give the same job.
  void CreateJob(plan::JobSpec spec, std::string request_id, Reply reply);
  void PauseJob(std::string id, Reply reply);
  void ResumeJob(std::string id, Reply reply);
  void ExtendJob(std::string id, std::uint64_t candidates, Reply reply);
  void CancelJob(std::string id, Reply reply);
  void DeleteJob(std::string id, Reply reply);  // the view is the last one

  // Looks at durable state only: kUnavailable while an append is being retried.
  // `look` must not call the engine.
  Result<void> Inspect(std::string_view id, const std::function<void(const Job&)>& look);
  // Jobs in the order of their ids, after `after`, until `look` returns false.
  Result<void> InspectAll(std::string_view after, const std::function<bool(const Job&)>& look);
  std::uint32_t ConnectedWorkers() const { return connected_; }

  // Returns after a turn that changed some job, or after the time. `seen` is the
  // Changes() of before the caller looked.
  std::uint64_t Changes() const;
  void AwaitChange(std::uint64_t seen, std::chrono::milliseconds limit);

  // What a worker says on its link, in order. Each call is answered by Handled.
  void Connect(std::shared_ptr<WorkerLink> link, Hello hello);
  void Beat(std::shared_ptr<WorkerLink> link, std::optional<LeaseId> running,
            std::string reading = {});  // the job whose data it reads
  void Take(std::shared_ptr<WorkerLink> link, std::vector<Report> reports);
  void TakeAnswer(std::shared_ptr<WorkerLink> link, ProbeAnswer answer);
  void Complain(std::shared_ptr<WorkerLink> link, Error error);  // it sent what makes no sense
  void StartDraining(std::shared_ptr<WorkerLink> link, std::vector<LeaseId> released);
  // It says no more: answered by Finish, after the answers to all it said before.
  void HalfClose(std::shared_ptr<WorkerLink> link);
  void Disconnect(std::shared_ptr<WorkerLink> link);  // the link is not used any more

 private:
  // Runs on the engine's thread; with a refusal it only says so to whoever waits.
  using Command = std::move_only_function<void(const Error* refusal)>;

  // Waits for the end of the turn.
  struct PendingReply {
    Reply reply;
    std::string job;
    std::optional<Error> error;
    std::optional<JobView> view;  // of a deleted job
  };
  using Verb = std::move_only_function<Result<void>(Job&, PendingReply&)>;

  Engine(EngineOptions options, store::Store& store, const telemetry::Clock& clock,
         telemetry::Metrics& metrics);

  // engine.cc: thread, turn, commit.
  void Post(Command command);
  void Loop(const std::stop_token& stop);
  void Apply(std::vector<Command> commands);
  void NoteState(Job& job);
  bool Commit();
  bool CommitJob(Job& job);
  bool CommitDelete(Job& job);
  void NoteFinal(Job& job);
  void Backoff(const Error& error);
  void Release();
  void NotifyChange();
  void Answer(PendingReply pending);
  void RenewLead();
  void Abdicate();
  void RefuseAll(const Error& error);
  void SetServing(bool serving);

  // load.cc: start, replay, reading.
  Result<void> Begin();
  Result<void> LoadAll();
  Result<void> Follow(Job& job);
  Result<void> Continue(Job& job);
  Result<std::uint64_t> ReadLog(Job& job, std::uint64_t offset,
                                const std::function<bool(const std::string&)>& take);
  Result<void> Refresh();
  Result<void> Current();
  Error Unsettled() const;

  // verbs.cc
  void PostVerb(std::string id, Verb verb, Reply reply);
  Result<std::string> Create(plan::JobSpec spec, std::string request_id);
  std::string NewJobId(std::string_view name, std::string_view request_id) const;
  Result<void> Reach(Job& job, std::vector<plan::Event> events, std::string_view wanted,
                     std::initializer_list<plan::JobState> states);
  Error NoJob(std::string_view id) const;

  // leasing.cc: workers that come and go, and their leases; reports.cc: what they report.
  void PostMessage(std::shared_ptr<WorkerLink> link, std::move_only_function<void(Worker&)> handle);
  void Greet(const std::shared_ptr<WorkerLink>& link, Hello hello, std::int64_t asked_us);
  std::vector<LeaseId> Keep(Worker& worker, const std::vector<LeaseId>& claimed);
  void Bury(const std::string& name, std::deque<LeaseId> held,
            const std::optional<LeaseId>& running);
  void TakeReport(Worker& worker, Report report);
  void Remember(const Worker& worker, const Job& job, std::uint64_t index);
  Result<std::vector<plan::Event>> EndTrial(Worker& worker, Job& job, Report report,
                                            bool was_held);
  void Tick();
  void ExpireLeases(std::int64_t now_ms);
  void BuryAbsent(std::int64_t now_ms);
  void Assign();
  bool GrantOne(Worker& worker, std::vector<Job*>& open, std::int64_t now_us);
  bool Reuse(const Worker& worker, Job& job, const plan::Assignment& leased);
  void Publish();

  // asides.cc: who serves which job.
  void ShutOut(Worker& worker, Job& job);
  void Readmit(const std::string& worker);
  void PauseWhenNobodyIsLeft(Job& job);
  void PauseForWant(Job& job, const std::string& reason);
  void ResumeWhenSomebodyCan(Job& job);

  // job_data.cc: what a job's data are.
  void AskAboutData(Job& job, std::int64_t now_ms);
  void NoteReading(Worker& worker, std::string reading);
  void FreeSlowReaders(std::int64_t now_ms);
  void GiveUpOnSilent(Job& job, std::int64_t now_ms);
  void NoteLostReader(const Worker& worker, const std::string& job);
  void HearAnswer(Worker& worker, Job& job, const ProbeAnswer& answer);

  Job* FindJob(std::string_view id);
  void Record(Job& job, std::vector<plan::Event> events);
  void Touch(Job& job) { touched_.insert(&job); }

  const EngineOptions options_;
  store::Store& store_;
  const telemetry::Clock& clock_;
  telemetry::Metrics& metrics_;
  store::Epoch epoch_ = 0;

  mutable std::mutex queue_mutex_;
  std::condition_variable_any queue_ready_;
  std::vector<Command> queue_;
  std::optional<Error> refusal_;  // set when no more commands are taken

  // Below: changed by the engine's thread under state_mutex_, which readers share.
  mutable std::shared_mutex state_mutex_;
  std::map<std::string, std::unique_ptr<Job>, std::less<>> jobs_;
  bool uncommitted_ = false;  // an append is being retried

  // Of the engine's thread alone.
  std::map<std::string, std::string, std::less<>> job_of_request_;
  Fleet fleet_;
  FinalLedger ledger_;
  ResultCache results_;
  int reused_ = 0;             // outcomes taken from it in this turn
  std::vector<Job*> active_;   // running or checking, oldest first
  std::set<Job*> touched_;     // changed in this turn
  std::set<Job*> deleted_;     // to be removed from the store in this turn
  std::vector<PendingReply> replies_;
  std::vector<std::shared_ptr<WorkerLink>> half_closed_;
  std::optional<Error> lost_;  // another coordinator leads
  bool changed_ = false;       // some job, since the last release
  bool stopped_ = false;
  std::size_t next_job_ = 0;  // round robin
  bool draining_ = false;
  std::int64_t assign_after_ms_ = 0;
  std::int64_t next_tick_ms_ = 0;
  std::int64_t next_lead_ms_ = 0;
  std::int64_t refreshed_ms_ = 0;
  std::atomic<std::int64_t> retry_at_ms_ = 0;
  int failures_ = 0;  // of the store, in a row
  bool serving_ = false;
  std::atomic<std::uint32_t> connected_ = 0;

  mutable std::mutex changes_mutex_;
  std::condition_variable changes_ready_;
  std::uint64_t changes_ = 0;

  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace actsearch::engine
