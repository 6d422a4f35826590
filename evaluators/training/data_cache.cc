#include "evaluators/training/data_cache.h"

#include <algorithm>
#include <filesystem>

namespace actsearch::training {
namespace {

// `what` is "data set 'mnist' in 'DIR'".
Result<void> CheckDigest(const TaskSpec& task, const std::string& digest, const std::string& what) {
  if (task.digest.empty() || task.digest == digest) return {};
  return Fail(ErrorCode::kPrecondition, what + " has digest " + digest + ", the job's is " +
                                            task.digest + ": these are other data");
}

}  // namespace

std::string DataCache::FolderOf(const TaskSpec& task) const {
  const std::filesystem::path folder = task.data_dir;
  const bool is_moved = !data_root_.empty() && folder.is_relative();
  return is_moved ? (data_root_ / folder).string() : folder.string();
}

Result<const tables::Table*> DataCache::GetTable(const TaskSpec& task) {
  const std::string folder = FolderOf(task);
  auto known = tables_.find(folder);
  if (known == tables_.end()) {
    Result<tables::Table> table = tables::ReadTable(tables::TablePath(folder));
    if (!table) return std::unexpected(table.error());
    known = tables_.emplace(folder, std::make_unique<tables::Table>(*std::move(table))).first;
  }
  const auto same = CheckDigest(task, known->second->digest, "the table in '" + folder + "'");
  if (!same) return std::unexpected(same.error());
  return known->second.get();
}

Result<const datasets::Dataset*> DataCache::Get(const TaskSpec& task) {
  const auto info = catalogue::Datasets().Find(task.dataset);
  if (!info) return std::unexpected(info.error());
  Key key{task.dataset, FolderOf(task), {}};
  for (const FieldRow& row : (*info)->fields) key.fields.insert(*task.fields.find(row.name));
  auto known = std::ranges::find(loaded_, key, [](const auto& entry) { return entry.first; });
  if (known == loaded_.end()) {
    auto dataset = datasets::LoadDataset(task.dataset, {.dir = key.folder, .fields = key.fields});
    if (!dataset) return std::unexpected(dataset.error());
    known = loaded_.emplace(loaded_.end(), key, *std::move(dataset));
  }
  const std::string place = key.folder.empty() ? "" : " in '" + key.folder + "'";
  const auto same = CheckDigest(task, known->second->Facts().digest,
                                "data set '" + task.dataset + "'" + place);
  if (!same) return std::unexpected(same.error());
  return known->second.get();
}

}  // namespace actsearch::training
