// MNIST and the data sets that come in the same files: images and labels of a training and a
// test part, each an IDX file (idx.h), plain or gzip, with a dash or a dot before "idx". The
// numbers of images and their size come from the headers. Any thread.
#pragma once

#include <memory>
#include <string>

#include "evaluators/datasets/dataset.h"
#include "evaluators/datasets/idx.h"

namespace actsearch::datasets {

struct IdxImages {
  const catalogue::DatasetInfo& row;
  std::string train = "train", test = "t10k";  // how the names of the files begin
  int classes = 10;
  int first_label = 0;
  IdxKind labels = IdxKind::kLabels;
};

// All four files from one folder (FolderWith). Errors: those of files.h and idx.h; kInvalid for
// labels beyond the classes, and what Divide says.
Result<std::unique_ptr<const Dataset>> LoadIdxImages(const IdxImages& set, const Source& source);

}  // namespace actsearch::datasets
