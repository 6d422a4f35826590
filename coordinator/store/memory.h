// The store of one process: nothing outlives it. For tests, trials and noop
// benchmarks. Every handle is a store of its own.
#pragma once

#include "coordinator/store/store.h"

namespace actsearch::store {

// `address` is "memory:".
Result<std::unique_ptr<Store>> OpenMemory(std::string_view address);

}  // namespace actsearch::store
