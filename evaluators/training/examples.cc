#include "evaluators/training/examples.h"

#include <ATen/ATen.h>

#include <filesystem>

#include "evaluators/datasets/dataset.h"

namespace actsearch::training {
namespace {

Examples Place(const datasets::Images& images, const at::Device& device) {
  const auto count = static_cast<std::int64_t>(images.Count());
  const at::Tensor pixels =
      at::from_blob(const_cast<float*>(images.pixels.data()),
                    {count, images.channels, images.height, images.width}, at::kFloat);
  const at::Tensor labels =
      at::from_blob(const_cast<std::uint8_t*>(images.labels.data()), {count}, at::kByte)
          .to(at::kLong);
  Examples examples;
  examples.images = pixels.to(at::TensorOptions(device), /*non_blocking=*/false, /*copy=*/true);
  examples.labels = labels.to(at::TensorOptions(device).dtype(at::kLong));
  examples.one_hot =
      at::one_hot(labels, images.classes).to(at::TensorOptions(device).dtype(at::kFloat));
  return examples;
}

}  // namespace

const Examples& Data::Of(Split split) const {
  switch (split) {
    case Split::kSearch:
      return search;
    case Split::kSelect:
      return select;
    case Split::kFinal:
      break;
  }
  return final;
}

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

Result<const Data*> DataCache::Get(const TaskSpec& task) {
  const std::string folder = FolderOf(task);
  auto& slot = loaded_[{task.dataset, folder}];
  if (slot != nullptr) return slot.get();
  Result<datasets::Dataset> loaded = datasets::LoadDataset(task.dataset, folder);
  if (!loaded) {
    loaded_.erase({task.dataset, folder});
    return std::unexpected(loaded.error());
  }
  auto data = std::make_unique<Data>();
  data->channels = loaded->train.channels;
  data->height = loaded->train.height;
  data->width = loaded->train.width;
  data->classes = loaded->train.classes;
  data->train = Place(loaded->train, device_);
  data->search = Place(loaded->search, device_);
  data->select = Place(loaded->select, device_);
  data->final = Place(loaded->final, device_);
  slot = std::move(data);
  return slot.get();
}

}  // namespace actsearch::training
