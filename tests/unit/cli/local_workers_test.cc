// Worker processes are played by shell scripts.
#include "cli/local_workers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "cli/child_process.h"
#include "tests/support/process.h"

namespace actsearch::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class LocalWorkersTest : public testing::Test {
 protected:
  LocalWorkers Make(const std::string& script, int count = 1) {
    const auto program = dir_.Path() / "worker";
    std::ofstream(program) << "#!/bin/sh\n" << script;
    chmod(program.c_str(), 0700);
    return LocalWorkers({.program = program, .coordinator = "127.0.0.1:1", .count = count},
                        [this](const std::string& line) { said_ += line + "\n"; });
  }

  Expected<void> SuperviseUntil(LocalWorkers& workers, const std::function<bool()>& done) {
    const auto give_up = std::chrono::steady_clock::now() + seconds(20);
    Expected<void> alive;
    while (alive && !done() && std::chrono::steady_clock::now() < give_up) {
      alive = workers.Supervise(std::chrono::steady_clock::now());
      std::this_thread::yield();
    }
    return alive;
  }

  test::TempDir dir_;
  std::string said_;
};

TEST_F(LocalWorkersTest, PassesWhatAWorkerNeeds) {
  const auto seen = dir_.Path() / "seen";
  auto workers = Make("echo \"$@ $OMP_NUM_THREADS $OPENBLAS_NUM_THREADS $MKL_NUM_THREADS "
                      "$MALLOC_ARENA_MAX $HOME\" > '" +
                      seen.string() + ".new'; mv '" + seen.string() + ".new' '" + seen.string() +
                      "'; exec sleep 60\n");
  setenv("OMP_NUM_THREADS", "8", 1);
  setenv("HOME", "/of/ours", 1);
  ASSERT_TRUE(workers.Start(std::chrono::steady_clock::now()));
  ASSERT_TRUE(SuperviseUntil(workers, [&] { return std::filesystem::exists(seen); }));
  EXPECT_EQ(test::ReadFile(seen),
            "--coordinator 127.0.0.1:1 --name local-1-1 --device cpu --grace 5 --die-with-parent "
            "1 1 1 1 /of/ours\n");
}

TEST_F(LocalWorkersTest, RestartsAKilledWorker) {
  auto workers = Make("exec sleep 60\n", 2);
  ASSERT_TRUE(workers.Start(std::chrono::steady_clock::now()));
  const auto before = workers.Running();
  ASSERT_EQ(before.size(), 2u);
  kill(before[0], SIGKILL);
  ASSERT_TRUE(SuperviseUntil(
      workers, [&] { return workers.Running().size() == 2 && workers.Running()[0] != before[0]; }));
  EXPECT_EQ(workers.Running()[1], before[1]);
  EXPECT_THAT(said_, HasSubstr("worker local-1 was killed by signal 9"));
}

TEST_F(LocalWorkersTest, GivesUpOnAWorkerThatCannotStart) {
  auto workers = Make("echo 'the canary is off' >&2; exit 1\n");
  ASSERT_TRUE(workers.Start(std::chrono::steady_clock::now()));
  const auto alive = SuperviseUntil(workers, [] { return false; });
  ASSERT_FALSE(alive);
  EXPECT_THAT(alive.error().message, HasSubstr("no worker stays alive"));
  EXPECT_THAT(alive.error().message, HasSubstr("the canary is off"));
  EXPECT_THAT(said_, HasSubstr("worker local-1 ended with status 1; it is not started again"));
}

TEST_F(LocalWorkersTest, StopsGentlyThenNot) {
  auto gentle = Make("exec sleep 60\n");
  ASSERT_TRUE(gentle.Start(std::chrono::steady_clock::now()));
  gentle.Stop(seconds(20));
  EXPECT_TRUE(gentle.Running().empty());

  const auto ready = dir_.Path() / "ready";
  auto stubborn = Make("trap '' TERM; touch '" + ready.string() + "'; while :; do sleep 1; done\n");
  ASSERT_TRUE(stubborn.Start(std::chrono::steady_clock::now()));
  ASSERT_TRUE(SuperviseUntil(stubborn, [&] { return std::filesystem::exists(ready); }));
  const pid_t pid = stubborn.Running().front();
  stubborn.Stop(milliseconds(30));
  EXPECT_TRUE(stubborn.Running().empty());
  EXPECT_NE(kill(pid, 0), 0);
}

TEST_F(LocalWorkersTest, NamesTheMissingProgram) {
  LocalWorkers workers({.program = dir_.Path() / "none"}, [](const std::string&) {});
  const auto started = workers.Start(std::chrono::steady_clock::now());
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, HasSubstr("actsearch-worker"));
}

TEST_F(LocalWorkersTest, TailShowsTheLastLines) {
  const auto file = dir_.Path() / "log";
  std::ofstream(file) << "one\ntwo\nthree\n";
  EXPECT_EQ(Tail(file, 2), "two\nthree");
  EXPECT_EQ(Tail(file, 9), "one\ntwo\nthree");
  EXPECT_EQ(Tail(dir_.Path() / "missing", 2), "");
}

}  // namespace
}  // namespace actsearch::cli
