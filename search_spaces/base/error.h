// Errors of input and environment. A bad candidate is a result (Rejection in
// search_spaces/trial.h), never an Error; a broken invariant aborts (check.h).
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace actsearch {

enum class ErrorCode {
  kInvalid,      // the caller's value is wrong; the message names value, place and remedy
  kNotFound,     // no such job, file, name
  kExists,       // already there with other content
  kPrecondition, // the value is fine, but the thing is not in a state that allows this
  kStale,        // an older epoch spoke; a newer leader or lease exists
  kUnavailable,  // a server or file cannot be reached now; repeating may help
  kCorrupt,      // stored or loaded bytes are not what they must be
  kOutOfMemory,  // this machine or device has too little for what was asked
  kInternal,     // a library failed in a way that none of the above describes
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> Fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

}  // namespace actsearch
