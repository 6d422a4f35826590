// A Store that measures every operation of another one. Safe from any thread, as
// the store inside is.
#pragma once

#include <memory>

#include "coordinator/store/store.h"
#include "coordinator/telemetry/clock.h"
#include "coordinator/telemetry/metrics.h"

namespace actsearch::telemetry {

// `clock` and `metrics` outlive the store.
std::unique_ptr<store::Store> Metered(std::unique_ptr<store::Store> inner, const Clock& clock,
                                      Metrics& metrics);

}  // namespace actsearch::telemetry
