#include "workers/checkpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "tests/support/process.h"

namespace actsearch::workers {
namespace {

namespace fs = std::filesystem;

Trial Long() {
  Trial trial;
  trial.candidate = "relu(x)";
  trial.task.name = "mlp";
  trial.task.steps = 100'000;
  trial.task.fields = {{"noise", 0.1}, {"schedule", std::string("cosine")}, {"warmup", 0.05}};
  trial.seed = 7;
  return trial;
}

TEST(Checkpoints, EveryTrialProgramAndMachineHasItsOwn) {
  std::set<std::string> paths;
  const auto add = [&](const Trial& trial, const std::string& machine) {
    const auto place = CheckpointOf(trial, machine, "/folder");
    EXPECT_THAT(place.path, ::testing::StartsWith("/folder/"));
    EXPECT_TRUE(paths.insert(place.path).second) << place.path;
  };
  add(Long(), "build 1 cpu AVX2");
  add(Long(), "build 2 cpu AVX2");
  Trial other = Long();
  other.seed = 8;
  add(other, "build 1 cpu AVX2");
  other = Long();
  other.candidate = "gelu(x)";
  add(other, "build 1 cpu AVX2");
  other = Long();
  other.task.fields["noise"] = 0.2;
  add(other, "build 1 cpu AVX2");
  const auto again = CheckpointOf(Long(), "build 1 cpu AVX2", "/folder");
  EXPECT_TRUE(paths.contains(again.path));
  EXPECT_EQ(again.identity, CheckpointOf(Long(), "build 1 cpu AVX2", "/elsewhere").identity);
}

TEST(Checkpoints, OldOnesAreRemovedAndNothingElse) {
  const test::TempDir own;
  const fs::path folder = own.Path();
  for (const char* file : {"old.checkpoint", "new.checkpoint", "old.checkpoint.123", "old.txt"}) {
    std::ofstream(folder / file) << "x";
    if (std::string(file).starts_with("old")) {
      fs::last_write_time(folder / file,
                          fs::file_time_type::clock::now() - std::chrono::hours(8 * 24));
    }
  }
  RemoveOldCheckpoints(folder);
  std::set<std::string> left;
  for (const auto& entry : fs::directory_iterator(folder)) {
    left.insert(entry.path().filename());
  }
  EXPECT_THAT(left, ::testing::ElementsAre("new.checkpoint", "old.txt"));
  fs::remove_all(folder);
  RemoveOldCheckpoints(folder);  // none is no harm
}

}  // namespace
}  // namespace actsearch::workers
