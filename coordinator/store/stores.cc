#include "coordinator/store/memory.h"
#include "coordinator/store/redis.h"
#include "coordinator/store/sqlite.h"
#include "coordinator/store/store.h"

namespace actsearch::store {

const Registry<StoreRow>& Stores() {
  static const Registry<StoreRow> stores(
      "store",
      {
          {"memory", "memory:  this process only; nothing is kept", OpenMemory},
          {"sqlite", "sqlite:PATH  one file, no server; the default", OpenSqlite},
          {"redis", "redis://[[USER]:PASSWORD@]HOST[:PORT][/DB][?prefix=NAME&timeout_ms=N]",
           OpenRedis},
          {"redis+unix", "redis+unix://[[USER]:PASSWORD@]/PATH[?db=N&prefix=NAME&timeout_ms=N]",
           OpenRedis},
          {"rediss", "Redis over TLS; not in this build", OpenRedisTls},
      });
  return stores;
}

Result<std::unique_ptr<Store>> OpenStore(std::string_view address) {
  const std::size_t colon = address.find(':');
  if (colon == std::string_view::npos) {
    return Fail(ErrorCode::kInvalid, "store address '" + std::string(address) +
                                         "' has no scheme; write sqlite:PATH for a file, "
                                         "redis://HOST for a server or memory:");
  }
  const auto row = Stores().Find(address.substr(0, colon));
  // Only the scheme is repeated in the message: the rest may hold a password.
  if (!row) return Fail(ErrorCode::kInvalid, "store address: " + row.error().message);
  return (*row)->open(address);
}

}  // namespace actsearch::store
