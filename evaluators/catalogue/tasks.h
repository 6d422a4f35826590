// The torch-free half of the task table: names, documentation, fields, sites, metrics and
// cost of the networks, so that job files are checked completely where no worker is.
// Constant; any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluators/catalogue/datasets.h"
#include "search_spaces/base/error.h"
#include "search_spaces/base/fields.h"
#include "search_spaces/base/registry.h"
#include "search_spaces/site.h"
#include "search_spaces/trial.h"

namespace actsearch::catalogue {

struct MetricInfo {
  std::string_view name;
  std::string_view doc;
  double low = 0;  // what a value can be; from 0 to 1: a share
  double high = 0;
};
inline constexpr MetricInfo kAccuracy = {.name = "accuracy",
                                         .doc = "share of examples whose likeliest class is right",
                                         .low = 0,
                                         .high = 1};
inline constexpr MetricInfo kRelativeError = {
    .name = "relative_error",
    .doc = "root mean squared error over that of always answering the training's mean",
    .low = 0,
    .high = 1e150};

// Of a network without what stands at its sites.
struct Costs {
  std::int64_t parameters = 0;
  std::int64_t multiplications = 0;  // multiply-adds of one example's forward pass

  Costs& operator+=(const Costs& other);
  bool operator==(const Costs&) const = default;
};

// What a task's network is, by shape inference: its sites in the order in which examples
// pass them, and its cost.
struct Blueprint {
  std::vector<Site> sites;
  Costs costs;
};

// What a task can be given: the kinds of values, and whether inputs must be planes of pixels.
struct Wants {
  ValueKind inputs = ValueKind::kNumbers;
  ValueKind targets = ValueKind::kTokens;
  bool planes = false;     // inputs: channels x height x width
  bool sequences = false;  // inputs and targets
};

struct TaskInfo {
  std::string_view name;
  std::string_view doc;
  // Of job files, beside those that all tasks have (TaskSpec), the recipe's (recipe.h), and the
  // data set's.
  std::vector<FieldRow> fields;
  std::vector<MetricInfo> metrics;
  bool takes_data = true;    // reads task.dataset; else the data set is not looked at
  bool needs_folder = false; // reads task.data_dir by itself, whatever the data set
  bool one_candidate = false;  // a candidate cannot be one function for each site
  bool one_budget = false;     // trainings are as they are kept: no other steps
  std::vector<std::string_view> widths = {};  // fields whose numbers are the network's widths
  // Names and roles of the sites depend on `fields` alone, shapes and cost on the data too;
  // `fields` are complete. kInvalid names a field when network and data do not fit together.
  // Null: no network, every site may be searched.
  Result<Blueprint> (*sketch)(const Fields& fields, const DataFacts& data) = nullptr;
  // Loss on a subset of the best prediction that does not look at the input: what "chance" means.
  double (*trivial_loss)(const DataFacts& data, Subset subset) = nullptr;
  Wants wants;
  // Fields, with values as in job files, at which the network learns well in little time: where
  // data choose the task. Elsewhere the job says.
  std::vector<std::pair<std::string_view, std::string_view>> usual = {};
};

const Registry<TaskInfo>& Tasks();

// Of any task; null for a name that none has.
const MetricInfo* FindMetric(std::string_view name);

// What the published files of `dataset` would answer to a probe, where no worker is.
DataFacts PublishedFacts(const DatasetInfo& dataset);

// Loss on a split of the best prediction that does not look at the input; `data` as they were
// read, or null: as published. NaN where nothing is known.
double TrivialLoss(const TaskSpec& task, const DataFacts* data, Split split);

// Whether the task can be given such data; kInvalid says what it takes and which data sets do.
// Shapes of size 0 may still become what it takes.
Result<void> CheckFits(const TaskInfo& task, const Signature& inputs, const Signature& targets);

// As CheckFits and the task's sketch, of data as they are and not as the table expects them; of
// the recipe too. Nothing to check where the task has no network.
Result<void> CheckNetwork(const TaskInfo& task, const Fields& fields, const DataFacts& data);

// The first data set of the table that fits, of those that need no files if there is one; null
// for tasks that take none.
const DatasetInfo* FirstFitting(const TaskInfo& task);

// All fields of job files that this task has with this data set (null: none).
std::vector<FieldRow> FieldsOf(const TaskInfo& task, const DatasetInfo* dataset);

// Multiplies the widths of the task's network; `task` is complete.
void Widen(TaskSpec& task, int factor);

// Names, bounds and fields of the task and its data set against the tables; fills in the
// task's fields. Data are not looked at; sites are PlanSites's (sites.h). kInvalid names the
// field as job files do.
Result<TaskSpec> CheckTask(TaskSpec task);

}  // namespace actsearch::catalogue
