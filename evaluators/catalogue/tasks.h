// The torch-free half of the task table: names, documentation, fields, sites, metrics and
// cost of the networks, so that job files are checked completely where no worker is.
// Constant; any thread.
#pragma once

#include <cstdint>
#include <string_view>
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

struct TaskInfo {
  std::string_view name;
  std::string_view doc;
  std::vector<FieldRow> fields;    // of job files, beside those that all tasks have (TaskSpec)
  std::vector<MetricInfo> metrics;
  bool takes_data = true;    // reads task.dataset; else the data set is not looked at
  bool needs_folder = false; // reads task.data_dir by itself, whatever the data set
  bool one_candidate = false;  // a candidate cannot be one function for each site
  // Names and roles of the sites depend on `fields` alone, shapes and cost on the data too;
  // `fields` are complete. kInvalid names a field when network and data do not fit together.
  // Null: no network, every site may be searched.
  Result<Blueprint> (*sketch)(const Fields& fields, const DataFacts& data) = nullptr;
  // Loss of the best prediction that does not look at the input: what "chance" means.
  double (*trivial_loss)(const DataFacts& data) = nullptr;
};

const Registry<TaskInfo>& Tasks();

// Of any task; null for a name that none has.
const MetricInfo* FindMetric(std::string_view name);

// What the published files of `dataset` would answer to a probe, where no worker is.
DataFacts PublishedFacts(const DatasetInfo& dataset);

// Names, bounds and fields of the task and its data set against the tables; fills in the
// task's fields. Data are not looked at; sites are PlanSites's (sites.h). kInvalid names the
// field as job files do.
Result<TaskSpec> CheckTask(TaskSpec task);

}  // namespace actsearch::catalogue
