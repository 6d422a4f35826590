// The same job ends with the same candidates, byte for byte, whatever the number
// of workers and whoever is killed on the way (design.md section 4).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "tests/integration/cluster.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"

namespace actsearch::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::uint64_t kCandidates = 84;

// Real training on the generated glyphs, about 50 ms a candidate.
constexpr const char* kJob = R"(
name: determinism
task: {name: mlp, dataset: glyphs, steps: 60, batch: 64, hidden: [48]}
strategy: {name: evolution, population: 16, tournament: 4}
hurdles: {rungs: [0.2, 0.5], keep: 0.6, min_observed: 8}
gates: {chance_steps: 30}
search: {candidates: 84, seed: 11, parallelism: 4, audits: 3, max_attempts: 20}
finals: {finalists: 2, seeds: 2, learning_rates: [1, 2], baselines: [relu]}
)";

struct Chaos {
  std::size_t workers = 2;
  int worker_kills = 0;
  int coordinator_kills = 0;
};

// Spreads the kills evenly over the search stage, coordinators between workers.
class KillSchedule {
 public:
  explicit KillSchedule(const Chaos& chaos)
      : total_(chaos.worker_kills + chaos.coordinator_kills),
        coordinator_every_(chaos.coordinator_kills == 0 ? 0 : total_ / chaos.coordinator_kills) {}

  // At most one kill is due for each progress made.
  void Apply(Cluster& cluster, std::uint64_t finished) {
    if (done_ == total_ || finished < (done_ + 1) * kCandidates / (total_ + 2)) return;
    ++done_;
    if (coordinator_every_ != 0 && done_ % coordinator_every_ == 0) {
      cluster.KillCoordinator();
      cluster.StartCoordinator();
      ++coordinators_killed;
    } else {
      cluster.KillOldestWorker();
      cluster.StartWorker();
      ++workers_killed;
    }
  }

  int coordinators_killed = 0;
  int workers_killed = 0;

 private:
  std::uint64_t total_;
  std::uint64_t coordinator_every_;
  std::uint64_t done_ = 0;
};

// Runs the job to its end under the kills and returns the listed candidates.
std::string RunJob(const std::string& store, const std::filesystem::path& dir, const Chaos& chaos) {
  Cluster cluster(dir, store);
  cluster.StartCoordinator();
  for (std::size_t i = 0; i < chaos.workers; ++i) cluster.StartWorker();
  const auto job_file = dir / "job.yaml";
  std::ofstream(job_file) << kJob;
  const Ended submitted = cluster.Cli({"job", "submit", job_file.string()});
  EXPECT_EQ(submitted.status, 0) << submitted.errors << cluster.Logs();
  const std::string id = submitted.output.substr(0, submitted.output.find('\n'));

  KillSchedule kills(chaos);
  const auto deadline = steady_clock::now() + seconds(240);
  for (;;) {
    const auto job = cluster.Job(id);
    if (job && job->state() != v1::JOB_STATE_RUNNING) break;
    if (job) kills.Apply(cluster, job->finished());
    if (steady_clock::now() > deadline) {
      ADD_FAILURE() << "the job did not end\n" << cluster.Logs();
      return {};
    }
    cluster.Worker(0).Wait(milliseconds(5));
  }
  EXPECT_EQ(kills.workers_killed, chaos.worker_kills);
  EXPECT_EQ(kills.coordinators_killed, chaos.coordinator_kills);
  const auto job = cluster.Job(id);
  EXPECT_TRUE(job && job->state() == v1::JOB_STATE_DONE) << cluster.Logs();
  const Ended listed = cluster.Cli(
      {"candidates", "list", id, "-o", "json", "--no-timing", "--limit", "0"});
  EXPECT_EQ(listed.status, 0) << listed.errors;
  return listed.output;
}

constexpr Chaos kOneWorker{.workers = 1};
constexpr Chaos kTwoWorkers{.workers = 2};
constexpr Chaos kKilled{.workers = 2, .worker_kills = 10, .coordinator_kills = 3};

// One job, six runs, one answer. `new_store` makes an empty store for each run.
void ExpectSameCandidates(const std::function<std::string(const TempDir&)>& new_store,
                          std::string& expected) {
  for (const Chaos& chaos : {kOneWorker, kTwoWorkers, kKilled}) {
    const TempDir dir;
    const std::string listed = RunJob(new_store(dir), dir.Path(), chaos);
    ASSERT_THAT(listed, testing::HasSubstr("SCORED"));
    if (expected.empty()) expected = listed;
    EXPECT_EQ(listed, expected) << chaos.workers << " workers, " << chaos.worker_kills << "+"
                                << chaos.coordinator_kills << " kills";
  }
}

TEST(Determinism, OneWorkerTwoAndManyKillsOnSqliteAndRedisGiveTheSameBytes) {
  std::string expected;
  ExpectSameCandidates(
      [](const TempDir& dir) { return "sqlite:" + (dir.Path() / "jobs.db").string(); }, expected);
  if (!RedisServer::Installed()) GTEST_SKIP() << "redis-server is not installed";
  std::unique_ptr<RedisServer> redis;
  ExpectSameCandidates(
      [&redis](const TempDir&) {
        redis = std::make_unique<RedisServer>();
        return redis->Address();
      },
      expected);
}

}  // namespace
}  // namespace actsearch::test
