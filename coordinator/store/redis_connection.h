// A connection to Redis and a small pool of them: the only files that call
// hiredis, and where its failures become Errors that name the server. A connection
// is not thread-safe; the pool is, and hands each call a connection of its own.
#pragma once

#include <hiredis/hiredis.h>

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/store/redis_address.h"
#include "coordinator/store/redis_scripts.h"
#include "search_spaces/base/error.h"

namespace actsearch::store {

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using RedisReply = std::unique_ptr<redisReply, FreeReply>;

class RedisConnection {
 public:
  // The one place that connects: socket options, AUTH, SELECT, client name and
  // scripts. hiredis' own reconnect would forget all but the first.
  static Result<RedisConnection> Connect(const RedisAddress& address);

  // One command, binary-safe. An error answer of the server is an Error here.
  Result<RedisReply> Call(std::span<const std::string_view> words);
  // One script; loads the scripts again if the server forgot them.
  Result<RedisReply> Eval(Script script, std::span<const std::string> keys,
                          std::span<const std::string_view> arguments);

  // After false the connection must not be used again.
  bool usable() const { return usable_; }
  bool timed_out() const { return timed_out_; }

 private:
  struct Free {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  RedisConnection(const RedisAddress& address, redisContext* context);
  Result<void> Enter(const RedisAddress& address);
  Result<void> LoadScripts();
  Error Lost();
  Error Refused(std::string_view answer);

  std::string name_;  // for messages
  std::string timeout_;
  std::unique_ptr<redisContext, Free> context_;
  std::array<std::string, kScriptCount> digests_;
  bool usable_ = true;
  bool timed_out_ = false;
};

class RedisPool {
 public:
  explicit RedisPool(RedisAddress address) : address_(std::move(address)) {}

  // Both may open a connection. A call on a connection that turns out to be dead is
  // repeated once on a new one; after a timeout it is not, to keep the wait bounded.
  Result<RedisReply> Call(std::span<const std::string_view> words);
  Result<RedisReply> Eval(Script script, std::span<const std::string> keys,
                          std::span<const std::string_view> arguments);

  const RedisAddress& address() const { return address_; }

 private:
  template <class Ask>
  Result<RedisReply> Run(Ask ask);
  std::optional<RedisConnection> TakeIdle();
  void GiveBack(RedisConnection connection);

  const RedisAddress address_;
  std::mutex mutex_;
  std::vector<RedisConnection> idle_;
};

}  // namespace actsearch::store
