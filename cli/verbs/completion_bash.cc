#include <ostream>

#include "cli/program.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {

Run AddCompletionBash(CLI::App&, Terminal& terminal) {
  return [&terminal]() -> Expected<int> {
    terminal.out << BashCompletion(terminal);
    return kOk;
  };
}

}  // namespace actsearch::cli
