#include "evaluators/datasets/shared_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <numeric>

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;

std::vector<std::uint8_t> Some(std::uint8_t first) {
  std::vector<std::uint8_t> bytes(10000);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

class SharedBytesTest : public testing::Test {
 protected:
  SharedBytesTest()
      : folder_(fs::path(testing::TempDir()) / ("shared_bytes_" + std::to_string(getpid()))) {}
  ~SharedBytesTest() override { fs::remove_all(folder_); }

  SharedBytes Share(const std::string& name, std::vector<std::uint8_t> bytes) const {
    return SharedBytes::ShareIn(folder_.string(), name, std::move(bytes));
  }
  std::size_t Files() const {
    return fs::exists(folder_) ? static_cast<std::size_t>(std::distance(
                                     fs::directory_iterator(folder_), fs::directory_iterator()))
                               : 0;
  }

  fs::path folder_;
};

TEST_F(SharedBytesTest, TwoUsersReadTheSameMemoryFile) {
  const SharedBytes one = Share("a", Some(1)), two = Share("a", Some(1));
  ASSERT_TRUE(one.IsShared() && two.IsShared());
  EXPECT_EQ(Files(), 1U);
  EXPECT_THAT(two.Bytes(), testing::ElementsAreArray(Some(1)));
}

TEST_F(SharedBytesTest, TheLastUserRemovesTheFile) {
  {
    const SharedBytes one = Share("a", Some(1));
    { const SharedBytes two = Share("a", Some(1)); }
    EXPECT_EQ(Files(), 1U);
  }
  EXPECT_EQ(Files(), 0U);
}

TEST_F(SharedBytesTest, OtherBytesUnderTheSameNameAreNotTrusted) {
  const SharedBytes one = Share("a", Some(1)), other = Share("a", Some(2));
  EXPECT_FALSE(other.IsShared());
  EXPECT_THAT(other.Bytes(), testing::ElementsAreArray(Some(2)));
  EXPECT_THAT(one.Bytes(), testing::ElementsAreArray(Some(1)));
}

TEST_F(SharedBytesTest, AFileOfAKilledProcessIsRemovedByTheNext) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const SharedBytes held = Share("left", Some(3));
    const char answer = held.IsShared() ? 'y' : 'n';
    (void)!write(ready[1], &answer, 1);
    for (;;) pause();
  }
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_EQ(Files(), 1U);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  const SharedBytes other = Share("b", Some(4));
  EXPECT_TRUE(other.IsShared());
  EXPECT_FALSE(fs::exists(folder_ / "left"));
}

TEST_F(SharedBytesTest, WithoutTheFolderTheyStayPrivate) {
  std::ofstream(folder_.string()) << "in the way";
  const SharedBytes bytes = Share("a", Some(1));
  EXPECT_FALSE(bytes.IsShared());
  EXPECT_THAT(bytes.Bytes(), testing::ElementsAreArray(Some(1)));
}

// Others could put bytes into it.
TEST_F(SharedBytesTest, AFolderThatOthersMayWriteIsNotUsed) {
  fs::create_directory(folder_);
  fs::permissions(folder_, fs::perms::all);
  EXPECT_FALSE(Share("a", Some(1)).IsShared());
}

}  // namespace
}  // namespace actsearch::datasets
