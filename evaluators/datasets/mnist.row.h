#pragma once

#include "evaluators/catalogue/datasets.h"

namespace actsearch::datasets {

inline catalogue::DatasetInfo MnistRow() {
  return {.name = "mnist",
          .doc = "Handwritten digits in IDX files, plain or gzip: 10 classes, 28 x 28 gray.",
          .inputs = {.shape = Spatial(1, 28, 28)},
          .targets = {catalogue::ValueKind::kTokens, Features(1), 10},
          .folders = {"", "mnist", "MNIST/raw", "raw"},
          .marks = {"train-images-idx3-ubyte", "train-images.idx3-ubyte"}};
}

}  // namespace actsearch::datasets
