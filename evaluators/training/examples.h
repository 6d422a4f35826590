// A data set on the device, ready for training. Loaded once a process and shared by its
// trials. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "evaluators/tables/table.h"
#include "search_spaces/base/error.h"
#include "search_spaces/trial.h"

namespace actsearch::training {

struct Examples {
  at::Tensor images;   // N x C x H x W, float
  at::Tensor labels;   // N, int64
  at::Tensor one_hot;  // N x classes, float
};

struct Data {
  std::int64_t channels = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
  int classes = 0;
  Examples train, search, select, final;

  const Examples& Of(Split split) const;
};

class DataCache {
 public:
  // `data_root`, when not empty, stands before relative folders.
  DataCache(const at::Device& device, std::string data_root)
      : device_(device), data_root_(std::move(data_root)) {}

  // Errors are those of datasets::LoadDataset. The pointer lives as long as the cache.
  Result<const Data*> Get(const TaskSpec& task);

  // The table that task.data_dir names; errors are those of tables::ReadTable.
  Result<const tables::Table*> GetTable(const TaskSpec& task);

  const at::Device& device() const { return device_; }

 private:
  std::string FolderOf(const TaskSpec& task) const;

  at::Device device_;
  std::string data_root_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Data>> loaded_;
  std::map<std::string, std::unique_ptr<tables::Table>> tables_;
};

}  // namespace actsearch::training
