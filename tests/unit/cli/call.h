// A call of the program in this process.
#pragma once

#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/program.h"

namespace actsearch::cli {

struct Ended {
  int code = 0;
  std::string out;
  std::string err;
};

inline Ended Call(std::vector<std::string> arguments, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal{.in = in, .out = out, .err = err, .env = [](const std::string&) {
                      return std::optional<std::string>();
                    }};
  const int code = RunProgram(std::move(arguments), terminal);
  return {code, out.str(), err.str()};
}

}  // namespace actsearch::cli
