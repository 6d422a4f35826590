// A verb of the program: its name, its help and what it does. Verbs() is the table
// of all; help, completion and "did you mean" come from it.
#pragma once

#include <functional>
#include <string_view>

#include "cli/failure.h"
#include "cli/terminal.h"
#include "search_spaces/base/registry.h"

namespace CLI {
class App;
}

namespace actsearch::cli {

// What is left to do once the options are read: the exit code, or why not.
using Run = std::function<Expected<int>()>;

struct Verb {
  std::string_view name;      // "search", or group and verb: "job submit"
  std::string_view doc;       // one sentence
  std::string_view examples;  // command lines, one each
  // Declares the verb's options on `app`; `terminal` outlives what is returned.
  Run (*add)(CLI::App& app, Terminal& terminal);
};

struct VerbGroup {
  std::string_view name;
  std::string_view doc;
  std::string_view usual;  // verb that runs when none is given; may be empty
};

const Registry<Verb>& Verbs();
const Registry<VerbGroup>& VerbGroups();

}  // namespace actsearch::cli
