#include "coordinator/store/redis_connection.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include <cerrno>
#include <ctime>

namespace actsearch::store {
namespace {

constexpr std::size_t kMostIdle = 8;

timeval ToTimeval(int ms) { return {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000}; }

// hiredis writes with write(2), so a peer that closed raises SIGPIPE, which would
// end the process. Holds the signal back in this thread and swallows it.
class HoldSigpipe {
 public:
  HoldSigpipe() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  ~HoldSigpipe() {
    const timespec none{};
    if (!was_pending_) {
      while (sigtimedwait(&sigpipe_, nullptr, &none) < 0 && errno == EINTR) continue;
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  HoldSigpipe(const HoldSigpipe&) = delete;
  HoldSigpipe& operator=(const HoldSigpipe&) = delete;

 private:
  sigset_t sigpipe_;
  sigset_t before_;
  bool was_pending_ = false;
};

struct Meaning {
  std::string_view prefix;  // of the server's answer
  ErrorCode code;
  std::string_view remedy;
};

// Answers that tell something about the server rather than about the call.
constexpr Meaning kMeanings[] = {
    {"LOADING", ErrorCode::kUnavailable, "the server reads its data; try again soon"},
    {"BUSY", ErrorCode::kUnavailable, "the server runs a long script; try again soon"},
    {"READONLY", ErrorCode::kUnavailable, "this server is a replica; use the primary"},
    {"MASTERDOWN", ErrorCode::kUnavailable, "the replica lost its primary"},
    {"NOREPLICAS", ErrorCode::kUnavailable, "min-replicas-to-write is not met"},
    {"MISCONF", ErrorCode::kUnavailable, "the server cannot write to its disk; check it"},
    {"OOM", ErrorCode::kUnavailable, "raise maxmemory or delete jobs"},
    {"ERR max number of clients", ErrorCode::kUnavailable, "raise maxclients"},
    {"NOAUTH", ErrorCode::kInvalid, "put the password into the address: redis://:PASSWORD@HOST"},
    {"WRONGPASS", ErrorCode::kInvalid, "check user and password in the address"},
    {"ERR AUTH", ErrorCode::kInvalid, "check user and password in the address"},
    {"ERR invalid password", ErrorCode::kInvalid, "check the password in the address"},
    {"NOPERM", ErrorCode::kInvalid, "give the user the right to this command"},
    {"ERR DB index", ErrorCode::kInvalid, "choose a database that the server has"},
    {"MOVED", ErrorCode::kInvalid, "Redis Cluster is not supported; use one primary"},
    {"WRONGTYPE", ErrorCode::kCorrupt, "another program wrote our keys; use ?prefix=NAME"},
};

}  // namespace

RedisConnection::RedisConnection(const RedisAddress& address, redisContext* context)
    : name_(address.Display()),
      timeout_(std::to_string(address.timeout_ms) + " ms"),
      context_(context) {}

Result<RedisConnection> RedisConnection::Connect(const RedisAddress& address) {
  const timeval timeout = ToTimeval(address.timeout_ms);
  const HoldSigpipe hold;
  RedisConnection connection(
      address, address.unix_path.empty()
                   ? redisConnectWithTimeout(address.host.c_str(), address.port, timeout)
                   : redisConnectUnixWithTimeout(address.unix_path.c_str(), timeout));
  redisContext* context = connection.context_.get();
  if (context == nullptr || context->err != 0) {
    return Fail(ErrorCode::kUnavailable,
                connection.name_ + ": cannot connect: " +
                    (context == nullptr ? "out of memory" : context->errstr) +
                    "; is the server running there?");
  }
  fcntl(context->fd, F_SETFD, FD_CLOEXEC);  // worker processes must not inherit it
  if (address.unix_path.empty()) {
    const int on = 1;
    setsockopt(context->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    redisEnableKeepAlive(context);
  }
  redisSetTimeout(context, timeout);
  if (auto ok = connection.Enter(address); !ok) return std::unexpected(ok.error());
  return connection;
}

Result<void> RedisConnection::Enter(const RedisAddress& address) {
  if (!address.password.empty()) {
    std::vector<std::string_view> words = {"AUTH"};
    if (!address.user.empty()) words.push_back(address.user);
    words.push_back(address.password);
    if (auto ok = Call(words); !ok) return std::unexpected(ok.error());
  }
  if (address.database != 0) {
    const std::string number = std::to_string(address.database);
    const std::string_view words[] = {"SELECT", number};
    if (auto ok = Call(words); !ok) return std::unexpected(ok.error());
  }
  const std::string_view words[] = {"CLIENT", "SETNAME", "actsearch"};
  if (auto ok = Call(words); !ok) return std::unexpected(ok.error());
  return LoadScripts();
}

Result<void> RedisConnection::LoadScripts() {
  for (std::size_t i = 0; i < kScriptCount; ++i) {
    const std::string_view words[] = {"SCRIPT", "LOAD", ScriptTexts()[i]};
    const auto reply = Call(words);
    if (!reply) return std::unexpected(reply.error());
    digests_[i] = std::string((*reply)->str, (*reply)->len);
  }
  return {};
}

Result<RedisReply> RedisConnection::Call(std::span<const std::string_view> words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view word : words) {
    texts.push_back(word.empty() ? "" : word.data());
    sizes.push_back(word.size());
  }
  const HoldSigpipe hold;
  RedisReply reply(static_cast<redisReply*>(redisCommandArgv(
      context_.get(), static_cast<int>(texts.size()), texts.data(), sizes.data())));
  if (!reply) return std::unexpected(Lost());
  if (reply->type != REDIS_REPLY_ERROR) return reply;
  return std::unexpected(Refused({reply->str, static_cast<std::size_t>(reply->len)}));
}

Result<RedisReply> RedisConnection::Eval(Script script, std::span<const std::string> keys,
                                         std::span<const std::string_view> arguments) {
  const std::string count = std::to_string(keys.size());
  std::vector<std::string_view> words = {"EVALSHA", digests_[static_cast<std::size_t>(script)],
                                         count};
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  auto reply = Call(words);
  const bool forgotten = !reply && reply.error().code == ErrorCode::kNotFound;
  if (!forgotten) return reply;
  if (auto ok = LoadScripts(); !ok) return std::unexpected(ok.error());
  words[1] = digests_[static_cast<std::size_t>(script)];
  return Call(words);
}

Error RedisConnection::Lost() {
  usable_ = false;
  timed_out_ = context_->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK);
  const std::string what = timed_out_ ? "no answer within " + timeout_
                                      : "connection lost: " + std::string(context_->errstr);
  return {ErrorCode::kUnavailable, name_ + ": " + what + "; the call may have been done"};
}

Error RedisConnection::Refused(std::string_view answer) {
  const std::string text = name_ + ": " + std::string(answer.substr(0, 200));
  if (answer.starts_with("NOSCRIPT")) return {ErrorCode::kNotFound, text};
  for (const Meaning& meaning : kMeanings) {
    if (!answer.starts_with(meaning.prefix)) continue;
    // The name may lead to another server by now, such as a new primary.
    if (meaning.code == ErrorCode::kUnavailable) usable_ = false;
    return {meaning.code, text + "; " + std::string(meaning.remedy)};
  }
  return {ErrorCode::kInternal, text};
}

std::optional<RedisConnection> RedisPool::TakeIdle() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::nullopt;
  std::optional<RedisConnection> connection(std::move(idle_.back()));
  idle_.pop_back();
  return connection;
}

void RedisPool::GiveBack(RedisConnection connection) {
  const std::lock_guard lock(mutex_);
  // What ended this connection has most likely ended the other idle ones.
  if (!connection.usable()) idle_.clear();
  if (connection.usable() && idle_.size() < kMostIdle) idle_.push_back(std::move(connection));
}

template <class Ask>
Result<RedisReply> RedisPool::Run(Ask ask) {
  if (std::optional<RedisConnection> idle = TakeIdle()) {
    Result<RedisReply> reply = ask(*idle);
    const bool repeat = !idle->usable() && !idle->timed_out();
    GiveBack(*std::move(idle));
    if (!repeat) return reply;
  }
  Result<RedisConnection> fresh = RedisConnection::Connect(address_);
  if (!fresh) return std::unexpected(fresh.error());
  Result<RedisReply> reply = ask(*fresh);
  GiveBack(*std::move(fresh));
  return reply;
}

Result<RedisReply> RedisPool::Call(std::span<const std::string_view> words) {
  return Run([&](RedisConnection& connection) { return connection.Call(words); });
}

Result<RedisReply> RedisPool::Eval(Script script, std::span<const std::string> keys,
                                   std::span<const std::string_view> arguments) {
  return Run([&](RedisConnection& connection) { return connection.Eval(script, keys, arguments); });
}

}  // namespace actsearch::store
