// Processes that this one starts beside itself. One thread at a time.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace actsearch::cli {

struct ChildFiles {
  std::string in = "/dev/null";
  std::string out;  // appended to
  std::string err;  // appended to; empty: as `out`
};

// Starts `command`, its first word a path, in a process group of its own (Ctrl-C is for this
// process to pass on), with no signal blocked. Returns 0 or an errno.
int SpawnChild(const std::vector<std::string>& command,
               const std::vector<std::string>& environment, const ChildFiles& files, pid_t* pid);

// The environment of a process that computes: ours, with one thread for each library that has
// threads of its own, and one arena, since one thread allocates.
std::vector<std::string> OneThreadEnvironment();

// The program `name` beside this one.
std::filesystem::path ProgramBeside(const std::string& name);

// "ended with status 1", "was killed by signal 9 (Killed); ..."
std::string DeathText(int wait_status);

// The last lines of a file, at most `lines` and 4 KiB.
std::string Tail(const std::filesystem::path& file, int lines);

}  // namespace actsearch::cli
