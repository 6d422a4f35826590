// A coordinator in this process: store, engine, gRPC services, health, metrics.
// Used by the actsearch-coordinator program and by `actsearch search`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "search_spaces/base/error.h"

namespace grpc {
class Channel;
}

namespace actsearch::rpc {

struct ServerOptions {
  std::string store = "sqlite:actsearch.db";
  std::string listen = "127.0.0.1:7070";          // port 0 picks a free one; empty: in-process only
  std::string metrics_listen = "127.0.0.1:7071";  // port 0 picks a free one; empty: none
  int lease_ttl_ms = 15000;           // a silent worker's leases are open again after that
  int heartbeat_ms = 3000;            // what workers are asked for
  bool read_only = false;             // serve listings without leading: no job advances
  std::int64_t take_over_ms = 0;      // wait so long for another's leader lease to end
  int grace_ms = 3000;                // from a worker's broken stream to "it is dead"
  bool drain_workers = false;         // Shutdown tells workers to leave, else they reconnect
  std::string log_level = "warning";  // debug | info | warning | error | off, on stderr
  // Called at most once, on a thread of the server: another coordinator has taken
  // over. Nothing more will be served; Shutdown from another thread.
  std::function<void(const Error&)> on_lost;
};

class Server {
 public:
  // kStale: another coordinator leads this store; kUnavailable: address in use,
  // store out of reach.
  static Result<std::unique_ptr<Server>> Start(const ServerOptions& options);
  virtual ~Server() = default;  // as Shutdown

  virtual std::string Address() const = 0;  // host:port that clients may dial; empty if none
  virtual std::string MetricsAddress() const = 0;
  virtual std::shared_ptr<grpc::Channel> InProcessChannel() = 0;

  // Health says NOT_SERVING, then all streams are closed within the deadline. What is
  // durable stays; a later coordinator goes on, and workers keep training until then.
  virtual void Shutdown(std::int64_t deadline_ms) = 0;
};

}  // namespace actsearch::rpc
