#include "cli/data_folder.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/job_file.h"
#include "evaluators/catalogue/tasks.h"
#include "evaluators/datasets/dataset.h"
#include "search_spaces/base/names.h"

namespace actsearch::cli {
namespace {

namespace fs = std::filesystem;
using catalogue::DatasetInfo;

// In either case, plain or packed.
bool EndsLike(std::string name, std::string_view ending) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  return name.ends_with(ending) || (name + ".gz").ends_with(ending);
}

// A file of that name, plain or packed; one with that ending ("*.csv"); or one in any folder
// ("*/*.png").
bool Has(const fs::path& folder, std::string_view mark) {
  std::error_code ignored;
  if (!mark.starts_with('*')) {
    const fs::path path = folder / mark;
    return fs::exists(path, ignored) || fs::exists(path.string() + ".gz", ignored);
  }
  const bool is_deeper = mark.starts_with("*/");
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.')) continue;
    if (is_deeper && entry.is_directory(ignored) && Has(entry.path(), mark.substr(2))) return true;
    if (!is_deeper && EndsLike(name, mark.substr(1))) return true;
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

// How much of the folder's name is one in which this data set is usually found: 16 characters of
// ".../FashionMNIST/raw" for Fashion-MNIST, 3 for the others.
std::size_t NamedAfter(const fs::path& folder, const DatasetInfo& row) {
  const std::string text = "/" + folder.lexically_normal().generic_string() + "/";
  std::size_t longest = 0;
  for (const std::string_view name : row.folders) {
    if (!text.ends_with("/" + std::string(name) + "/")) continue;
    longest = std::max(longest, name.size());
  }
  return longest;
}

struct Found {
  const DatasetInfo* row;
  fs::path folder;
};

// Of rows with the same marks, the one after which the folder is named, or the first. A text gives
// way to whatever else lies there: READMEs are texts too.
void Add(const Found& more, std::vector<Found>& found) {
  const auto is_text = [](const Found& each) {
    return each.row->inputs.kind == catalogue::ValueKind::kTokens;
  };
  for (Found& each : found) {
    if (each.folder != more.folder) continue;
    std::error_code ignored;
    const fs::path whole = fs::absolute(more.folder, ignored);
    if (each.row->marks == more.row->marks) {
      if (NamedAfter(whole, *more.row) > NamedAfter(whole, *each.row)) each.row = more.row;
      return;
    }
    if (is_text(more)) return;
    if (is_text(each)) {
      each.row = more.row;
      return;
    }
  }
  found.push_back(more);
}

Result<std::string> DatasetOf(const fs::path& file) {
  std::vector<std::string_view> endings;
  for (const DatasetInfo& row : catalogue::Datasets().Rows()) {
    for (const std::string_view mark : row.marks) {
      if (!mark.starts_with("*.")) continue;
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

// FIELD=VALUE of the data set's row; lists with commas. "task.FIELD" is the same.
Expected<void> Read(const catalogue::DatasetInfo& row, const std::string& text, Fields& fields) {
  auto change = OverrideFromText(text);
  if (!change) return std::unexpected(FailureOf(change.error()));
  std::string name = change->name;
  if (name.starts_with("task.")) name = name.substr(5);
  const auto field = std::ranges::find(row.fields, name, &FieldRow::name);
  if (field == row.fields.end()) {
    std::vector<std::string_view> known;
    for (const FieldRow& each : row.fields) known.push_back(each.name);
    const std::string kind = "field of data set '" + std::string(row.name) + "'";
    return Fail(kUsage, known.empty() ? change->origin + ": data set '" + std::string(row.name) +
                                            "' has no fields"
                                      : UnknownName(kind, name, known).message);
  }
  auto value = ValueFromLine(field->kind, change->value);
  if (!value) return Fail(kUsage, change->origin + ": " + value.error().message);
  fields[name] = *std::move(value);
  return {};
}

}  // namespace

Expected<Fields> ReadDatasetFields(const catalogue::DatasetInfo& row,
                                   const std::vector<std::string>& set) {
  Fields fields;
  for (const std::string& text : set) {
    if (auto read = Read(row, text, fields); !read) return std::unexpected(read.error());
  }
  return fields;
}

Result<std::string> DatasetIn(const fs::path& place) {
  std::error_code ignored;
  if (!fs::exists(place, ignored)) {
    const bool is_hidden = ignored == std::errc::permission_denied;
    return Fail(ErrorCode::kNotFound,
                "--data " + place.string() +
                    (is_hidden ? ": cannot be read: " + ignored.message()
                               : ": there is no such folder or file"));
  }
  if (!fs::is_directory(place, ignored)) return DatasetOf(place);
  if (fs::directory_iterator(place, ignored); ignored) {
    return Fail(ErrorCode::kUnavailable,
                "--data " + place.string() + ": cannot be read: " + ignored.message());
  }
  std::vector<Found> found;
  for (const DatasetInfo& row : catalogue::Datasets().Rows()) {
    if (const fs::path folder = FolderOf(row, place); !folder.empty()) {
      Add({&row, folder}, found);
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
                                       "; name the folder of one, or the data set: --set "
                                       "task.dataset=NAME (actsearch data: --dataset NAME)");
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
