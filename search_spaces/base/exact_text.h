// Numbers as text that loses nothing. Pure; any thread.
#pragma once

#include <charconv>
#include <string>

namespace actsearch {

// The shortest text that reads back to the same double.
inline std::string ExactText(double value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof(buffer), value).ptr};
}

}  // namespace actsearch
