// Which arrays are the inputs and targets of which split, by the names that people give them. Pure.
#pragma once

#include <string>

#include "evaluators/datasets/formats/array.h"
#include "search_spaces/base/error.h"

namespace actsearch::datasets {

// Null where a split is not there.
struct ArrayPair {
  const Array* inputs = nullptr;
  const Array* targets = nullptr;
  std::string input_name, target_name;
};

struct ArraySplits {
  ArrayPair train, valid, test;
};

// By the words of their names: train_images (medmnist), x_train (Keras), train/x, or x and y alone.
// kInvalid with `place`: two that may both be meant, one without the other, or other counts of
// rows. The arrays must outlive what comes back.
Result<ArraySplits> FindSplits(const std::string& place, const Arrays& arrays);

}  // namespace actsearch::datasets
