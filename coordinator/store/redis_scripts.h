// The Lua scripts of the Redis store: one for each transition, so that checking
// the epoch and writing are one step. Every script may be repeated, declares each
// key it touches, checks before it writes, and does work in proportion to its
// arguments only, never to the length of a job.
#pragma once

#include <array>
#include <string_view>

namespace actsearch::store {

enum class Script { kLead, kResign, kAppend, kDelete, kPutSnapshot, kPutResults };

// In the order of Script. Answers are arrays that start with a word: {"ok", ...},
// {"held", owner, expires_ms}, {"epoch", newest}, {"gap", length} or
// {"exists", index}.
inline constexpr std::size_t kScriptCount = 6;
const std::array<std::string_view, kScriptCount>& ScriptTexts();

}  // namespace actsearch::store
