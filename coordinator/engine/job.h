// One job as the engine holds it: its history, the plan that goes on with it, its place in
// the log, the events that are not durable yet, and a running summary, so that a look at the
// job costs the same after a million candidates. Only the engine's thread changes it; readers
// hold the engine's lock.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "coordinator/plan/audits.h"
#include "coordinator/plan/event.h"
#include "coordinator/plan/history.h"
#include "coordinator/plan/plan.h"
#include "coordinator/plan/standings.h"
#include "coordinator/store/store.h"
#include "coordinator/telemetry/metrics.h"
#include "search_spaces/base/error.h"

namespace actsearch::engine {

inline constexpr std::size_t kStatuses = static_cast<std::size_t>(Status::kCancelled) + 1;

// A job now, for people.
struct JobView {
  std::string id;
  plan::JobSpec spec;
  plan::JobState state = plan::JobState::kRunning;
  std::string reason;   // of the state; empty: people's wish
  bool held = false;    // paused, and no resuming helps: `reason` says why
  std::string remark;   // of who only reads the log: who goes on with the job
  std::string version;  // of the program that made it
  plan::Stage stage = plan::Stage::kSearch;
  plan::Counts counts;
  std::array<std::uint64_t, kStatuses> outcomes{};  // by status, search stage
  std::uint64_t cached = 0;  // trials whose outcomes come from earlier trainings
  std::vector<plan::RejectionCount> rejections;
  std::optional<double> best_loss;  // search stage
  std::string best_formula;
  std::vector<plan::SetAside> set_aside;
  int earlier_finals = 0;  // jobs that had read the final split of these data before this one
  std::optional<catalogue::DataFacts> data;
  std::int64_t created_ms = 0;  // wall time
  std::int64_t updated_ms = 0;
  std::uint32_t workers = 0;  // connected now
};

class Job {
 public:
  explicit Job(std::string id) : id_(std::move(id)) {}

  // A new job; its Created event waits to be committed.
  Result<void> Create(plan::JobSpec spec, std::string request_id, std::int64_t wall_ms,
                      store::Epoch epoch);

  // Folds the next event of the log into the history. An error leaves the job broken.
  Result<void> Load(std::string_view json);
  // The plan has replayed the whole log: the job goes on with it.
  void Continue(plan::Plan plan);
  // The job is as its log says, but this program must not go on with it: it is shown as
  // PAUSED for this reason, and can only be cancelled.
  void Hold(Error why) { held_ = std::move(why); }

  // What whoever only reads the log must say of a job that goes on elsewhere.
  void Remark(std::string what) { remark_ = std::move(what); }

  // Takes what the plan just did. `now_us` dates proposals for the queue's metric.
  void Record(std::vector<plan::Event> events, std::int64_t wall_ms, std::int64_t now_us,
              telemetry::Metrics& metrics);
  std::vector<plan::Event> Cancel();
  // The job is over: its plan, with the strategy, leaves memory.
  void Retire();

  // Seconds since the trial was proposed; nothing when it was proposed by an
  // earlier coordinator or asked before.
  std::optional<double> TakeWait(std::uint64_t index, std::int64_t now_us);

  // The job cannot go on, but others can: a damaged log, a refused append.
  void Break(const Error& why);

  const std::string& Id() const { return id_; }
  const std::optional<Error>& Broken() const { return broken_; }
  const std::optional<Error>& Held() const { return held_; }
  // None of a job that is over, held or only followed.
  plan::Plan* Plan() { return plan_ ? &*plan_ : nullptr; }
  const plan::Plan* Plan() const { return plan_ ? &*plan_ : nullptr; }
  const plan::History& Past() const { return plan_ ? plan_->Past() : history_; }
  bool Active() const;  // running or checking, and this engine goes on with it
  bool Ended() const;   // done, cancelled, failed or broken
  plan::JobState State() const;

  const std::string& RequestId() const { return Past().Origin().request_id; }
  const std::string& CreatedSpec() const { return Past().Origin().spec_json; }

  std::span<const std::string> Pending() const { return pending_; }
  std::uint64_t LogSize() const { return log_size_; }  // durable events
  void Committed();
  std::uint64_t Version() const { return log_size_ + pending_.size(); }

  // Indices in the order in which their outcomes are in the log.
  std::span<const std::uint64_t> EndedTrials() const { return ended_; }
  // The least mean loss of a search candidate.
  std::optional<double> BestLoss() const;
  std::int64_t CreatedMs() const { return Past().Origin().wall_ms; }

  // How many jobs had read the final split of its data before it did; nothing before that.
  const std::optional<int>& EarlierFinals() const { return earlier_finals_; }
  void SetEarlierFinals(int jobs) { earlier_finals_ = jobs; }

  // Workers that were asked what the data are and have not answered yet, with the time.
  std::map<std::string, std::int64_t, std::less<>>& Asked() { return asked_; }
  // Monotonic time before which a pause for want of workers is not ended.
  std::int64_t& ResumableFromMs() { return resumable_from_ms_; }

  JobView View() const;

 private:
  void Count(const plan::Observed& observed);
  std::vector<plan::RejectionCount> Rejections() const;

  std::string id_;
  plan::History history_;  // while there is no plan
  std::optional<plan::Plan> plan_;
  std::optional<Error> broken_;
  std::optional<Error> held_;
  std::string remark_;
  std::int64_t updated_ms_ = 0;

  std::vector<std::string> pending_;
  std::uint64_t log_size_ = 0;

  std::array<std::uint64_t, kStatuses> outcomes_{};
  std::uint64_t cached_ = 0;
  std::optional<int> earlier_finals_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> rejections_;
  plan::Standings standings_;  // of the search
  std::vector<std::uint64_t> ended_;
  std::unordered_map<std::uint64_t, std::int64_t> proposed_us_;  // not leased yet
  std::map<std::string, std::int64_t, std::less<>> asked_;
  std::int64_t resumable_from_ms_ = 0;

  mutable std::mutex counted_mutex_;  // readers share the engine's lock
  mutable std::vector<plan::RejectionCount> counted_;
  mutable std::uint64_t counted_at_ = 0;  // ended trials they were counted over
};

}  // namespace actsearch::engine
