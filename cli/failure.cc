#include "cli/failure.h"

#include <grpcpp/support/status.h>

namespace actsearch::cli {
namespace {

// HOST:PORT has one colon, or brackets around the host; stores begin with a scheme.
bool IsStore(std::string_view address) {
  return address.starts_with("sqlite:") || address.starts_with("memory:") ||
         address.find("://") != std::string_view::npos;
}

std::string Unreachable(const std::string& at, const std::string& why) {
  if (IsStore(at)) return "the store " + at + " is out of reach: " + why;
  return "no coordinator answers at " + at + " (" + why +
         "); start one with 'actsearch-coordinator --listen " + at +
         "', name another with --coordinator HOST:PORT, or read a store with --store ADDRESS";
}

}  // namespace

Failure FailureOf(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalid:
      return {kUsage, error.message};
    case ErrorCode::kNotFound:
      return {kMissing, error.message};
    default:
      return {kFailed, error.message};
  }
}

Failure FailureOf(const grpc::Status& status, std::string_view address) {
  const std::string at(address);
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return {kFailed, Unreachable(at, status.error_message())};
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {kFailed, "the coordinator at " + at +
                           " did not answer in time; try again, or give it longer with "
                           "--deadline SECONDS"};
    case grpc::StatusCode::NOT_FOUND:
      return {kMissing, status.error_message()};
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::OUT_OF_RANGE:
      return {kUsage, status.error_message()};
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
      return {kRefused, status.error_message()};
    case grpc::StatusCode::UNIMPLEMENTED:
      return {kFailed, "the server at " + at +
                           " does not know this request; is it an actsearch coordinator of this "
                           "version?"};
    default:
      return {kFailed, status.error_message()};
  }
}

}  // namespace actsearch::cli
