#include "cli/data_check.h"

#include <filesystem>
#include <system_error>

#include "evaluators/catalogue/tasks.h"
#include "evaluators/datasets/dataset.h"

namespace actsearch::cli {
namespace {

Expected<void> CheckFolder(const TaskSpec& task) {
  if (task.data_dir.empty()) {
    return Fail(kUsage, "task.data_dir: task '" + task.name +
                            "' needs the folder of its files; give it with --data DIR");
  }
  std::error_code ignored;
  if (std::filesystem::exists(task.data_dir, ignored)) return {};
  return Fail(kMissing, "task.data_dir: there is no '" + task.data_dir +
                            "'; give the folder with the files of task '" + task.name +
                            "' with --data DIR");
}

Expected<void> CheckData(const catalogue::TaskInfo& info, const TaskSpec& task) {
  const auto data = datasets::LoadDataset(
      task.dataset, {.dir = task.data_dir, .fields = task.fields});
  if (!data) {
    const bool missing = data.error().code == ErrorCode::kNotFound;
    return Fail(missing ? kMissing : kUsage, "task.data_dir: " + data.error().message);
  }
  const catalogue::DataFacts& facts = (*data)->Facts();
  if (!task.digest.empty() && task.digest != facts.digest) {
    return Fail(kUsage, "task.digest: the data of '" + task.dataset + "' have the digest " +
                            facts.digest + ", not " + task.digest);
  }
  const auto network = catalogue::CheckNetwork(info, task.fields, facts);
  if (!network) return Fail(kUsage, network.error().message);
  return {};
}

}  // namespace

Expected<void> CheckData(const plan::JobSpec& spec) {
  const auto info = catalogue::Tasks().Find(spec.task.name);
  if (!info || !plan::NeedsCheck(spec)) return {};
  return (*info)->takes_data ? CheckData(**info, spec.task) : CheckFolder(spec.task);
}

}  // namespace actsearch::cli
