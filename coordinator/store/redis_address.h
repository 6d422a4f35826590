// Where a Redis server is and how to enter it, parsed from a store address. Pure;
// used by the Redis back end.
#pragma once

#include <string>
#include <string_view>

#include "search_spaces/base/error.h"

namespace actsearch::store {

struct RedisAddress {
  std::string host;  // empty when unix_path is set
  int port = 6379;
  std::string unix_path;  // of a local socket
  std::string user;       // empty: Redis's "default"
  std::string password;   // empty: no AUTH
  int database = 0;
  std::string prefix = "actsearch";  // the hash tag that all keys carry
  int timeout_ms = 5000;             // to connect, and for each answer

  // For messages: without the password.
  std::string Display() const;
};

// kInvalid with the part that is wrong; never repeats a password. User and
// password are percent-decoded.
Result<RedisAddress> ParseRedisAddress(std::string_view address);

}  // namespace actsearch::store
