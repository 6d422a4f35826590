#include "coordinator/telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <limits>

#include "search_spaces/base/check.h"
#include "search_spaces/base/version.h"

namespace actsearch::telemetry {
namespace {

using prometheus::Labels;
using namespace std::string_view_literals;

constexpr std::array kStages = {"search"sv, "select"sv, "final"sv};
constexpr std::array kStoreOps = {
    "lead"sv,   "resign"sv,       "append"sv,       "read"sv,        "jobs"sv,
    "delete"sv, "put_snapshot"sv, "get_snapshot"sv, "put_results"sv, "get_results"sv};
// The rules that workers know today; others join as they are seen, up to kMaxReasons.
constexpr std::array kReasons = {
    "ignores_input"sv, "non_finite"sv,  "range"sv,     "non_finite_slope"sv, "constant"sv, "flat"sv,
    "linear"sv,        "oscillating"sv, "imprecise"sv, "chance"sv,           "max_loss"sv};
constexpr std::size_t kMaxReasons = 32;
constexpr std::string_view kOtherReason = "other";

const std::vector<double> kFastSeconds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                          0.025,  0.05,    0.1,    0.25,  0.5,    1,     5};
const std::vector<double> kWaitSeconds = {0.001, 0.005, 0.01, 0.05, 0.1, 0.5,
                                          1,     5,     15,   60,   300, 1800};
const std::vector<double> kTrainSeconds = {0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1,
                                           2.5,   5,    10,   30,  60,   300, 1800};

std::span<const MetricRow> Table() {
  using enum MetricType;
  static const std::vector<MetricRow> rows = {
      {"actsearch_candidates_total",
       kCounter,
       "Trials that ended, by outcome and stage.",
       {"outcome", "stage"},
       {}},
      {"actsearch_attempts_total",
       kCounter,
       "Workers' attempts that ended without an outcome, by end.",
       {"end"},
       {}},
      {"actsearch_rejections_total", kCounter, "Early rejections, by rule.", {"reason"}, {}},
      {"actsearch_queue_depth",
       kGauge,
       "Proposed trials that have not ended: open or leased.",
       {"state"},
       {}},
      {"actsearch_queue_wait_seconds",
       kHistogram,
       "From a trial's proposal to its lease.",
       {},
       kWaitSeconds},
      {"actsearch_dispatch_seconds",
       kHistogram,
       "From a worker's message to the assignments that answer it.",
       {},
       kFastSeconds},
      {"actsearch_evaluation_seconds",
       kHistogram,
       "Evaluation on the worker, by stage.",
       {"stage"},
       kTrainSeconds},
      {"actsearch_lease_expirations_total",
       kCounter,
       "Leases taken back from silent workers.",
       {},
       {}},
      {"actsearch_stale_reports_total",
       kCounter,
       "Reports refused because their lease had passed on.",
       {},
       {}},
      {"actsearch_dedup_hits_total",
       kCounter,
       "Candidates that repeat an earlier function and were not trained.",
       {},
       {}},
      {"actsearch_workers",
       kGauge,
       "Workers by state: idle, busy, draining, absent.",
       {"state"},
       {}},
      {"actsearch_store_op_seconds", kHistogram, "Operations of the store.", {"op"}, kFastSeconds},
      {"actsearch_leader", kGauge, "1 while this coordinator leads its store.", {}, {}},
      {"actsearch_search_best_score",
       kGauge,
       "Best search score among the running jobs.",
       {"objective"},
       {}},
      {"actsearch_build_info", kGauge, "1, with the version of this build.", {"version"}, {}},
  };
  return rows;
}

const MetricRow& Row(std::string_view name) {
  for (const MetricRow& row : Table()) {
    if (row.name == name) return row;
  }
  CheckFailed(__FILE__, __LINE__, "metric", "no row for " + std::string(name));
}

template <class Builder>
auto& Register(prometheus::Registry& registry, Builder builder, std::string_view name) {
  const MetricRow& row = Row(name);
  return builder.Name(std::string(row.name)).Help(std::string(row.help)).Register(registry);
}

auto& Counters(prometheus::Registry& registry, std::string_view name) {
  return Register(registry, prometheus::BuildCounter(), name);
}
auto& Gauges(prometheus::Registry& registry, std::string_view name) {
  return Register(registry, prometheus::BuildGauge(), name);
}
auto& Histograms(prometheus::Registry& registry, std::string_view name) {
  return Register(registry, prometheus::BuildHistogram(), name);
}

Labels Label(std::string_view key, std::string_view value) {
  return {{std::string(key), std::string(value)}};
}

constexpr std::size_t kStatuses = static_cast<std::size_t>(Status::kCancelled) + 1;
constexpr std::size_t kEnds = static_cast<std::size_t>(AttemptEnd::kError) + 1;

}  // namespace

std::span<const MetricRow> MetricTable() { return Table(); }
std::span<const std::string_view> StoreOps() { return kStoreOps; }

struct Metrics::Handles {
  explicit Handles(prometheus::Registry& registry);

  prometheus::Counter& Reason(std::string_view rule);

  std::array<std::array<prometheus::Counter*, kStages.size()>, kStatuses> candidates;
  std::array<prometheus::Counter*, kEnds> attempts;
  std::array<prometheus::Histogram*, kStages.size()> evaluation;
  std::map<std::string, prometheus::Histogram*, std::less<>> store_ops;
  prometheus::Family<prometheus::Counter>& rejections;
  prometheus::Gauge& open;
  prometheus::Gauge& leased;
  prometheus::Histogram& queue_wait;
  prometheus::Histogram& dispatch;
  prometheus::Counter& expirations;
  prometheus::Counter& stale;
  prometheus::Counter& dedup;
  prometheus::Gauge& idle;
  prometheus::Gauge& busy;
  prometheus::Gauge& draining;
  prometheus::Gauge& absent;
  prometheus::Gauge& leader;
  prometheus::Gauge& best_loss;

  std::mutex reasons_mutex;
  std::map<std::string, prometheus::Counter*, std::less<>> reasons;
};

Metrics::Handles::Handles(prometheus::Registry& r)
    : rejections(Counters(r, "actsearch_rejections_total")),
      open(Gauges(r, "actsearch_queue_depth").Add(Label("state", "open"))),
      leased(Gauges(r, "actsearch_queue_depth").Add(Label("state", "leased"))),
      queue_wait(Histograms(r, "actsearch_queue_wait_seconds").Add({}, kWaitSeconds)),
      dispatch(Histograms(r, "actsearch_dispatch_seconds").Add({}, kFastSeconds)),
      expirations(Counters(r, "actsearch_lease_expirations_total").Add({})),
      stale(Counters(r, "actsearch_stale_reports_total").Add({})),
      dedup(Counters(r, "actsearch_dedup_hits_total").Add({})),
      idle(Gauges(r, "actsearch_workers").Add(Label("state", "idle"))),
      busy(Gauges(r, "actsearch_workers").Add(Label("state", "busy"))),
      draining(Gauges(r, "actsearch_workers").Add(Label("state", "draining"))),
      absent(Gauges(r, "actsearch_workers").Add(Label("state", "absent"))),
      leader(Gauges(r, "actsearch_leader").Add({})),
      best_loss(Gauges(r, "actsearch_search_best_score").Add(Label("objective", "loss"))) {
  auto& ended = Counters(r, "actsearch_candidates_total");
  auto& evaluations = Histograms(r, "actsearch_evaluation_seconds");
  for (std::size_t stage = 0; stage < kStages.size(); ++stage) {
    evaluation[stage] = &evaluations.Add(Label("stage", kStages[stage]), kTrainSeconds);
    for (std::size_t status = 0; status < kStatuses; ++status) {
      candidates[status][stage] =
          &ended.Add({{"outcome", std::string(Name(static_cast<Status>(status)))},
                      {"stage", std::string(kStages[stage])}});
    }
  }
  auto& attempted = Counters(r, "actsearch_attempts_total");
  for (std::size_t end = 0; end < kEnds; ++end) {
    attempts[end] = &attempted.Add(Label("end", Name(static_cast<AttemptEnd>(end))));
  }
  auto& ops = Histograms(r, "actsearch_store_op_seconds");
  for (const std::string_view op : kStoreOps) {
    store_ops.emplace(op, &ops.Add(Label("op", op), kFastSeconds));
  }
  for (const std::string_view rule : kReasons) Reason(rule);
  Reason(kOtherReason);
  best_loss.Set(std::numeric_limits<double>::quiet_NaN());
  Gauges(r, "actsearch_build_info").Add(Label("version", std::string(ProgramVersion()))).Set(1);
}

// Rules come from workers, so their number is bounded here.
prometheus::Counter& Metrics::Handles::Reason(std::string_view rule) {
  const std::lock_guard lock(reasons_mutex);
  auto found = reasons.find(rule);
  if (found == reasons.end() && reasons.size() >= kMaxReasons) found = reasons.find(kOtherReason);
  if (found == reasons.end()) {
    found = reasons.emplace(rule, &rejections.Add(Label("reason", rule.substr(0, 64)))).first;
  }
  return *found->second;
}

Metrics::Metrics()
    : registry_(std::make_shared<prometheus::Registry>()),
      handles_(std::make_unique<Handles>(*registry_)) {}
Metrics::~Metrics() = default;

void Metrics::CandidateEnded(std::string_view stage, const Outcome& outcome) {
  for (std::size_t i = 0; i < kStages.size(); ++i) {
    if (kStages[i] != stage) continue;
    handles_->candidates[static_cast<std::size_t>(outcome.status)][i]->Increment();
    if (outcome.status == Status::kScored || outcome.status == Status::kRejected) {
      handles_->evaluation[i]->Observe(outcome.timing.total_seconds);
    }
  }
  if (outcome.rejection) handles_->Reason(outcome.rejection->rule).Increment();
  if (outcome.status == Status::kDuplicate) handles_->dedup.Increment();
}

void Metrics::AttemptEnded(AttemptEnd end) {
  handles_->attempts[static_cast<std::size_t>(end)]->Increment();
}

void Metrics::QueueDepth(std::uint64_t open, std::uint64_t leased) {
  handles_->open.Set(static_cast<double>(open));
  handles_->leased.Set(static_cast<double>(leased));
}

void Metrics::QueueWait(double seconds) { handles_->queue_wait.Observe(seconds); }
void Metrics::Dispatch(double seconds) { handles_->dispatch.Observe(seconds); }
void Metrics::LeasesExpired(std::uint64_t count) {
  handles_->expirations.Increment(static_cast<double>(count));
}
void Metrics::StaleReport() { handles_->stale.Increment(); }

void Metrics::Workers(std::uint64_t idle, std::uint64_t busy, std::uint64_t draining,
                      std::uint64_t absent) {
  handles_->idle.Set(static_cast<double>(idle));
  handles_->busy.Set(static_cast<double>(busy));
  handles_->draining.Set(static_cast<double>(draining));
  handles_->absent.Set(static_cast<double>(absent));
}

void Metrics::StoreOp(std::string_view op, double seconds) {
  handles_->store_ops.find(op)->second->Observe(seconds);
}

void Metrics::Leader(bool leading) { handles_->leader.Set(leading ? 1 : 0); }
void Metrics::BestLoss(double loss) { handles_->best_loss.Set(loss); }

}  // namespace actsearch::telemetry
