// A store that fails on purpose, for tests of whoever uses one: some calls end in
// kUnavailable before they are done and some after, which no caller can tell
// apart. Both come from a seeded generator, so a failing run can be repeated.
#pragma once

#include <memory>

#include "coordinator/store/store.h"
#include "search_spaces/base/rng.h"

namespace actsearch::store {

struct FaultRates {
  double before = 0.1;  // share of calls that fail and do nothing
  double after = 0.1;   // share of calls that are done and fail all the same
};

std::unique_ptr<Store> WithFaults(std::unique_ptr<Store> inner, Rng rng, FaultRates rates = {});

}  // namespace actsearch::store
