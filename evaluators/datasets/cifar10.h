// CIFAR-10 in its binary batches (Krizhevsky 2009): records of one label byte and
// 3 x 32 x 32 values, red plane first. Called through the table in dataset.h. Any thread.
#pragma once

#include <memory>
#include <string>

#include "evaluators/datasets/dataset.h"

namespace actsearch::datasets {

// data_batch_1.bin to data_batch_5.bin, as many as there are, but one at least;
// and test_batch.bin. Each may be .gz.
Result<std::unique_ptr<const Dataset>> LoadCifar10(const std::string& dir);

}  // namespace actsearch::datasets
