#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "coordinator/store/sqlite_connection.h"
#include "coordinator/store/store.h"
#include "tests/support/process.h"

namespace actsearch::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class SqliteFile : public testing::Test {
 protected:
  std::string Path() const { return (dir_.Path() / "jobs.db").string(); }

  Error Refusal() const {
    const auto store = OpenStore("sqlite:" + Path());
    return store ? Error{ErrorCode::kInternal, "opened"} : store.error();
  }

  void RunSql(const char* sql) const {
    auto connection = SqliteConnection::Open(Path(), 0);
    ASSERT_TRUE(connection && (*connection)->RunAll(sql));
  }

  test::TempDir dir_;
};

TEST_F(SqliteFile, MissingFolderIsNamed) {
  const auto store = OpenStore("sqlite:" + (dir_.Path() / "no/jobs.db").string());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(store.error().message, HasSubstr("no folder '" + (dir_.Path() / "no").string()));
}

TEST_F(SqliteFile, PathMustNameAFile) {
  EXPECT_EQ(OpenStore("sqlite:").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(OpenStore("sqlite::memory:").error().code, ErrorCode::kInvalid);
  EXPECT_THAT(OpenStore("sqlite:" + dir_.Path().string()).error().message, HasSubstr("a folder"));
}

TEST_F(SqliteFile, OtherFilesAreRefusedAndKept) {
  std::ofstream(Path()) << std::string(5000, 'x');
  const Error error = Refusal();
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, AllOf(HasSubstr(Path()), HasSubstr("no SQLite database")));
  EXPECT_EQ(test::ReadFile(Path()), std::string(5000, 'x'));
}

TEST_F(SqliteFile, DatabasesOfOthersAreRefusedAndKept) {
  RunSql("CREATE TABLE theirs(x)");
  const std::string before = test::ReadFile(Path());
  const Error error = Refusal();
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.message, AllOf(HasSubstr(Path()), HasSubstr("another program")));
  EXPECT_EQ(test::ReadFile(Path()), before);
}

TEST_F(SqliteFile, NewerSchemaIsRefused) {
  ASSERT_TRUE(OpenStore("sqlite:" + Path()));
  RunSql("PRAGMA user_version = 7");
  const Error error = Refusal();
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.message, AllOf(HasSubstr("schema version 7"), HasSubstr("newer")));
}

TEST_F(SqliteFile, DamageIsReportedWithTheFile) {
  {
    const auto store = OpenStore("sqlite:" + Path());
    ASSERT_TRUE(store);
    const Epoch epoch = *(*store)->Lead("a", 0, 1000);
    const std::vector<std::string> events(200, std::string(500, 'e'));
    ASSERT_TRUE((*store)->Append("job", epoch, 0, events));
  }
  {
    std::fstream file(Path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);  // the header page stays, so that the file opens
    const std::string garbage(100'000, '\xa5');
    file.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
  }
  auto store = OpenStore("sqlite:" + Path());
  const Error error = store ? (*store)->Read("job", 0, 1000).error() : store.error();
  EXPECT_EQ(error.code, ErrorCode::kCorrupt) << error.message;
  EXPECT_THAT(error.message, HasSubstr(Path()));
}

TEST_F(SqliteFile, LockThatStaysIsUnavailable) {
  const auto store = OpenStore("sqlite:" + Path());
  ASSERT_TRUE(store);
  auto other = SqliteConnection::Open(Path(), 0);
  ASSERT_TRUE(other && (*other)->RunAll("BEGIN IMMEDIATE"));
  auto second = SqliteConnection::Open(Path(), 0);
  const auto refused = (*second)->RunAll("BEGIN IMMEDIATE");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr(Path()), HasSubstr("locked")));
  EXPECT_TRUE((*store)->Jobs());  // readers go on, new ones too
  EXPECT_TRUE(OpenStore("sqlite:" + Path()));
}

TEST_F(SqliteFile, UsesAWriteAheadLog) {
  const auto store = OpenStore("sqlite:" + Path());
  ASSERT_TRUE(store);
  std::string mode;
  auto connection = SqliteConnection::Open(Path(), 0);
  ASSERT_TRUE((*connection)->Run("PRAGMA journal_mode", {}, [&](const SqlRow& row) {
    mode = row.Bytes(0);
  }));
  EXPECT_EQ(mode, "wal");
}

TEST_F(SqliteFile, ManyOpenANewFileAtOnce) {
  std::vector<std::string> failures(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& failure : failures) {
      threads.emplace_back([&] {
        const auto store = OpenStore("sqlite:" + Path());
        if (!store) failure = store.error().message;
      });
    }
  }
  EXPECT_THAT(failures, testing::Each(""));
}

TEST(SqliteConnection, FailedBodyLeavesNothing) {
  const test::TempDir dir;
  auto connection = SqliteConnection::Open((dir.Path() / "x.db").string(), 0);
  ASSERT_TRUE(connection && (*connection)->RunAll("CREATE TABLE t(x)"));
  const auto result = (*connection)->Write([&]() -> Result<void> {
    EXPECT_TRUE((*connection)->Run("INSERT INTO t VALUES(1)"));
    return Fail(ErrorCode::kExists, "no");
  });
  EXPECT_EQ(result.error().code, ErrorCode::kExists);
  EXPECT_EQ(*(*connection)->Int("SELECT count(*) FROM t", {}, -1), 0);
}

}  // namespace
}  // namespace actsearch::store
