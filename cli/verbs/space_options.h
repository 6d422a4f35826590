// What the verbs of spaces share: their file, and the finite space that it describes.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/failure.h"
#include "cli/terminal.h"
#include "search_spaces/space.h"

namespace actsearch::cli {

struct SpaceFile {
  std::string file;
  std::vector<std::string> set;
};

// SPEC.yaml, required, and --set KEY=VALUE.
void AddSpaceFile(CLI::App& app, SpaceFile& options);

// kUsage when the file is wrong or the space infinite.
Expected<std::unique_ptr<Space>> OpenFiniteSpace(const SpaceFile& options, Terminal& terminal);

}  // namespace actsearch::cli
