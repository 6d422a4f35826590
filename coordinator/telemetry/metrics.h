// The coordinator's metrics, in the words of the glossary. One table names them
// all; the engine and the metered store write through typed methods, Prometheus
// reads through Registry(). No label ever holds a job, candidate or worker. Safe
// from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/trial.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace actsearch::telemetry {

enum class MetricType { kCounter, kGauge, kHistogram };

struct MetricRow {
  std::string_view name;
  MetricType type;
  std::string_view help;
  std::vector<std::string_view> labels;
  std::vector<double> buckets;  // upper bounds, of a histogram
};

std::span<const MetricRow> MetricTable();

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // `stage` is search, select or final; seconds are those of training.
  void CandidateEnded(std::string_view stage, const Outcome& outcome);
  void AttemptEnded(AttemptEnd end);  // a worker's go at a trial or probe came to nothing
  void QueueDepth(std::uint64_t open, std::uint64_t leased);
  void QueueWait(double seconds);  // from proposed to leased
  void Dispatch(double seconds);   // from a worker's message to the assignments that answer it
  void LeasesExpired(std::uint64_t count);
  void StaleReport();
  void Workers(std::uint64_t idle, std::uint64_t busy, std::uint64_t draining,
               std::uint64_t absent);
  void StoreOp(std::string_view op, double seconds);  // op: a row of StoreOps()
  void Leader(bool leading);
  void BestLoss(double loss);  // of the running jobs

  const std::shared_ptr<prometheus::Registry>& Registry() const { return registry_; }

 private:
  std::shared_ptr<prometheus::Registry> registry_;  // shared with the exposition's threads
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

std::span<const std::string_view> StoreOps();

}  // namespace actsearch::telemetry
