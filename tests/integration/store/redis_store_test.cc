// What only a real server shows: death, silence, forgotten scripts, passwords.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "coordinator/store/redis_connection.h"
#include "coordinator/store/store.h"
#include "tests/support/redis_server.h"

namespace actsearch::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Events = std::vector<std::string>;

class RedisStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::RedisServer::Installed()) GTEST_SKIP() << "redis-server is not installed";
  }

  // Sends one command as another client would.
  static void Command(const test::RedisServer& server, std::vector<std::string_view> words) {
    RedisPool pool(*ParseRedisAddress(server.Address()));
    const auto reply = pool.Call(words);
    ASSERT_TRUE(reply) << reply.error().message;
  }

  static std::unique_ptr<Store> Open(const std::string& address) {
    auto store = OpenStore(address);
    EXPECT_TRUE(store) << (store ? "" : store.error().message);
    return store ? *std::move(store) : nullptr;
  }
};

TEST_F(RedisStoreTest, ServerThatIsGoneIsUnavailableAndBackIsUsedAgain) {
  test::RedisServer server;
  const auto store = Open(server.Address());
  const Epoch epoch = *store->Lead("leader", 0, 1000);
  server.Kill();
  // More than a socket buffer, so that it is written to a closed connection.
  const Events large = {std::string(8 << 20, 'x')};
  const auto lost = store->Append("job", epoch, 0, large);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(lost.error().message, HasSubstr("127.0.0.1:" + std::to_string(server.Port())));
  EXPECT_FALSE(OpenStore(server.Address()));
  server.Restart();
  EXPECT_EQ(*store->Append("job", epoch, 0, large), 1U);
}

TEST_F(RedisStoreTest, RestartBetweenCallsGoesUnnoticed) {
  test::RedisServer server;
  const auto store = Open(server.Address());
  const Epoch epoch = *store->Lead("leader", 0, 1000);
  server.Kill();
  server.Restart();
  const auto length = store->Append("job", epoch, 0, Events{"a"});
  ASSERT_TRUE(length) << length.error().message;
  EXPECT_EQ(*length, 1U);
}

TEST_F(RedisStoreTest, SilentServerIsUnavailableAfterTheTimeout) {
  test::RedisServer server;
  const auto store = Open(server.Address() + "?timeout_ms=100");
  const Epoch epoch = *store->Lead("leader", 0, 1000);
  server.Pause();
  const auto start = std::chrono::steady_clock::now();
  const auto silent = store->Append("job", epoch, 0, Events{"a"});
  const auto waited = std::chrono::steady_clock::now() - start;
  server.Continue();
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(silent.error().message,
              AllOf(HasSubstr("within 100 ms"), HasSubstr("may have been")));
  EXPECT_LT(waited, std::chrono::seconds(2));
  // The server may have done it by now; repeating gives the same end either way.
  EXPECT_EQ(*store->Append("job", epoch, 0, Events{"a"}), 1U);
  EXPECT_THAT(*store->Read("job", 0, 10), ElementsAre("a"));
}

TEST_F(RedisStoreTest, ScriptsThatTheServerForgotAreLoadedAgain) {
  test::RedisServer server;
  const auto store = Open(server.Address());
  const Epoch epoch = *store->Lead("leader", 0, 1000);
  Command(server, {"SCRIPT", "FLUSH"});
  EXPECT_TRUE(store->Append("job", epoch, 0, Events{"a"}));
}

TEST_F(RedisStoreTest, PasswordAndDatabaseHoldAfterReconnecting) {
  test::RedisServer server({.password = "s3cret"});
  const std::string wrong = "redis://:other@127.0.0.1:" + std::to_string(server.Port());
  const std::string none = "redis://127.0.0.1:" + std::to_string(server.Port());
  EXPECT_EQ(OpenStore(wrong).error().code, ErrorCode::kInvalid);
  EXPECT_THAT(OpenStore(none).error().message, HasSubstr("password"));
  const auto store = Open(server.Address() + "/5");
  const Epoch epoch = *store->Lead("leader", 0, 1000);
  server.Kill();
  server.Restart();
  ASSERT_TRUE(store->Append("job", epoch, 0, Events{"a"}));
  EXPECT_THAT(*Open(server.Address() + "/5")->Jobs(), ElementsAre("job"));
  EXPECT_THAT(*Open(server.Address())->Jobs(), IsEmpty());
}

TEST_F(RedisStoreTest, PrefixesKeepStoresApart) {
  test::RedisServer server;
  const auto one = Open(server.Address() + "?prefix=one");
  const auto two = Open(server.Address() + "?prefix=two");
  ASSERT_TRUE(one->Append("job", *one->Lead("a", 0, 1000), 0, Events{"a"}));
  EXPECT_EQ(*two->Lead("b", 0, 1000), 1U);
  EXPECT_THAT(*two->Jobs(), IsEmpty());
}

TEST_F(RedisStoreTest, KeysOfOthersAreNotOverwritten) {
  test::RedisServer server;
  Command(server, {"SET", "{actsearch}:events:job", "theirs"});
  const auto store = Open(server.Address());
  const auto refused = store->Append("job", *store->Lead("a", 0, 1000), 0, Events{"a"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(*store->Jobs(), IsEmpty());
}

TEST_F(RedisStoreTest, FullServerIsUnavailableAndKeepsWhatItHas) {
  test::RedisServer server;
  const auto store = Open(server.Address());
  const Epoch epoch = *store->Lead("a", 0, 1000);
  ASSERT_TRUE(store->Append("job", epoch, 0, Events{"a"}));
  Command(server, {"CONFIG", "SET", "maxmemory", "1"});
  const auto refused = store->Append("job", epoch, 1, Events{"b"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("maxmemory"));
  EXPECT_THAT(*store->Read("job", 0, 10), ElementsAre("a"));
}

TEST_F(RedisStoreTest, WarnsAboutSettingsThatLoseOutcomes) {
  test::RedisServer safe({.fsync = "always"});
  EXPECT_THAT(Open(safe.Address())->Warnings(), IsEmpty());
  test::RedisServer lazy({.fsync = "everysec"});
  Command(lazy, {"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  EXPECT_THAT(Open(lazy.Address())->Warnings(),
              ElementsAre(HasSubstr("allkeys-lru"), HasSubstr("everysec")));
  test::RedisServer volatile_server({.fsync = "off"});
  EXPECT_THAT(Open(volatile_server.Address())->Warnings(), ElementsAre(HasSubstr("appendonly")));
}

}  // namespace
}  // namespace actsearch::store
