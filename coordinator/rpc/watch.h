// WatchJob: the job now, then after changes, at most five times a second, until it
// ends. A token says how far a watcher has come, so that it can go on with another
// coordinator.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/sync_stream.h>

#include <atomic>
#include <cstdint>
#include <string>

#include "actsearch/v1/search_service.pb.h"
#include "coordinator/engine/engine.h"
#include "search_spaces/base/error.h"

namespace actsearch::rpc {

// Runs on the caller's thread until the job ends, the caller leaves, or `stopping`.
grpc::Status Watch(engine::Engine& engine, const std::atomic<bool>& stopping,
                   const grpc::ServerContext& context, const v1::WatchJobRequest& request,
                   grpc::ServerWriter<v1::WatchJobResponse>& writer);

}  // namespace actsearch::rpc
