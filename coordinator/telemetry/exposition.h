// Serves metrics over HTTP at /metrics, for Prometheus to scrape. Runs its own
// threads until destroyed.
#pragma once

#include <memory>
#include <string>

#include "coordinator/telemetry/metrics.h"
#include "search_spaces/base/error.h"

namespace actsearch::telemetry {

class Exposition {
 public:
  // `listen` is HOST:PORT; port 0 picks a free one. kUnavailable: cannot listen there.
  static Result<std::unique_ptr<Exposition>> Start(const std::string& listen,
                                                   const Metrics& metrics);
  virtual ~Exposition() = default;

  virtual std::string Address() const = 0;  // HOST:PORT as bound
};

}  // namespace actsearch::telemetry
