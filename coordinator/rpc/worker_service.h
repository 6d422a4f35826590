// WorkerService: one bidirectional stream a worker. Each stream is a WorkerLink for
// the engine; gRPC's own threads carry the messages and no thread waits for one.
#pragma once

#include <functional>
#include <memory>

#include "actsearch/v1/worker_service.grpc.pb.h"
#include "coordinator/engine/engine.h"

namespace actsearch::rpc {

// `engine` gives nothing while this coordinator does not lead yet; the engine
// outlives the server that runs the service.
std::unique_ptr<grpc::Service> MakeWorkerService(std::function<engine::Engine*()> engine);

}  // namespace actsearch::rpc
