// What the engine and a worker say to each other, as plain values. The RPC layer
// implements WorkerLink over a stream; tests implement it in memory.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "evaluators/catalogue/datasets.h"
#include "search_spaces/base/error.h"
#include "search_spaces/trial.h"

namespace actsearch::engine {

// Names one granted evaluation.
struct LeaseId {
  std::string job;
  std::uint64_t index = 0;
  std::uint64_t epoch = 0;

  bool operator==(const LeaseId&) const = default;
};

struct Hello {
  std::string worker;  // stable name of the process
  std::string device;
  std::string version;
  int slots = 1;                // leases it wants to hold at most, running and queued
  std::uint64_t language = 0;   // expr::LanguageFingerprint of its build
  std::vector<LeaseId> leases;  // still held after a reconnection
  std::string build = {};       // names its program file; empty: it does not say
};

struct Report {
  LeaseId lease;
  std::variant<Outcome, Attempt> end;  // the trial's end, or this worker's go at it
};

// What a job's data are on the worker.
struct ProbeAnswer {
  std::string job;
  Result<catalogue::DataFacts> facts;
};

struct Welcome {
  int heartbeat_ms = 0;
  std::vector<LeaseId> kept;  // of Hello::leases
};

struct Granted {
  LeaseId lease;
  Trial trial;
  double max_seconds = 0;
};
struct Assignments {
  std::vector<Granted> granted;
};

// Reports received and durable, or refused as stale: forget them.
struct Acknowledged {
  std::vector<LeaseId> leases;
};

struct Revoke {
  std::vector<LeaseId> leases;
  std::string reason;
};

struct Drain {};

// Asks for a ProbeAnswer.
struct Probe {
  std::string job;
  TaskSpec task;
};

using ToWorker = std::variant<Welcome, Assignments, Acknowledged, Revoke, Drain, Probe>;

// One connection of one worker. The engine's thread calls it; no call may block.
class WorkerLink {
 public:
  virtual ~WorkerLink() = default;

  virtual void Send(ToWorker message) = 0;
  virtual void Close(const Error& reason) = 0;
  virtual void Finish() = 0;  // all that was to be said has been sent
  // One message handed to the engine has been dealt with: room for another.
  virtual void Handled() = 0;
};

}  // namespace actsearch::engine
