#include "cli/one_shot.h"

#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "cli/child_process.h"
#include "cli/temporary_folder.h"

namespace actsearch::cli {
namespace {

constexpr int kTailLines = 8;

bool Write(const std::vector<v1::Trial>& trials, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  for (const v1::Trial& trial : trials) {
    google::protobuf::util::SerializeDelimitedToOstream(trial, &file);
  }
  return static_cast<bool>(file.flush());
}

std::vector<v1::Report> Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  google::protobuf::io::IstreamInputStream stream(&file);
  std::vector<v1::Report> reports;
  for (;;) {
    v1::Report report;
    if (!google::protobuf::util::ParseDelimitedFromZeroCopyStream(&report, &stream, nullptr)) {
      return reports;
    }
    reports.push_back(std::move(report));
  }
}

}  // namespace

Expected<std::vector<v1::Report>> EvaluateHere(const std::vector<v1::Trial>& trials,
                                               const OneShotOptions& options) {
  const auto folder = TemporaryFolder::Make("actsearch-once");
  if (!folder) return std::unexpected(folder.error());
  const ChildFiles files = {.in = folder->Path() / "trials",
                            .out = folder->Path() / "reports",
                            .err = folder->Path() / "log"};
  if (!Write(trials, files.in)) {
    return Fail(kFailed, "cannot write " + files.in + ": is the disk full?");
  }
  const std::filesystem::path program = ProgramBeside("actsearch-worker");
  std::vector<std::string> command = {program.string(), "--one-shot", "--die-with-parent",
                                      "--device", options.device};
  if (!options.data_dir.empty()) command.insert(command.end(), {"--data", options.data_dir});
  pid_t pid = -1;
  if (const int code = SpawnChild(command, OneThreadEnvironment(), files, &pid); code != 0) {
    return Fail(kFailed, "cannot start " + program.string() + ": " + std::strerror(code) +
                             "; build the target actsearch-worker, it belongs beside actsearch");
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  std::vector<v1::Report> reports = Read(files.out);
  if (reports.size() == trials.size()) return reports;
  return Fail(kFailed,
              program.string() + " " + DeathText(status) + ":\n" + Tail(files.err, kTailLines));
}

}  // namespace actsearch::cli
