#include "coordinator/store/redis_scripts.h"

namespace actsearch::store {
namespace {

// Every writing script opens with this. Epochs are compared as decimal text, which
// stays exact where Lua's doubles would not. KEYS[1] is the lease, ARGV[1] the epoch.
#define ACTSEARCH_FENCE                                          \
  "local newest = redis.call('HGET', KEYS[1], 'epoch') or '0'\n" \
  "if newest == '0' or newest ~= ARGV[1] then return {'epoch', newest} end\n"

// KEYS: lease. ARGV: owner, now_ms, expires_ms.
constexpr std::string_view kLead = R"lua(
local lease = redis.call('HMGET', KEYS[1], 'owner', 'expires_ms')
if lease[1] ~= ARGV[1] then
  if lease[2] and tonumber(ARGV[2]) < tonumber(lease[2]) then
    return {'held', lease[1], lease[2]}
  end
  redis.call('HINCRBY', KEYS[1], 'epoch', 1)
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'expires_ms', ARGV[3])
return {'ok', redis.call('HGET', KEYS[1], 'epoch')}
)lua";

// KEYS: lease. ARGV: owner.
constexpr std::string_view kResign = R"lua(
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then
  redis.call('HSET', KEYS[1], 'expires_ms', '0')
end
return {'ok'}
)lua";

// KEYS: lease, events, jobs. ARGV: epoch, offset, job, events... RPUSH takes them
// in slices, because Lua's stack bounds what unpack may return.
constexpr std::string_view kAppend = ACTSEARCH_FENCE R"lua(
local offset, count = tonumber(ARGV[2]), #ARGV - 3
local length = redis.call('LLEN', KEYS[2])
if offset > length then return {'gap', tostring(length)} end
local there = math.min(length - offset, count)
if there > 0 then
  local old = redis.call('LRANGE', KEYS[2], offset, offset + there - 1)
  for i = 1, there do
    if old[i] ~= ARGV[3 + i] then return {'exists', tostring(offset + i - 1)} end
  end
end
if length == 0 and count > 0 then redis.call('SADD', KEYS[3], ARGV[3]) end
for first = 4 + there, #ARGV, 1000 do
  redis.call('RPUSH', KEYS[2], unpack(ARGV, first, math.min(first + 999, #ARGV)))
end
return {'ok'}
)lua";

// KEYS: lease, events, snapshot, jobs. ARGV: epoch, job.
constexpr std::string_view kDelete = ACTSEARCH_FENCE R"lua(
redis.call('UNLINK', KEYS[2], KEYS[3])
redis.call('SREM', KEYS[4], ARGV[2])
return {'ok'}
)lua";

// KEYS: lease, events, snapshot. ARGV: epoch, offset, bytes.
constexpr std::string_view kPutSnapshot = ACTSEARCH_FENCE R"lua(
local length = redis.call('LLEN', KEYS[2])
if tonumber(ARGV[2]) > length then return {'gap', tostring(length)} end
redis.call('HSET', KEYS[3], 'offset', ARGV[2], 'bytes', ARGV[3])
return {'ok'}
)lua";

// KEYS: lease, results. ARGV: epoch, key, value, key, value...
constexpr std::string_view kPutResults = ACTSEARCH_FENCE R"lua(
for i = 2, #ARGV, 2 do redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 1]) end
return {'ok'}
)lua";

#undef ACTSEARCH_FENCE

}  // namespace

const std::array<std::string_view, kScriptCount>& ScriptTexts() {
  static constexpr std::array<std::string_view, kScriptCount> kTexts = {
      kLead, kResign, kAppend, kDelete, kPutSnapshot, kPutResults};
  return kTexts;
}

}  // namespace actsearch::store
