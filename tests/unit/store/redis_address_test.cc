#include "coordinator/store/redis_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace actsearch::store {
namespace {

TEST(RedisAddress, HasDefaults) {
  const auto address = ParseRedisAddress("redis://db.example");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "db.example");
  EXPECT_EQ(address->port, 6379);
  EXPECT_EQ(address->database, 0);
  EXPECT_EQ(address->password, "");
  EXPECT_EQ(address->prefix, "actsearch");
  EXPECT_EQ(address->Display(), "redis://db.example:6379");
}

TEST(RedisAddress, ReadsEveryPart) {
  const auto address =
      ParseRedisAddress("redis://ann:p%40ss%3a:x@[::1]:7000/3?prefix=team1&timeout_ms=250");
  ASSERT_TRUE(address) << address.error().message;
  EXPECT_EQ(address->user, "ann");
  EXPECT_EQ(address->password, "p@ss::x");
  EXPECT_EQ(address->host, "::1");
  EXPECT_EQ(address->port, 7000);
  EXPECT_EQ(address->database, 3);
  EXPECT_EQ(address->prefix, "team1");
  EXPECT_EQ(address->timeout_ms, 250);
  EXPECT_EQ(address->Display(), "redis://[::1]:7000/3");
}

TEST(RedisAddress, ReadsSocketPaths) {
  const auto address = ParseRedisAddress("redis+unix://:pw@/run/redis.sock?db=2");
  ASSERT_TRUE(address) << address.error().message;
  EXPECT_EQ(address->unix_path, "/run/redis.sock");
  EXPECT_EQ(address->password, "pw");
  EXPECT_EQ(address->database, 2);
  EXPECT_EQ(address->Display(), "redis+unix:///run/redis.sock");
}

struct Wrong {
  const char* address;
  const char* message;
};

TEST(RedisAddress, NamesTheWrongPart) {
  constexpr Wrong kWrong[] = {
      {"redis:host", "'//' must follow"},
      {"redis://", "host is missing"},
      {"redis://:6379", "host is missing"},
      {"redis://host:0", "port '0'"},
      {"redis://host:99999", "port '99999'"},
      {"redis://host:12x", "port '12x'"},
      {"redis://host/abc", "database 'abc'"},
      {"redis://host/-1", "database '-1'"},
      {"redis://[::1", "not closed"},
      {"redis://[::1]7000", "':PORT' must follow"},
      {"redis://secret@host", "no ':' before the password"},
      {"redis://:@host", "password is empty"},
      {"redis://:a%4@host", "two hex digits"},
      {"redis://host?prefix", "option 'prefix' has no value"},
      {"redis://host?prefix=a}b", "prefix must be letters"},
      {"redis://host?timeout_ms=0", "timeout_ms '0'"},
      {"redis://host?tls=1", "unknown option 'tls'"},
      {"redis+unix://host/path", "must start with '/'"},
  };
  for (const Wrong& wrong : kWrong) {
    const auto address = ParseRedisAddress(wrong.address);
    ASSERT_FALSE(address) << wrong.address;
    EXPECT_EQ(address.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(address.error().message, testing::HasSubstr(wrong.message)) << wrong.address;
  }
}

}  // namespace
}  // namespace actsearch::store
