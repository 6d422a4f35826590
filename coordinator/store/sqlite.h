// The store in one file, without a server: the embedded default. Write-ahead log
// with synchronous=FULL, so that an append that returned survives power loss.
// Several processes of one machine may open the same file, such as a coordinator
// and a CLI that reads. Not for network file systems: their locks are unreliable.
#pragma once

#include "coordinator/store/store.h"

namespace actsearch::store {

// `address` is "sqlite:PATH"; the file is created when missing, its folder is not.
// kCorrupt: the file is damaged or no database; kInvalid: a newer schema, or the
// database of another program.
Result<std::unique_ptr<Store>> OpenSqlite(std::string_view address);

}  // namespace actsearch::store
