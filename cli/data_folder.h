// Which data set lies in a folder or file that a person names, and what can be done with it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/failure.h"
#include "evaluators/catalogue/datasets.h"
#include "search_spaces/base/error.h"
#include "search_spaces/base/fields.h"

namespace actsearch::cli {

// The name of a row of evaluators/datasets whose marks are there, by names of files alone; where
// several have the same marks, the one whose folder the path ends with, or else the first of the
// table. kNotFound says what was looked for; kInvalid names the data sets that are there together.
Result<std::string> DatasetIn(const std::filesystem::path& place);

// FIELD=VALUE of the data set's row each, also task.FIELD=VALUE.
Expected<Fields> ReadDatasetFields(const catalogue::DatasetInfo& row,
                                   const std::vector<std::string>& set);

// The data set as it is read with these fields (of its row; the rest is completed).
Result<catalogue::DataFacts> FactsIn(const std::string& dataset, const std::string& place,
                                     const Fields& fields);

// Tasks that can be given such data, the default one first if it can; where they could not be
// read, data as they are published.
std::vector<std::string> TasksFor(const std::string& dataset,
                                  const Result<catalogue::DataFacts>& data);

}  // namespace actsearch::cli
