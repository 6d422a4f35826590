#pragma once

#include "evaluators/catalogue/datasets.h"

namespace actsearch::datasets {

inline std::vector<std::string_view> TargetKinds() { return {"auto", "classes", "numbers"}; }

// How targets are to be read where files leave it open.
inline FieldRow TargetsRow() {
  return {.name = "targets",
          .kind = FieldKind::kText,
          .min_size = 1,
          .max_size = 8,
          .known = TargetKinds,
          .initial = std::string("auto"),
          .doc = "classes, numbers to fit, or auto: classes where arrays hold whole numbers, where "
                 "cells hold words"};
}

inline catalogue::DatasetInfo ArraysRow() {
  return {.name = "arrays",
          .doc = "Arrays of numbers in .npz (medmnist, Keras), .npy or .safetensors: images of "
                 "bytes or rows of numbers, by the names of their splits.",
          .inputs = {.shape = Features(0)},
          .targets = {.shape = Features(0)},
          .fields = {TargetsRow()},
          .folders = {"", "arrays"},
          .marks = {"*.npz", "*.safetensors", "*.npy"}};
}

}  // namespace actsearch::datasets
