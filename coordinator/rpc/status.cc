#include "coordinator/rpc/status.h"

namespace actsearch::rpc {
namespace {

constexpr std::size_t kLongestMessage = 2000;  // messages travel in HTTP/2 headers

grpc::StatusCode CodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return grpc::INVALID_ARGUMENT;
    case ErrorCode::kNotFound:
      return grpc::NOT_FOUND;
    case ErrorCode::kExists:
      return grpc::ALREADY_EXISTS;
    case ErrorCode::kPrecondition:
      return grpc::FAILED_PRECONDITION;
    case ErrorCode::kStale:
      return grpc::ABORTED;
    case ErrorCode::kUnavailable:
      return grpc::UNAVAILABLE;
    case ErrorCode::kCorrupt:
      return grpc::DATA_LOSS;
    case ErrorCode::kOutOfMemory:
      return grpc::RESOURCE_EXHAUSTED;
    case ErrorCode::kInternal:
      return grpc::INTERNAL;
  }
  return grpc::UNKNOWN;
}

}  // namespace

grpc::Status ToStatus(const Error& error) {
  return {CodeOf(error.code), error.message.substr(0, kLongestMessage)};
}

}  // namespace actsearch::rpc
