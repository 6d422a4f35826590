#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iostream>

namespace actsearch::cli {
namespace {

bool IsDumb(const Terminal& terminal) {
  const auto term = terminal.env ? terminal.env("TERM") : std::nullopt;
  return !term || term->empty() || *term == "dumb";
}

std::optional<std::string> Environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

}  // namespace

bool Terminal::Animated() const { return err_is_terminal && !IsDumb(*this); }

int Terminal::Columns() const {
  const auto columns = [](bool is_terminal, int file) {
    winsize size{};
    return is_terminal && ioctl(file, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
  };
  if (const int n = columns(err_is_terminal, STDERR_FILENO); n > 0) return n;
  if (const int n = columns(out_is_terminal, STDOUT_FILENO); n > 0) return n;
  return 80;
}

bool Terminal::Utf8() const {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    auto value = env ? env(name) : std::nullopt;
    if (!value || value->empty()) continue;
    std::ranges::transform(*value, value->begin(), [](unsigned char c) { return std::tolower(c); });
    return value->find("utf-8") != std::string::npos || value->find("utf8") != std::string::npos;
  }
  return false;
}

Terminal SystemTerminal() {
  return {.in = std::cin,
          .out = std::cout,
          .err = std::cerr,
          .in_is_terminal = isatty(STDIN_FILENO) == 1,
          .err_is_terminal = isatty(STDERR_FILENO) == 1,
          .out_is_terminal = isatty(STDOUT_FILENO) == 1,
          .env = Environment};
}

}  // namespace actsearch::cli
