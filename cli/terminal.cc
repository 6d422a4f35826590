#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

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
  winsize size{};
  if (err_is_terminal && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return 80;
}

Terminal SystemTerminal() {
  return {.in = std::cin,
          .out = std::cout,
          .err = std::cerr,
          .in_is_terminal = isatty(STDIN_FILENO) == 1,
          .err_is_terminal = isatty(STDERR_FILENO) == 1,
          .env = Environment};
}

}  // namespace actsearch::cli
