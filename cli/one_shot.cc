#include "cli/one_shot.h"

#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "cli/child_process.h"

namespace actsearch::cli {
namespace {

constexpr int kTailLines = 8;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code ignored;
    path_ = (std::filesystem::temp_directory_path(ignored) / "actsearch-once-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  bool Ok() const { return !path_.empty(); }
  std::string File(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

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
  const TemporaryFolder folder;
  if (!folder.Ok() || !Write(trials, folder.File("trials"))) {
    return Fail(kFailed, "cannot write a temporary file; set TMPDIR to a folder that can be "
                         "written");
  }
  const std::filesystem::path program = ProgramBeside("actsearch-worker");
  std::vector<std::string> command = {program.string(), "--one-shot", "--die-with-parent",
                                      "--device", options.device};
  if (!options.data_dir.empty()) command.insert(command.end(), {"--data", options.data_dir});
  const std::string log = folder.File("log");
  pid_t pid = -1;
  const ChildFiles files = {folder.File("trials"), folder.File("reports"), log};
  if (const int code = SpawnChild(command, OneThreadEnvironment(), files, &pid); code != 0) {
    return Fail(kFailed, "cannot start " + program.string() + ": " + std::strerror(code) +
                             "; build the target actsearch-worker, it belongs beside actsearch");
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  std::vector<v1::Report> reports = Read(folder.File("reports"));
  if (reports.size() == trials.size()) return reports;
  return Fail(kFailed, program.string() + " " + DeathText(status) + ":\n" + Tail(log, kTailLines));
}

}  // namespace actsearch::cli
