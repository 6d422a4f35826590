#pragma once

#include "evaluators/catalogue/datasets.h"

namespace actsearch::datasets {

inline catalogue::DatasetInfo Cifar10Row() {
  return {.name = "cifar10",
          .doc = "Photographs in binary batches: 10 classes, 32 x 32 colour.",
          .inputs = {.shape = Spatial(3, 32, 32)},
          .targets = {catalogue::ValueKind::kTokens, Features(1), 10},
          .folders = {"", "cifar10", "cifar-10-batches-bin", "cifar-10-batches-py"},
          .marks = {"data_batch_1.bin", "data_batch_1"}};
}

}  // namespace actsearch::datasets
