// ACTSEARCH_CHECK(condition, what): aborts with file, line and `what` when an
// invariant of our own code is broken. Never use it on input.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace actsearch {

[[noreturn]] inline void CheckFailed(const char* file, int line, const char* condition,
                                     const std::string& what) {
  std::fprintf(stderr, "%s:%d: broken invariant (%s): %s\n", file, line, condition, what.c_str());
  std::abort();
}

}  // namespace actsearch

#define ACTSEARCH_CHECK(condition, what)                                       \
  do {                                                                         \
    if (!(condition)) ::actsearch::CheckFailed(__FILE__, __LINE__, #condition, what); \
  } while (false)
