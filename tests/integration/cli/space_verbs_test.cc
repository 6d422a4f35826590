// `actsearch space` as people run it: behind a pipe that closes, and under Ctrl-C.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/process.h"

namespace actsearch::test {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

const std::string kProgram = ACTSEARCH_BIN_DIR "/actsearch";

// Two core units over the whole operator table: 39 million fillings, minutes of work.
class SpaceVerbsTest : public testing::Test {
 protected:
  SpaceVerbsTest() {
    std::ofstream(file_) << "shape: binary(unary(binary(unary(x), unary(x))), unary(x))\n";
  }

  TempDir dir_;
  const std::string file_ = (dir_.Path() / "space.yaml").string();
};

// A process that counts keeps the signal for when it asks.
bool BlocksCtrlC(pid_t process) {
  const std::string status = ReadFile("/proc/" + std::to_string(process) + "/status");
  const auto mask = status.find("SigBlk:\t");
  if (mask == std::string::npos) return false;
  return (std::stoull(status.substr(mask + 8, 16), nullptr, 16) >> (SIGINT - 1) & 1) != 0;
}

// With the signal for a closed pipe and, as under some parents, without it.
TEST_F(SpaceVerbsTest, AListEndsQuietlyWhenItsReaderHasSeenEnough) {
  for (const std::string before : {"", "trap '' PIPE; "}) {
    const Ended ended =
        test::Run({"/bin/bash", "-c", before + kProgram + " space list " + file_ + " | head -n 3"},
                  seconds(60));
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(std::ranges::count(ended.output, '\n'), 3) << ended.output;
    EXPECT_EQ(ended.errors, "");
  }
}

TEST_F(SpaceVerbsTest, CtrlCEndsACountWithWhatWasCounted) {
  const auto log = dir_.Path() / "log";
  Process count({kProgram, "space", "count", file_, "-o", "json"}, log);
  const auto give_up = steady_clock::now() + seconds(60);
  while (!BlocksCtrlC(count.Id())) {
    ASSERT_FALSE(count.Wait(milliseconds(10))) << ReadFile(log);
    ASSERT_LT(steady_clock::now(), give_up);
  }
  count.Signal(SIGINT);
  ASSERT_EQ(count.Wait(seconds(30)), 130) << ReadFile(log);
  const std::string said = ReadFile(log);
  EXPECT_THAT(said, HasSubstr(" of 39062500 were counted"));
  const json counts = json::parse(said.substr(said.find('{'), said.find('}') + 1 - said.find('{')));
  EXPECT_FALSE(counts["complete"]);
  EXPECT_EQ(counts["size"], 39062500);
  EXPECT_GT(counts["generated"], 0);
  EXPECT_GE(counts["generated"], counts["admissible"]);
  EXPECT_GE(counts["admissible"], counts["canonical"]);
  EXPECT_GE(counts["canonical"], counts["exact"]);
  EXPECT_GE(counts["exact"], counts["affine"]);
}

}  // namespace
}  // namespace actsearch::test
