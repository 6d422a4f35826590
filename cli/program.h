// The program `actsearch`: finds the verb, reads its options, runs it. Called by
// main and by tests, which hand in their own terminal.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"

namespace actsearch::cli {

// `arguments` without the program's name. Returns the exit code (ExitCode).
int RunProgram(std::vector<std::string> arguments, Terminal& terminal);

// A completion script for bash, made from the table of verbs.
std::string BashCompletion(Terminal& terminal);

}  // namespace actsearch::cli
