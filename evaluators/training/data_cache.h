// Data sets and tables that a process has read, kept for its trials. Torch-free. One thread
// at a time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "evaluators/datasets/dataset.h"
#include "evaluators/tables/table.h"
#include "search_spaces/base/error.h"
#include "search_spaces/trial.h"

namespace actsearch::training {

class DataCache {
 public:
  // `data_root`, when not empty, stands before relative folders.
  explicit DataCache(std::string data_root) : data_root_(std::move(data_root)) {}

  // The pointers live as long as the cache. Errors are those of datasets::LoadDataset, and
  // kPrecondition for data that task.digest does not name.
  Result<const datasets::Dataset*> Get(const TaskSpec& task);

  // The table that task.data_dir names; errors are those of tables::ReadTable.
  Result<const tables::Table*> GetTable(const TaskSpec& task);

 private:
  // Fields that the data set has beside its name and folder say what is read.
  struct Key {
    std::string dataset, folder;
    Fields fields;

    bool operator==(const Key&) const = default;
  };

  std::string FolderOf(const TaskSpec& task) const;

  std::string data_root_;
  std::vector<std::pair<Key, std::unique_ptr<const datasets::Dataset>>> loaded_;
  std::map<std::string, std::unique_ptr<tables::Table>> tables_;
};

}  // namespace actsearch::training
