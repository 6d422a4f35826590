// Workers that do not have a job's data, or have others: real processes, small files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/integration/cluster.h"
#include "tests/support/process.h"
#include "tests/unit/evaluators/datasets/folder.h"

namespace actsearch::test {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr const char* kJob = R"(
name: on-files
task: {name: mlp, dataset: mnist, data_dir: images, steps: 20, batch: 32, hidden: [8]}
strategy: {name: random}
gates: {chance: false}
search: {candidates: 12, seed: 2, parallelism: 4}
finals: {finalists: 1, select_seeds: 1, seeds: 2, learning_rates: [1], baselines: [relu]}
)";

class DataTest : public testing::Test {
 protected:
  DataTest() {
    std::ofstream(job_file_) << kJob;
    cluster_.StartCoordinator();
  }

  // A data root with 400 + 100 images of side x side; the folder that --data takes.
  std::string Images(const std::string& root, std::uint32_t side) {
    const auto folder = dir_.Path() / root / "images";
    std::filesystem::create_directories(folder);
    const auto write = [&](const std::string& name, const std::string& bytes) {
      std::ofstream(folder / name, std::ios::binary) << bytes;
    };
    write("train-images-idx3-ubyte", datasets::IdxImages(400, side));
    write("train-labels-idx1-ubyte", datasets::IdxLabels(400));
    write("t10k-images-idx3-ubyte", datasets::IdxImages(100, side));
    write("t10k-labels-idx1-ubyte", datasets::IdxLabels(100));
    return (dir_.Path() / root).string();
  }

  // What `actsearch job get` says once `job wait` has ended.
  json Waited(const std::string& id, int code) {
    const Ended waited = cluster_.Cli({"job", "wait", id}, seconds(100));
    EXPECT_EQ(waited.status, code) << waited.errors << cluster_.Logs();
    return json::parse(cluster_.Cli({"job", "get", id, "-o", "json"}).output);
  }

  // Started workers sing their canary before they connect.
  void AwaitWorkers(const std::string& job, std::uint32_t count) {
    const auto give_up = std::chrono::steady_clock::now() + seconds(60);
    while (cluster_.Job(job)->workers() < count) {
      ASSERT_LT(std::chrono::steady_clock::now(), give_up) << cluster_.Logs();
      cluster_.Worker(0).Wait(std::chrono::milliseconds(10));
    }
  }

  std::string Submit() {
    const Ended submitted = cluster_.Cli({"job", "submit", job_file_.string()});
    EXPECT_EQ(submitted.status, 0) << submitted.errors << cluster_.Logs();
    return submitted.output.substr(0, submitted.output.find('\n'));
  }

  TempDir dir_;
  std::filesystem::path job_file_ = dir_.Path() / "job.yaml";
  Cluster cluster_{dir_.Path(), "sqlite:" + (dir_.Path() / "jobs.db").string()};
};

TEST_F(DataTest, AJobWithoutDataWaitsForAWorkerThatHasThem) {
  cluster_.StartWorker({"--data", (dir_.Path() / "nothing").string()});
  const std::string id = Submit();
  json job = Waited(id, 5);
  EXPECT_EQ(job["state"], "paused");
  EXPECT_THAT(job["reason"].get<std::string>(), HasSubstr("worker-0"));
  EXPECT_EQ(job["proposed"], 0);

  cluster_.StartWorker({"--data", Images("good", 8)});
  AwaitWorkers(id, 2);
  const Ended resumed = cluster_.Cli({"job", "resume", id});
  EXPECT_EQ(resumed.status, 0) << resumed.errors;
  job = Waited(id, 0);
  EXPECT_EQ(job["state"], "done");
  EXPECT_EQ(job["data"]["rows"], json::parse("[300,50,50,100]"));
  EXPECT_THAT(job["data"]["digest"].get<std::string>(), testing::MatchesRegex("[0-9a-f]{16}"));
}

TEST_F(DataTest, AWorkerWithOtherFilesIsSetAsideAndTheJobIsDoneWithoutIt) {
  cluster_.StartWorker({"--data", Images("good", 8)});
  const std::string good = Submit();
  const json first = Waited(good, 0);
  cluster_.StartWorker({"--data", Images("other", 10)});
  AwaitWorkers(good, 2);
  // The digest of the job before holds from the beginning, whoever is asked first.
  std::ofstream(job_file_, std::ios::app)
      << "# again\n";
  const Ended submitted =
      cluster_.Cli({"job", "submit", job_file_.string(), "--set",
                    "task.digest=" + first["data"]["digest"].get<std::string>(), "--set",
                    "search.candidates=60"});
  ASSERT_EQ(submitted.status, 0) << submitted.errors;
  const json job = Waited(submitted.output.substr(0, submitted.output.find('\n')), 0);
  EXPECT_EQ(job["state"], "done");
  ASSERT_EQ(job["set_aside"].size(), 1U) << cluster_.Logs();
  EXPECT_EQ(job["set_aside"][0]["worker"], "worker-1");
  EXPECT_THAT(job["set_aside"][0]["reason"].get<std::string>(),
              HasSubstr(first["data"]["digest"].get<std::string>()));
}

}  // namespace
}  // namespace actsearch::test
