// The store of a cluster: one Redis primary, reached by hiredis. Each write is one
// Lua script that checks the leader epoch itself, so that a leader that was paused
// is refused by the server and not by a clock. How much survives a power loss is
// the server's appendfsync; Warnings() tells when that is less than everything.
#pragma once

#include "coordinator/store/store.h"

namespace actsearch::store {

// `address`: redis://[[USER]:PASSWORD@]HOST[:PORT][/DB][?prefix=NAME&timeout_ms=N]
// or redis+unix:///PATH[?db=N&...]. Stores with different prefixes share a server
// without seeing each other. Connects once; kUnavailable when that fails.
Result<std::unique_ptr<Store>> OpenRedis(std::string_view address);

// kInvalid: hiredis 0.14, which the oldest supported system has, knows no TLS, and
// newer ones do not check the server's name. The message says what to do instead.
Result<std::unique_ptr<Store>> OpenRedisTls(std::string_view address);

}  // namespace actsearch::store
