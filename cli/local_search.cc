#include "cli/local_search.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <ostream>
#include <thread>
#include <utility>

#include "cli/child_process.h"
#include "cli/client.h"
#include "cli/estimate.h"
#include "cli/interrupts.h"
#include "cli/local_workers.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "coordinator/rpc/convert.h"
#include "coordinator/rpc/server.h"

namespace actsearch::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view kSqlite = "sqlite:";
constexpr milliseconds kCallDeadline{30'000};
constexpr milliseconds kDrain{10'000};     // after Ctrl-C: a trial may end in this time
constexpr milliseconds kDrainIdle{5'000};  // after the job's end
constexpr std::int64_t kShutdownMs = 5'000;

bool IsActive(v1::JobState state) {
  return state == v1::JOB_STATE_RUNNING || state == v1::JOB_STATE_CHECKING;
}

double Seconds(steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Set by a thread of the server when another coordinator has taken the store over.
class LostStore {
 public:
  void Set(const Error& error) {
    const std::lock_guard lock(mutex_);
    error_ = error;
  }
  std::optional<Error> Get() {
    const std::lock_guard lock(mutex_);
    return error_;
  }

 private:
  std::mutex mutex_;
  std::optional<Error> error_;
};

Expected<std::unique_ptr<rpc::Server>> StartServer(const std::string& store, LostStore& lost,
                                                   std::ostream& messages) {
  rpc::ServerOptions options;
  options.store = store;
  options.on_lost = [&lost](const Error& error) { lost.Set(error); };
  options.listen = "127.0.0.1:0";
  options.metrics_listen = "127.0.0.1:0";
  options.grace_ms = 500;  // on one machine a broken stream is a dead worker
  auto server = rpc::Server::Start(options);
  if (!server && server.error().code == ErrorCode::kStale) {
    // A search that was killed leaves its leader lease behind.
    options.take_over_ms = options.lease_ttl_ms + 1000;
    messages << "another search leads " << store << "; waiting up to "
             << options.take_over_ms / 1000 << " s for its end" << std::endl;
    server = rpc::Server::Start(options);
  }
  if (server) return *std::move(server);
  Failure failure = FailureOf(server.error());
  if (server.error().code == ErrorCode::kStale) {
    failure.message +=
        "; another search runs on this store: wait for it, or give this one its own with "
        "--store sqlite:PATH";
  }
  return std::unexpected(std::move(failure));
}

std::string WhatIsTried(const v1::JobSpec& spec) {
  if (spec.search().candidates() > 0) {
    return std::to_string(spec.search().candidates()) + " candidates by " + spec.strategy().name();
  }
  return std::to_string(spec.finals().functions_size()) + " functions against " +
         std::to_string(spec.finals().baselines_size()) + " baselines";
}

// One run of the verb.
class LocalSearch {
 public:
  LocalSearch(const LocalSearchOptions& options, Terminal& terminal)
      : options_(options), terminal_(terminal), printer_(terminal), begin_(steady_clock::now()) {}

  Expected<int> Run() {
    interrupts_.ExitOnNext();  // it may wait for another search; nothing of ours runs yet
    auto server = StartServer(options_.store, lost_, terminal_.err);
    interrupts_.Collect();
    if (!server) return std::unexpected(server.error());
    server_ = *std::move(server);
    client_ = std::make_unique<Client>(server_->InProcessChannel(), options_.store, kCallDeadline);
    auto job = options_.spec ? client_->Create(rpc::ToProto(*options_.spec)) : Resumed();
    if (!job) return Ended(std::unexpected(job.error()));
    first_ = last_ = *std::move(job);
    if (last_.state() == v1::JOB_STATE_DONE) return Ended(Report());
    PauseOthers();
    if (auto started = StartWorkers(); !started) return Abandoned(started.error());
    Announce();
    return Follow();
  }

 private:
  Expected<v1::Job> Resumed() {
    auto job = FindToResume();
    if (!job) return job;
    if (options_.extend_to > job->spec().search().candidates()) {
      job = client_->Extend(job->id(), options_.extend_to);
      if (!job) return job;
    }
    if (job->state() == v1::JOB_STATE_PAUSED) return client_->Resume(job->id());
    if (IsActive(job->state()) || job->state() == v1::JOB_STATE_DONE) return job;
    return Fail(kFailed, "job " + job->id() + " is " + std::string(Name(job->state())) +
                             " and cannot go on; start a new one");
  }

  Expected<v1::Job> FindToResume() {
    if (!options_.resume.empty() && options_.resume != "latest") {
      return client_->Find(options_.resume);
    }
    auto jobs = client_->List();
    if (!jobs) return std::unexpected(jobs.error());
    for (const v1::Job& job : *jobs) {
      if (!HasEnded(job.state())) return job;
    }
    if (options_.extend_to > 0 && !jobs->empty()) return jobs->front();
    return Fail(kMissing, "no unfinished job in " + options_.store +
                              "; 'actsearch job list' shows what is there");
  }

  // Jobs that an earlier process left behind must not take our workers.
  void PauseOthers() {
    const auto jobs = client_->List();
    if (!jobs) return;
    for (const v1::Job& job : *jobs) {
      if (job.id() == first_.id() || !IsActive(job.state())) continue;
      if (client_->Pause(job.id())) {
        printer_.Say("job " + job.id() + " was interrupted earlier; it stays paused, go on with: " +
                     ResumeCommand(job.id()));
      }
    }
  }

  Expected<void> StartWorkers() {
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    const int parallelism = first_.spec().search().parallelism();
    const int count = WorkersFor(parallelism, options_.workers);
    if (std::max(options_.workers, cores) > parallelism) {
      printer_.Say("note: search.parallelism is " + std::to_string(parallelism) +
                   ": no more candidates are trained at once; --set search.parallelism=N "
                   "changes that, and with it the result");
    }
    LocalWorkerOptions workers;
    workers.program = ProgramBeside("actsearch-worker");
    workers.coordinator = server_->Address();
    workers.count = count;
    workers.device = options_.device;
    workers.data_dir = options_.data_dir;
    if (options_.store.starts_with(kSqlite)) {
      workers.checkpoints = options_.store.substr(kSqlite.size()) + ".checkpoints";
    }
    workers_ = std::make_unique<LocalWorkers>(
        std::move(workers), [this](const std::string& text) { printer_.Say(text); });
    return workers_->Start(steady_clock::now());
  }

  void Announce() {
    const auto& spec = first_.spec();
    printer_.Say("job " + first_.id() + " (" + spec.name() + "): " + WhatIsTried(spec) + ", " +
                 spec.task().name() + " on " +
                 spec.task().dataset() + ", " + std::to_string(workers_->Running().size()) +
                 " workers");
    printer_.Say("store " + options_.store + ", coordinator " + server_->Address() +
                 ", metrics http://" + server_->MetricsAddress() + "/metrics");
  }

  double Now() const { return Seconds(steady_clock::now() - begin_); }

  Expected<int> Follow() {
    Expected<void> alive;
    const Client::Watcher watcher = {.update =
                                         [&](const v1::WatchJobResponse& update) {
                                           Note(update);
                                           return !IsStuck(last_);
                                         },
                                     .go_on =
                                         [&] {
                                           alive = workers_->Supervise(steady_clock::now());
                                           return alive && !interrupts_.Asked();
                                         },
                                     .away = {}};
    const auto watched = client_->Watch(first_.id(), watcher);
    if (!alive) return Abandoned(alive.error());
    if (!watched) return Abandoned(watched.error());
    if (interrupts_.Asked()) return Interrupted();
    return IsStuck(last_) ? Stuck() : Ended(Report());
  }

  void Note(const v1::WatchJobResponse& update) {
    last_ = update.job();
    if (last_.stage() == "search" || search_seconds_ == 0) search_seconds_ = Now();
    progress_.Update(update, Now());
    printer_.Show(progress_, Now());
  }

  Expected<int> Report() {
    printer_.Clear();
    RunTime time;
    time.wall_seconds = Now();
    if (workers_) workers_->Stop(kDrainIdle);
    const auto front = client_->Front(last_.id());
    if (!front) return std::unexpected(front.error());
    time.search_seconds = search_seconds_;
    time.candidates = last_.finished() - std::min(last_.finished(), first_.finished());
    time.final_trials =
        last_.final_finished() - std::min(last_.final_finished(), first_.final_finished());
    if (options_.format == Format::kTable) {
      terminal_.out << ReportText(last_, *front, time);
    } else {
      const Document document = ReportDocument(last_, *front, time);
      terminal_.out << (options_.format == Format::kJson ? ToJson(document) : ToYaml(document));
    }
    terminal_.out.flush();
    if (last_.state() == v1::JOB_STATE_DONE) {
      printer_.Say("job " + last_.id() + " is done; " + HowToLookAgain());
      return kOk;
    }
    printer_.Say("job " + last_.id() + " is " + std::string(Name(last_.state())) +
                 (last_.reason().empty() ? "" : ": " + Printable(last_.reason())));
    return kJobFailed;
  }

  bool IsInMemory() const { return options_.store.starts_with("memory:"); }

  std::string HowToLookAgain() const {
    if (IsInMemory()) return "it was kept in memory only and is gone with this command";
    return "look again with: actsearch front " + last_.id() + StoreOption();
  }

  std::string StoreOption() const {
    const LocalSearchOptions usual{.store = "sqlite:actsearch.db"};
    return options_.store == usual.store ? "" : " --store " + options_.store;
  }

  std::string ResumeCommand(const std::string& id) const {
    std::string command = "actsearch search --resume " + id + StoreOption();
    if (options_.workers > 0) command += " --workers " + std::to_string(options_.workers);
    if (options_.device != "cpu") command += " --device " + options_.device;
    return command;
  }

  // So that nothing but --resume goes on with the job.
  void Pause() {
    const auto paused = client_->Pause(first_.id());
    if (const auto job = client_->Find(first_.id())) last_ = *job;
    if (!paused && !HasEnded(last_.state())) {
      printer_.Say("the job could not be paused: " + paused.error().message);
    }
  }

  void Leave() {
    if (workers_) workers_->Stop(kDrain);
    server_->Shutdown(kShutdownMs);
  }

  void SayWhatIsKept(const std::string& next) {
    if (IsInMemory()) {
      printer_.Say("the job was in memory only and is gone; a store such as sqlite:PATH keeps it");
      return;
    }
    const std::uint64_t candidates = last_.spec().search().candidates();
    const bool searches = last_.finished() < candidates;
    const std::string done = std::to_string(searches ? last_.finished() : last_.final_finished()) +
                             " of " +
                             std::to_string(searches ? candidates : last_.final_trials());
    printer_.Say(done + (searches ? " candidates" : " trainings after the search") +
                 " are kept; " + next + ":\n  " + ResumeCommand(first_.id()));
  }

  Expected<int> Interrupted() {
    Pause();
    if (HasEnded(last_.state())) return Ended(Report());  // since the last update
    printer_.Say(
        "interrupted: workers finish or give back what they train; Ctrl-C again leaves at once");
    interrupts_.ExitOnNext();
    Leave();
    SayWhatIsKept("go on with");
    return kInterrupted;
  }

  // No worker can go on with the job. One that has not begun leaves nothing behind.
  Expected<int> Stuck() {
    printer_.Clear();
    const bool has_begun = last_.proposed() > 0 || !options_.spec;
    if (!has_begun && client_->Cancel(last_.id()) && client_->Delete(last_.id())) {
      return Ended(Fail(kMissing, last_.reason()));
    }
    printer_.Say("job " + last_.id() + " is paused: " + Printable(last_.reason()));
    Leave();
    SayWhatIsKept("when that is mended, go on with");
    return kJobFailed;
  }

  Expected<int> Abandoned(Failure failure) {
    printer_.Clear();
    interrupts_.ExitOnNext();
    Pause();
    Leave();
    failure.message += IsInMemory()
                           ? "\nThe job was in memory only and is gone."
                           : "\nThe job is kept; when that is mended, go on with:\n  " +
                                 ResumeCommand(first_.id());
    return std::unexpected(std::move(failure));
  }

  Expected<int> Ended(Expected<int> result) {
    if (workers_) workers_->Stop(kDrainIdle);
    server_->Shutdown(kShutdownMs);
    return result;
  }

  const LocalSearchOptions& options_;
  Terminal& terminal_;
  ProgressPrinter printer_;
  Progress progress_;
  steady_clock::time_point begin_;
  double search_seconds_ = 0;
  Interrupts interrupts_;  // before the server's threads
  LostStore lost_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<LocalWorkers> workers_;
  v1::Job first_;  // as it began here
  v1::Job last_;   // as it was last seen
};

}  // namespace

Expected<int> RunLocalSearch(const LocalSearchOptions& options, Terminal& terminal) {
  LocalSearch search(options, terminal);
  return search.Run();
}

}  // namespace actsearch::cli
