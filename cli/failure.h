// How the program ends: its exit codes, and a failure that carries one beside a
// message for people. Plain values; any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "search_spaces/base/error.h"

namespace grpc {
class Status;
}

namespace actsearch::cli {

// Documented in `actsearch --help`; scripts rely on them.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,          // the command line or the job file is wrong
  kMissing = 3,        // no such job, file or name
  kRefused = 4,        // not allowed to
  kJobFailed = 5,      // the job failed, was cancelled, or is paused for a reason
  kTimedOut = 6,       // `wait` gave up
  kInterrupted = 130,  // Ctrl-C
};

struct Failure {
  ExitCode exit = kFailed;
  std::string message;  // may have several lines; no newline at the end
};

template <class T>
using Expected = std::expected<T, Failure>;

inline std::unexpected<Failure> Fail(ExitCode exit, std::string message) {
  return std::unexpected(Failure{exit, std::move(message)});
}

Failure FailureOf(const Error& error);

// `address` is named in messages about a server that cannot be reached: HOST:PORT, or
// a store's when the server is in this process.
Failure FailureOf(const grpc::Status& status, std::string_view address);

}  // namespace actsearch::cli
