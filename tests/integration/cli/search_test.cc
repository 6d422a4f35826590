// `actsearch search` as people run it: the real program, its worker processes, a store
// in the current folder, Ctrl-C.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/support/process.h"

namespace actsearch::test {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

const std::string kProgram = ACTSEARCH_BIN_DIR "/actsearch";

class SearchTest : public testing::Test {
 protected:
  SearchTest() {
    job_ = (dir_.Path() / "job.yaml").string();
    std::ofstream(job_) << "name: tiny\n"
                           "task: {dataset: glyphs, steps: 200, batch: 64, hidden: [32]}\n"
                           "search: {candidates: 60, seed: 5, parallelism: 4}\n"
                           "finals: {finalists: 1, seeds: 2, learning_rates: [1], "
                           "baselines: [relu]}\n";
  }

  std::string Store(const char* name) const { return "sqlite:" + (dir_.Path() / name).string(); }

  std::vector<std::string> Search(const std::string& store, std::vector<std::string> more) const {
    more.insert(more.begin(), {kProgram, "search"});
    more.insert(more.end(), {"--workers", "2", "--store", store});
    return more;
  }

  std::string Candidates(const std::string& store) const {
    const Ended listed = test::Run({kProgram, "candidates", "list", "-o", "json", "--no-timing",
                                    "--limit", "0", "--store", store},
                                   seconds(60));
    EXPECT_EQ(listed.status, 0) << listed.errors;
    return listed.output;
  }

  TempDir dir_;
  std::string job_;
};

TEST_F(SearchTest, RunsFromStartToReport) {
  const Ended ended = test::Run(Search(Store("a.db"), {job_}), seconds(120));
  ASSERT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(ended.output, HasSubstr("FINAL LOSS [95 % CI]"));
  EXPECT_THAT(ended.output, HasSubstr("relu: relu(x)"));
  EXPECT_THAT(ended.output, HasSubstr("60 candidates:"));
  EXPECT_THAT(ended.output, HasSubstr("candidates a second overall"));
  EXPECT_THAT(ended.errors, HasSubstr("first scored: candidate "));
  EXPECT_THAT(ended.errors, testing::Not(HasSubstr("\x1b")));
}

TEST_F(SearchTest, GoesOnAfterCtrlCWithTheSameResult) {
  ASSERT_EQ(test::Run(Search(Store("whole.db"), {job_}), seconds(120)).status, 0);

  const auto log = dir_.Path() / "log";
  Process search(Search(Store("split.db"), {job_}), log);
  const auto give_up = steady_clock::now() + seconds(60);
  while (ReadFile(log).find("first scored") == std::string::npos) {
    ASSERT_FALSE(search.Wait(milliseconds(20))) << ReadFile(log);
    ASSERT_LT(steady_clock::now(), give_up) << ReadFile(log);
  }
  search.Signal(SIGINT);
  ASSERT_EQ(search.Wait(seconds(30)), 130) << ReadFile(log);
  const std::string said = ReadFile(log);
  EXPECT_THAT(said, HasSubstr("actsearch search --resume tiny-"));
  EXPECT_THAT(said, HasSubstr(" --store " + Store("split.db")));

  const Ended resumed =
      test::Run(Search(Store("split.db"), {"--resume", "-o", "json"}), seconds(120));
  ASSERT_EQ(resumed.status, 0) << resumed.errors;
  EXPECT_EQ(json::parse(resumed.output)["job"]["state"], "done");
  EXPECT_EQ(Candidates(Store("split.db")), Candidates(Store("whole.db")));
}

TEST_F(SearchTest, GivesTheSameScoresWithAnyNumberOfWorkers) {
  std::string expected;
  for (const char* workers : {"1", "2", "3"}) {
    const std::string store = Store(workers);
    ASSERT_EQ(test::Run({kProgram, "search", job_, "--workers", workers, "--store", store},
                        seconds(120))
                  .status,
              0);
    const std::string listed = Candidates(store);
    EXPECT_THAT(listed, HasSubstr("SCORED"));
    if (expected.empty()) expected = listed;
    EXPECT_EQ(listed, expected) << workers << " workers";
  }
}

TEST_F(SearchTest, WithoutItsDataThereIsNoJob) {
  std::filesystem::create_directories(dir_.Path() / "empty");
  const std::string folder = (dir_.Path() / "empty").string();
  const Ended ended = test::Run(
      Search(Store("a.db"), {job_, "--set", "task.dataset=mnist", "--data", folder}), seconds(60));
  EXPECT_EQ(ended.status, 3) << ended.errors;
  EXPECT_THAT(ended.errors, HasSubstr("train-images-idx3-ubyte"));
  EXPECT_FALSE(std::filesystem::exists(dir_.Path() / "a.db"));
}

// Only the worker finds out that the folder holds no table.
TEST_F(SearchTest, AJobThatNoWorkerCanBeginLeavesNothingBehind) {
  std::filesystem::create_directories(dir_.Path() / "empty");
  const std::string folder = (dir_.Path() / "empty").string();
  const Ended ended = test::Run(
      Search(Store("a.db"), {job_, "--set", "task.name=table", "--data", folder}), seconds(60));
  EXPECT_EQ(ended.status, 3) << ended.errors;
  EXPECT_THAT(ended.errors, HasSubstr("table.tsv.gz"));
  const Ended listed = test::Run({kProgram, "job", "list", "--store", Store("a.db")}, seconds(60));
  EXPECT_THAT(listed.output, testing::Not(HasSubstr("tiny-"))) << listed.output;
}

}  // namespace
}  // namespace actsearch::test
