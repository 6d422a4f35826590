// Numbers in messages for people: six significant digits.
#pragma once

#include <cstdio>
#include <string>

namespace actsearch {

inline std::string NumberText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

}  // namespace actsearch
