// MNIST in its IDX files (LeCun, Cortes, Burges): big-endian magic number, sizes,
// then one byte a value. Any data set of ten classes in the same files will do
// (Fashion-MNIST). Called through the table in dataset.h. Any thread.
#pragma once

#include <memory>
#include <string>

#include "evaluators/datasets/dataset.h"

namespace actsearch::datasets {

// train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
// t10k-labels-idx1-ubyte, plain or .gz, also with a dot before "idx". The numbers of
// images and their size come from the headers.
Result<std::unique_ptr<const Dataset>> LoadMnist(const std::string& dir);

}  // namespace actsearch::datasets
