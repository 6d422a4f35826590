#include <string>
#include <vector>

#include "cli/program.h"
#include "cli/terminal.h"

int main(int argc, char** argv) {
  actsearch::cli::Terminal terminal = actsearch::cli::SystemTerminal();
  return actsearch::cli::RunProgram(std::vector<std::string>(argv + 1, argv + argc), terminal);
}
