#include "coordinator/store/redis.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "coordinator/store/redis_connection.h"
#include "coordinator/store/rules.h"

namespace actsearch::store {
namespace {

constexpr std::uint64_t kPage = 256;  // events or results that one command may carry back

std::string_view Text(const redisReply& reply) {
  return reply.str == nullptr ? std::string_view()
                              : std::string_view(reply.str, static_cast<std::size_t>(reply.len));
}

std::span<redisReply* const> Elements(const redisReply& reply) {
  if (reply.type != REDIS_REPLY_ARRAY) return {};
  return {reply.element, static_cast<std::size_t>(reply.elements)};
}

std::vector<std::string> Texts(const redisReply& reply) {
  std::vector<std::string> texts;
  for (const redisReply* element : Elements(reply)) texts.emplace_back(Text(*element));
  return texts;
}

// The answer of a script: a word and its values.
struct Answer {
  std::vector<std::string> words;
  std::string_view Word() const { return words.empty() ? std::string_view() : words[0]; }
  std::uint64_t Number(std::size_t index) const {
    std::uint64_t number = 0;
    if (index < words.size()) {
      const std::string& text = words[index];
      std::from_chars(text.data(), text.data() + text.size(), number);
    }
    return number;
  }
};

class RedisStore final : public Store {
 public:
  explicit RedisStore(RedisAddress address) : pool_(std::move(address)) {}

  Result<Epoch> Lead(std::string_view owner, std::int64_t now_ms, std::int64_t ttl_ms) override {
    if (auto ok = CheckLease(owner, now_ms, ttl_ms); !ok) return std::unexpected(ok.error());
    const std::string now = std::to_string(now_ms);
    const std::string expires = std::to_string(now_ms + ttl_ms);
    const std::string keys[] = {LeaseKey()};
    const std::string_view arguments[] = {owner, now, expires};
    const auto answer = Ask(Script::kLead, keys, arguments);
    if (!answer) return std::unexpected(answer.error());
    if (answer->Word() == "ok") return answer->Number(1);
    if (answer->Word() != "held" || answer->words.size() < 3) return Odd(*answer);
    return std::unexpected(HeldBy(answer->words[1], static_cast<std::int64_t>(answer->Number(2))));
  }

  Result<void> Resign(std::string_view owner) override {
    const std::string keys[] = {LeaseKey()};
    const std::string_view arguments[] = {owner};
    const auto answer = Ask(Script::kResign, keys, arguments);
    if (!answer) return std::unexpected(answer.error());
    return {};
  }

  Result<std::uint64_t> Append(std::string_view job, Epoch epoch, std::uint64_t offset,
                               std::span<const std::string> events) override {
    if (auto ok = CheckAppend(job, events); !ok) return std::unexpected(ok.error());
    const std::string spoke = std::to_string(epoch);
    const std::string at = std::to_string(offset);
    const std::string keys[] = {LeaseKey(), EventsKey(job), JobsKey()};
    std::vector<std::string_view> arguments = {spoke, at, job};
    arguments.insert(arguments.end(), events.begin(), events.end());
    if (auto ok = Write(Script::kAppend, keys, arguments, epoch, job, offset); !ok) {
      return std::unexpected(ok.error());
    }
    return offset + events.size();
  }

  Result<std::vector<std::string>> Read(std::string_view job, std::uint64_t offset,
                                        std::uint64_t limit) override {
    if (auto ok = CheckName("job name", job); !ok) return std::unexpected(ok.error());
    constexpr std::uint64_t kBeyond = std::uint64_t{1} << 62;  // LRANGE takes signed indices
    const std::string key = EventsKey(job);
    const std::uint64_t end = std::min(offset, kBeyond) + std::min(limit, kBeyond);
    std::vector<std::string> events;
    while (offset < end && offset < kBeyond) {
      const std::uint64_t count = std::min(end - offset, kPage);
      const std::string first = std::to_string(offset);
      const std::string last = std::to_string(offset + count - 1);
      const std::string_view words[] = {"LRANGE", key, first, last};
      const auto reply = pool_.Call(words);
      if (!reply) return std::unexpected(reply.error());
      std::ranges::move(Texts(**reply), std::back_inserter(events));
      if (Elements(**reply).size() < count) break;
      offset += count;
    }
    return events;
  }

  Result<std::vector<std::string>> Jobs() override {
    const std::string key = JobsKey();
    const std::string_view words[] = {"SMEMBERS", key};
    const auto reply = pool_.Call(words);
    if (!reply) return std::unexpected(reply.error());
    std::vector<std::string> jobs = Texts(**reply);
    std::ranges::sort(jobs);
    return jobs;
  }

  Result<void> Delete(std::string_view job, Epoch epoch) override {
    if (auto ok = CheckName("job name", job); !ok) return ok;
    const std::string spoke = std::to_string(epoch);
    const std::string keys[] = {LeaseKey(), EventsKey(job), SnapshotKey(job), JobsKey()};
    const std::string_view arguments[] = {spoke, job};
    return Write(Script::kDelete, keys, arguments, epoch, job, 0);
  }

  Result<void> PutSnapshot(std::string_view job, Epoch epoch, const Snapshot& snapshot) override {
    if (auto ok = CheckName("job name", job); !ok) return ok;
    if (auto ok = CheckValue("the snapshot", snapshot.bytes); !ok) return ok;
    const std::string spoke = std::to_string(epoch);
    const std::string at = std::to_string(snapshot.offset);
    const std::string keys[] = {LeaseKey(), EventsKey(job), SnapshotKey(job)};
    const std::string_view arguments[] = {spoke, at, snapshot.bytes};
    return Write(Script::kPutSnapshot, keys, arguments, epoch, job, snapshot.offset);
  }

  Result<std::optional<Snapshot>> GetSnapshot(std::string_view job) override {
    if (auto ok = CheckName("job name", job); !ok) return std::unexpected(ok.error());
    const std::string key = SnapshotKey(job);
    const std::string_view words[] = {"HMGET", key, "offset", "bytes"};
    const auto reply = pool_.Call(words);
    if (!reply) return std::unexpected(reply.error());
    const auto fields = Elements(**reply);
    if (fields.size() != 2 || fields[0]->type == REDIS_REPLY_NIL) return std::nullopt;
    const Answer answer{Texts(**reply)};
    return Snapshot{answer.Number(0), answer.words[1]};
  }

  Result<void> PutResults(Epoch epoch,
                          std::span<const std::pair<std::string, std::string>> results) override {
    if (auto ok = CheckResults(results); !ok) return ok;
    const std::string spoke = std::to_string(epoch);
    const std::string keys[] = {LeaseKey(), ResultsKey()};
    std::vector<std::string_view> arguments = {spoke};
    for (const auto& [key, value] : results) arguments.insert(arguments.end(), {key, value});
    return Write(Script::kPutResults, keys, arguments, epoch, "", 0);
  }

  Result<std::vector<std::optional<std::string>>> GetResults(
      std::span<const std::string> keys) override {
    const std::string hash = ResultsKey();
    std::vector<std::optional<std::string>> values;
    while (!keys.empty()) {
      const auto page = keys.first(std::min<std::size_t>(keys.size(), kPage));
      keys = keys.subspan(page.size());
      std::vector<std::string_view> words = {"HMGET", hash};
      words.insert(words.end(), page.begin(), page.end());
      const auto reply = pool_.Call(words);
      if (!reply) return std::unexpected(reply.error());
      for (const redisReply* element : Elements(**reply)) {
        const bool missing = element->type == REDIS_REPLY_NIL;
        values.push_back(missing ? std::nullopt : std::optional<std::string>(Text(*element)));
      }
    }
    return values;
  }

  std::vector<std::string> Warnings() override;

 private:
  // One hash tag, so that all keys of a store share a slot with its lease.
  std::string Key(std::string_view kind) const {
    return "{" + pool_.address().prefix + "}:" + std::string(kind);
  }
  std::string LeaseKey() const { return Key("lease"); }
  std::string JobsKey() const { return Key("jobs"); }
  std::string ResultsKey() const { return Key("results"); }
  std::string EventsKey(std::string_view job) const { return Key("events:") + std::string(job); }
  std::string SnapshotKey(std::string_view job) const {
    return Key("snapshot:") + std::string(job);
  }

  Result<Answer> Ask(Script script, std::span<const std::string> keys,
                     std::span<const std::string_view> arguments) {
    const auto reply = pool_.Eval(script, keys, arguments);
    if (!reply) return std::unexpected(reply.error());
    return Answer{Texts(**reply)};
  }

  // Asks a fenced script and puts its refusals into words.
  Result<void> Write(Script script, std::span<const std::string> keys,
                     std::span<const std::string_view> arguments, Epoch epoch, std::string_view job,
                     std::uint64_t offset) {
    const auto answer = Ask(script, keys, arguments);
    if (!answer) return std::unexpected(answer.error());
    if (answer->Word() == "ok") return {};
    if (answer->Word() == "epoch") return Fence(epoch, answer->Number(1));
    if (answer->Word() == "gap") return std::unexpected(Gap(job, answer->Number(1), offset));
    if (answer->Word() == "exists") return std::unexpected(Conflict(job, answer->Number(1)));
    return Odd(*answer);
  }

  std::unexpected<Error> Odd(const Answer& answer) const {
    return Fail(ErrorCode::kInternal, pool_.address().Display() + ": a script answered '" +
                                          std::string(answer.Word()) + "'");
  }

  // The value of one server setting, or empty where the server does not tell.
  std::string Setting(std::string_view name) {
    const std::string_view words[] = {"CONFIG", "GET", name};
    const auto reply = pool_.Call(words);
    if (!reply || Elements(**reply).size() != 2) return {};
    return std::string(Text(*Elements(**reply)[1]));
  }

  RedisPool pool_;
};

std::vector<std::string> RedisStore::Warnings() {
  const std::string server = pool_.address().Display() + ": ";
  std::vector<std::string> warnings;
  const std::string policy = Setting("maxmemory-policy");
  if (!policy.empty() && policy != "noeviction") {
    warnings.push_back(server + "maxmemory-policy is " + policy +
                       ": the server may drop jobs when memory is short; set noeviction");
  }
  const std::string append_only = Setting("appendonly");
  const std::string fsync = Setting("appendfsync");
  if (append_only == "no") {
    warnings.push_back(server +
                       "appendonly is no: a restart of the server loses outcomes; set yes");
  } else if (!fsync.empty() && fsync != "always") {
    warnings.push_back(server + "appendfsync is " + fsync +
                       ": a power loss may lose the last outcomes; set always to keep all");
  }
  return warnings;
}

}  // namespace

Result<std::unique_ptr<Store>> OpenRedis(std::string_view address) {
  auto parsed = ParseRedisAddress(address);
  if (!parsed) return std::unexpected(parsed.error());
  auto store = std::make_unique<RedisStore>(*std::move(parsed));
  // A wrong host or password should show now and not at the first write.
  if (auto jobs = store->Jobs(); !jobs) return std::unexpected(jobs.error());
  return store;
}

Result<std::unique_ptr<Store>> OpenRedisTls(std::string_view) {
  return Fail(ErrorCode::kInvalid,
              "rediss:// (TLS) is not supported by this build; use redis:// inside a trusted "
              "network, or redis://127.0.0.1 through a TLS tunnel such as stunnel");
}

}  // namespace actsearch::store
