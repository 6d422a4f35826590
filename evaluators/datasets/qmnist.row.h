#pragma once

#include "evaluators/catalogue/datasets.h"

namespace actsearch::datasets {

inline catalogue::DatasetInfo QmnistRow() {
  return {.name = "qmnist",
          .doc = "Digits of MNIST remade, 60,000 for the test: 10 classes, 28 x 28 gray.",
          .inputs = {.shape = Spatial(1, 28, 28)},
          .targets = {catalogue::ValueKind::kTokens, Features(1), 10},
          .folders = {"", "qmnist", "QMNIST/raw", "raw"},
          .marks = {"qmnist-train-images-idx3-ubyte", "qmnist-train-images.idx3-ubyte"}};
}

}  // namespace actsearch::datasets
