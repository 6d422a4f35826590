// The binary batches of CIFAR-10 and CIFAR-100 (Krizhevsky 2009): records of label bytes and
// 3 x 32 x 32 values, red plane first. Any thread.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "evaluators/datasets/dataset.h"

namespace actsearch::datasets {

struct CifarImages {
  const catalogue::DatasetInfo& row;
  std::span<const std::string_view>
      batches;  // of the training: the first, and as many more as there are
  std::string_view test;
  std::string_view pickled;  // a file of the version for Python, which is not read
  int label_bytes = 1;
  int label_byte = 0;  // which of them counts
  int classes = 10;
};

// All files from one folder, each may be .gz.
Result<std::unique_ptr<const Dataset>> LoadCifarImages(const CifarImages& set,
                                                       const Source& source);

}  // namespace actsearch::datasets
