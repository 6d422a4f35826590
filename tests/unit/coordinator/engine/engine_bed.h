// What the engine's tests stand on: a clock that is set by hand, a store that can be
// made to fail, and workers in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/engine/engine.h"
#include "coordinator/store/store.h"
#include "coordinator/telemetry/clock.h"
#include "coordinator/telemetry/metrics.h"

namespace actsearch::engine {

class FakeClock : public telemetry::Clock {
 public:
  std::int64_t WallMs() const override { return 1'700'000'000'000 + now_us_ / 1000; }
  std::int64_t MonotonicUs() const override { return now_us_; }
  void Advance(std::int64_t ms) { now_us_ += ms * 1000; }

 private:
  std::int64_t now_us_ = 1'000'000;
};

// A memory store whose appends can be refused and watched. Outlives engines, as a
// database does.
class TestStore : public store::Store {
 public:
  TestStore();

  std::optional<Error> append_failure;  // answers every append while set
  std::string failing_job;              // only this job's appends, when set
  std::optional<Error> results_failure;  // answers what concerns results while set
  std::function<void()> before_append;
  int appends = 0;

  Result<store::Epoch> Lead(std::string_view owner, std::int64_t now_ms,
                            std::int64_t ttl_ms) override;
  Result<void> Resign(std::string_view owner) override;
  Result<std::uint64_t> Append(std::string_view job, store::Epoch epoch, std::uint64_t offset,
                               std::span<const std::string> events) override;
  Result<std::vector<std::string>> Read(std::string_view job, std::uint64_t offset,
                                        std::uint64_t limit) override;
  Result<std::vector<std::string>> Jobs() override;
  Result<void> Delete(std::string_view job, store::Epoch epoch) override;
  Result<void> PutSnapshot(std::string_view job, store::Epoch epoch,
                           const store::Snapshot& snapshot) override;
  Result<std::optional<store::Snapshot>> GetSnapshot(std::string_view job) override;
  Result<void> PutResults(store::Epoch epoch,
                          std::span<const std::pair<std::string, std::string>> results) override;
  Result<std::vector<std::optional<std::string>>> GetResults(
      std::span<const std::string> keys) override;

 private:
  std::unique_ptr<store::Store> inner_;
};

class FakeLink : public WorkerLink {
 public:
  void Send(ToWorker message) override;
  void Close(const Error& reason) override {
    if (!closed) closed = reason;
  }
  void Finish() override { finished = true; }
  void Handled() override { ++handled; }

  std::vector<engine::Welcome> welcomes;
  std::vector<Granted> granted;  // not yet taken by the test
  std::vector<LeaseId> acknowledged;
  std::vector<LeaseId> revoked;
  std::vector<Probe> probes;  // not yet answered by the test
  int assignment_messages = 0;
  bool drained = false;
  bool finished = false;
  std::optional<Error> closed;
  int handled = 0;
};

// A search that needs no training; its finals are small.
plan::JobSpec NoopSpec(std::uint64_t candidates = 20);

// What a worker would say: the loss depends on the formula and the seed alone.
Report Judge(const Granted& granted);
// What a worker says whose go at it came to nothing.
Report Failed(const Granted& granted, AttemptEnd end, Error error = {});

// One engine over a store that may be older and live longer.
class EngineBed {
 public:
  explicit EngineBed(TestStore& store, FakeClock& clock, EngineOptions options = {});

  Engine& engine() { return *engine_; }
  telemetry::Metrics& metrics() { return metrics_; }
  const std::optional<Error>& lost() const { return lost_; }
  bool serving() const { return serving_; }
  const Error& open_error() const { return *open_error_; }

  // Runs a turn and returns the verb's reply, if it came.
  using Start = std::function<void(Engine&, Reply)>;
  std::optional<Result<JobView>> Ask(const Start& start);
  JobView Create(const plan::JobSpec& spec, const std::string& request_id = "wish");
  JobView View(const std::string& id);

  std::shared_ptr<FakeLink> Connect(const std::string& worker, int slots = 4,
                                    std::vector<LeaseId> leases = {});
  // Judges everything the worker was granted and reports it in one message.
  void Work(const std::shared_ptr<FakeLink>& link);
  // Works until the job has ended.
  JobView Finish(const std::string& id, const std::shared_ptr<FakeLink>& link);

  // Index, formula and outcome of every trial, a line each, without timings.
  std::string Listing(const std::string& id);
  double Metric(const std::string& name, const std::map<std::string, std::string>& labels = {});

 private:
  FakeClock& clock_;
  telemetry::Metrics metrics_;
  bool serving_ = false;
  std::optional<Error> lost_;
  std::optional<Error> open_error_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace actsearch::engine
