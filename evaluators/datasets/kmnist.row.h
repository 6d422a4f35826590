#pragma once

#include "evaluators/catalogue/datasets.h"

namespace actsearch::datasets {

inline catalogue::DatasetInfo KmnistRow() {
  return {.name = "kmnist",
          .doc = "Kuzushiji characters in the IDX files of MNIST: 10 classes, 28 x 28 gray.",
          .inputs = {.shape = Spatial(1, 28, 28)},
          .targets = {catalogue::ValueKind::kTokens, Features(1), 10},
          .folders = {"", "kmnist", "KMNIST/raw", "raw"},
          .marks = {"train-images-idx3-ubyte", "train-images.idx3-ubyte"}};
}

}  // namespace actsearch::datasets
