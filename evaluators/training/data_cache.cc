#include "evaluators/training/data_cache.h"

#include <filesystem>

namespace actsearch::training {

std::string DataCache::FolderOf(const TaskSpec& task) const {
  const std::filesystem::path folder = task.data_dir;
  const bool is_moved = !data_root_.empty() && folder.is_relative();
  return is_moved ? (data_root_ / folder).string() : folder.string();
}

Result<const tables::Table*> DataCache::GetTable(const TaskSpec& task) {
  const std::string folder = FolderOf(task);
  const auto known = tables_.find(folder);
  if (known != tables_.end()) return known->second.get();
  Result<tables::Table> table = tables::ReadTable(tables::TablePath(folder));
  if (!table) return std::unexpected(table.error());
  return tables_.emplace(folder, std::make_unique<tables::Table>(*std::move(table)))
      .first->second.get();
}

Result<const datasets::Dataset*> DataCache::Get(const TaskSpec& task) {
  const std::string folder = FolderOf(task);
  auto known = loaded_.find({task.dataset, folder});
  if (known == loaded_.end()) {
    auto dataset = datasets::LoadDataset(task.dataset, folder);
    if (!dataset) return std::unexpected(dataset.error());
    known = loaded_.emplace(std::pair(task.dataset, folder), *std::move(dataset)).first;
  }
  const std::string& digest = known->second->Facts().digest;
  if (!task.digest.empty() && task.digest != digest) {
    const std::string place = folder.empty() ? "" : " in '" + folder + "'";
    return Fail(ErrorCode::kPrecondition, "data set '" + task.dataset + "'" + place +
                                              " has digest " + digest + ", the job's is " +
                                              task.digest + ": these are other data");
  }
  return known->second.get();
}

}  // namespace actsearch::training
