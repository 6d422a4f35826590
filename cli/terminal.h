// The outside world as a verb sees it: streams, whether a person sits in front of
// them, and the environment. Tests hand in string streams. One thread at a time.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

namespace actsearch::cli {

struct Terminal {
  std::istream& in;
  std::ostream& out;  // data
  std::ostream& err;  // messages
  bool in_is_terminal = false;
  bool err_is_terminal = false;
  bool out_is_terminal = false;
  std::function<std::optional<std::string>(const std::string&)> env;

  // A line may be rewritten in place: `err` is a terminal that can do it. Colour is
  // never used, so that NO_COLOR has nothing to switch off.
  bool Animated() const;
  // Columns of the terminal behind `err` or `out`; 80 when that is unknown.
  int Columns() const;
  // The locale (LC_ALL, LC_CTYPE, LANG: the first that is set) writes UTF-8.
  bool Utf8() const;
};

// The process's own streams and environment.
Terminal SystemTerminal();

}  // namespace actsearch::cli
