// The workers that are connected, or were a moment ago: what each holds, and what
// is to be sent to each once this turn's events are durable. Knows nothing of
// plans. Only the engine's thread uses it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "coordinator/engine/worker_link.h"

namespace actsearch::engine {

using HungerRank = std::pair<std::size_t, std::uint64_t>;  // leases held, ticket

struct Worker {
  std::string name;
  std::string machine;             // MachineOf its hello
  std::shared_ptr<WorkerLink> link;  // none while absent
  int slots = 1;
  std::deque<LeaseId> held;        // as granted: workers train the front first
  std::optional<LeaseId> running;  // as the last heartbeat said
  bool draining = false;
  std::string reading;             // job whose data it reads, as the last heartbeat said
  std::int64_t reading_since_ms = 0;
  std::string read_before;         // the same before it connected anew
  bool is_slow = false;            // reads for so long that it gets nothing else
  std::int64_t absent_since_ms = 0;
  std::optional<std::int64_t> asked_us;  // when its oldest message of this turn came in

  // To be sent at the end of the turn.
  std::optional<Welcome> welcome;
  std::vector<LeaseId> acknowledged;
  std::vector<Granted> granted;
  std::map<std::string, std::vector<LeaseId>> revoked;  // by reason
  std::vector<Probe> probes;
  bool in_outbox = false;
  std::optional<HungerRank> hunger;  // its place in the line

  // The trial that dies with the worker: what it said it runs, else the oldest.
  std::optional<LeaseId> AtRisk() const;
  bool Holds(const LeaseId& lease) const;
  bool Drop(const LeaseId& lease);  // false when it was not held
  bool TakesWork() const { return link && !draining && !is_slow && slots > 0; }
};

class Fleet {
 public:
  // The worker of this name, now behind `link`; an older link of it is closed.
  Worker& Join(std::shared_ptr<WorkerLink> link, const std::string& name, int slots);

  Worker* Behind(const WorkerLink* link);  // nothing once another link took over

  // The link is gone; the worker stays until Forget.
  void Leave(Worker& worker, std::int64_t now_ms);
  void Forget(const std::string& name);

  void Greet(Worker& worker, Welcome welcome);
  void Grant(Worker& worker, Granted granted);
  void Acknowledge(Worker& worker, LeaseId lease);
  void RevokeLease(Worker& worker, LeaseId lease, const std::string& reason);

  void Ask(Worker& worker, Probe probe);

  // Takes every lease of the job from the worker, or from all, with what waits to be sent.
  // Returns the leases.
  std::vector<LeaseId> RevokeJob(Worker& worker, std::string_view job, const std::string& reason);
  void RevokeJob(std::string_view job, const std::string& reason);

  // The worker with a free slot that holds the fewest leases, of equals the one
  // that has waited longest; it leaves the line. Nothing when all are full.
  Worker* NextHungry();
  // Puts the worker in line where it belongs now; call when its slots or leases change.
  void Feed(Worker& worker);

  // Sends what has gathered; returns when each answered worker had asked.
  std::vector<std::int64_t> Flush();

  void SendToAll(const ToWorker& message);
  void CloseAll(const Error& reason);

  std::map<std::string, Worker, std::less<>>& Workers() { return workers_; }
  std::size_t Connected() const { return by_link_.size(); }

 private:
  void Outgoing(Worker& worker);
  void LeaveLine(Worker& worker);

  std::map<std::string, Worker, std::less<>> workers_;  // by name; addresses are stable
  std::unordered_map<const WorkerLink*, Worker*> by_link_;
  std::set<std::pair<HungerRank, Worker*>> hungry_;
  std::uint64_t tickets_ = 0;
  std::vector<Worker*> outbox_;
};

}  // namespace actsearch::engine
