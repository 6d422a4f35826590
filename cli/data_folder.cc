#include "cli/data_folder.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <vector>

#include "evaluators/catalogue/tasks.h"
#include "evaluators/datasets/dataset.h"
#include "search_spaces/base/names.h"

namespace actsearch::cli {
namespace {

namespace fs = std::filesystem;
using catalogue::DatasetInfo;

bool EndsLike(std::string name, std::string_view ending) {
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  return name.ends_with(ending) || (name + ".gz").ends_with(ending);
}

// A file of that name, plain or packed, a folder ("train/"), or one with that ending ("*.csv").
bool Has(const fs::path& folder, std::string_view mark) {
  std::error_code ignored;
  if (!mark.starts_with('*')) {
    const fs::path path = folder / mark;
    return fs::exists(path, ignored) || fs::exists(path.string() + ".gz", ignored);
  }
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (EndsLike(entry.path().filename().string(), mark.substr(1))) return true;
  }
  return false;
}

// Where below `place` the data set lies; empty path: nowhere.
fs::path FolderOf(const DatasetInfo& row, const fs::path& place) {
  std::error_code ignored;
  for (const std::string_view sub_folder : row.folders) {
    const fs::path folder = sub_folder.empty() ? place : place / sub_folder;
    if (!fs::is_directory(folder, ignored)) continue;
    for (const std::string_view mark : row.marks) {
      if (Has(folder, mark)) return folder;
    }
  }
  return {};
}

// Whether the folder is one in which this data set is usually found: ".../FashionMNIST/raw".
bool IsNamedAfter(const fs::path& folder, const DatasetInfo& row) {
  const std::string text = "/" + folder.lexically_normal().generic_string();
  return std::ranges::any_of(row.folders, [&](std::string_view name) {
    return !name.empty() && (text + "/").ends_with("/" + std::string(name) + "/");
  });
}

Result<std::string> DatasetOf(const fs::path& file) {
  std::vector<std::string_view> endings;
  for (const DatasetInfo& row : catalogue::Datasets().Rows()) {
    for (const std::string_view mark : row.marks) {
      if (!mark.starts_with('*')) continue;
      if (EndsLike(file.filename().string(), mark.substr(1))) return std::string(row.name);
      endings.push_back(mark);
    }
  }
  return Fail(ErrorCode::kNotFound, "--data " + file.string() +
                                        ": a file of no known kind; known: " + ListNames(endings) +
                                        ". A text of another name: --set task.name=text --set "
                                        "task.dataset=text (actsearch data: --dataset text)");
}

std::string Wanted() {
  std::string wanted;
  for (const DatasetInfo& row : catalogue::Datasets().Rows()) {
    if (row.marks.empty()) continue;
    wanted += (wanted.empty() ? "" : ", ") + std::string(row.marks.front()) + " (" +
              std::string(row.name) + ")";
  }
  return wanted;
}

}  // namespace

Result<std::string> DatasetIn(const fs::path& place) {
  std::error_code ignored;
  if (!fs::exists(place, ignored)) {
    return Fail(ErrorCode::kNotFound, "--data " + place.string() + ": there is no such folder");
  }
  if (!fs::is_directory(place, ignored)) return DatasetOf(place);
  struct Found {
    const DatasetInfo* row;
    fs::path folder;
  };
  std::vector<Found> found;
  for (const DatasetInfo& row : catalogue::Datasets().Rows()) {
    const fs::path folder = FolderOf(row, place);
    if (folder.empty()) continue;
    const auto same = std::ranges::find(found, folder, &Found::folder);
    if (same == found.end()) {
      found.push_back({&row, folder});
    } else if (IsNamedAfter(fs::absolute(folder, ignored), row) &&
               !IsNamedAfter(fs::absolute(folder, ignored), *same->row)) {
      same->row = &row;
    }
  }
  if (found.size() == 1) return std::string(found.front().row->name);
  if (found.empty()) {
    return Fail(ErrorCode::kNotFound, "--data " + place.string() +
                                          ": no known data set in it; looked for " + Wanted());
  }
  std::string names;
  for (const Found& each : found) {
    names += (names.empty() ? "" : ", ") + std::string(each.row->name) + " (" +
             each.folder.string() + ")";
  }
  return Fail(ErrorCode::kInvalid, "--data " + place.string() + ": several data sets, " + names +
                                       "; name the folder of one, or give --set task.dataset=NAME "
                                       "and a job file");
}

Result<catalogue::DataFacts> FactsIn(const std::string& dataset, const std::string& place,
                                     const Fields& fields) {
  const auto row = catalogue::Datasets().Find(dataset);
  if (!row) return std::unexpected(row.error());
  auto complete = CompleteFields("task", (*row)->fields, fields);
  if (!complete) return std::unexpected(complete.error());
  const auto data =
      datasets::LoadDataset(dataset, {.dir = place, .fields = *std::move(complete)});
  if (!data) return std::unexpected(data.error());
  return (*data)->Facts();
}

std::vector<std::string> TasksFor(const std::string& dataset,
                                  const Result<catalogue::DataFacts>& data) {
  const catalogue::DataFacts facts =
      data ? *data : catalogue::PublishedFacts(**catalogue::Datasets().Find(dataset));
  std::vector<std::string> names;
  for (const catalogue::TaskInfo& task : catalogue::Tasks().Rows()) {
    if (task.sketch == nullptr) continue;
    if (!catalogue::CheckFits(task, facts.inputs, facts.targets)) continue;
    const bool is_default = task.name == TaskSpec().name;
    names.insert(is_default ? names.begin() : names.end(), std::string(task.name));
  }
  if (names.empty()) names.push_back(TaskSpec().name);
  return names;
}

}  // namespace actsearch::cli
