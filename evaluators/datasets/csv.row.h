#pragma once

#include "evaluators/datasets/arrays.row.h"

namespace actsearch::datasets {

inline std::vector<std::string_view> MissingRules() { return {"refuse", "mean"}; }

inline catalogue::DatasetInfo CsvRow() {
  return {.name = "csv",
          .doc = "Rows of a table with a header (.csv, .tsv): one file, or train.csv and test.csv, "
                 "valid.csv; words become one input for each that the training part has.",
          .inputs = {.shape = Features(0)},
          .targets = {.shape = Features(0)},
          .fields = {{.name = "target",
                      .kind = FieldKind::kText,
                      .max_size = 256,
                      .initial = std::string(),
                      .doc = "name of the column to predict; empty: the last one"},
                     {.name = "drop",
                      .kind = FieldKind::kTexts,
                      .max_size = 256,
                      .initial = std::vector<std::string>(),
                      .doc = "names of columns to leave out"},
                     {.name = "missing",
                      .kind = FieldKind::kText,
                      .min_size = 1,
                      .max_size = 8,
                      .known = MissingRules,
                      .initial = std::string("refuse"),
                      .doc = "empty cells, NA and nan among the inputs: refuse the file, or mean: "
                             "take the training's mean"},
                     TargetsRow()},
          .folders = {"", "csv"},
          .marks = {"train.csv", "*.csv", "*.tsv"}};
}

}  // namespace actsearch::datasets
