// The same job file gives the same candidates and scores, byte for byte, however many worker
// processes train them: on every network.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <string>

#include "tests/support/process.h"
#include "tests/support/table_rows.h"

namespace actsearch::test {
namespace {

using std::chrono::seconds;

const std::string kProgram = ACTSEARCH_BIN_DIR "/actsearch";

class WorkersCountTest : public testing::TestWithParam<std::string> {
 protected:
  std::string Candidates(int workers) const {
    const std::string count = std::to_string(workers);
    const std::string store = "sqlite:" + (dir_.Path() / (count + ".db")).string();
    const std::string job = (dir_.Path() / "job.yaml").string();
    std::ofstream(job) << "task: {name: " << GetParam()
                       << ", dataset: " << GeneratedData(GetParam()) << ", steps: 20, batch: 32";
    for (const auto& [name, value] : SmallFields(GetParam(), {8, 12})) {
      std::ofstream(job, std::ios::app) << ", " << name << ": " << ToText(value);
    }
    std::ofstream(job, std::ios::app) << R"(}
sites: {fill: [norm=batch_norm]}
gates: {chance: false}
hurdles: {rungs: [0.5], keep: 0.7, min_observed: 4}
search: {candidates: 12, seed: 1, parallelism: 4}
finals: {finalists: 1, select_seeds: 1, seeds: 2, learning_rates: [1], baselines: [relu, rrelu]}
)";
    const Ended searched = test::Run(
        {kProgram, "search", job, "--workers", count, "--store", store}, seconds(240));
    EXPECT_EQ(searched.status, 0) << searched.errors;
    const Ended listed = test::Run({kProgram, "candidates", "list", "-o", "json", "--no-timing",
                                    "--limit", "0", "--store", store},
                                   seconds(60));
    EXPECT_EQ(listed.status, 0) << listed.errors;
    return listed.output;
  }

  TempDir dir_;
};

TEST_P(WorkersCountTest, OneTwoAndFourGiveTheSameBytes) {
  const std::string expected = Candidates(1);
  ASSERT_NE(expected.find("SCORED"), std::string::npos);
  EXPECT_EQ(Candidates(2), expected);
  EXPECT_EQ(Candidates(4), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Networks, WorkersCountTest,
    testing::ValuesIn(NetworkTasks()),
    [](const auto& info) { return info.param; });

}  // namespace
}  // namespace actsearch::test
