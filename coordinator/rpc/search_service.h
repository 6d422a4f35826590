// SearchService: jobs for people and programs. A synchronous service: gRPC gives
// each call a thread of a bounded pool; no handler waits without a limit, and
// Stopping() ends the watchers.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "actsearch/v1/search_service.grpc.pb.h"
#include "coordinator/engine/engine.h"
#include "coordinator/store/store.h"

namespace actsearch::rpc {

struct SearchServiceOptions {
  // Nothing while this coordinator does not lead yet; outlives the server.
  std::function<engine::Engine*()> engine;
  store::Store* store = nullptr;  // for exports
  const std::atomic<bool>* stopping = nullptr;
};

std::unique_ptr<grpc::Service> MakeSearchService(SearchServiceOptions options);

}  // namespace actsearch::rpc
