// The one place where our errors become gRPC's, and where bounds of the wire live.
#pragma once

#include <grpcpp/support/status.h>

#include "search_spaces/base/error.h"

namespace actsearch::rpc {

inline constexpr int kMaxMessageBytes = 4 << 20;
// A page stops growing here, far enough below the limit for its last row.
inline constexpr int kMaxPageBytes = 3 << 20;

grpc::Status ToStatus(const Error& error);

}  // namespace actsearch::rpc
