#pragma once

#include "evaluators/catalogue/datasets.h"

namespace actsearch::datasets {

inline std::vector<std::string_view> EmnistSplits() {
  return {"balanced", "byclass", "bymerge", "letters", "digits", "mnist"};
}

inline catalogue::DatasetInfo EmnistRow() {
  return {.name = "emnist",
          .doc = "Handwritten letters and digits (Cohen et al. 2017) in IDX files, 28 x 28 gray: "
                 "balanced and bymerge 47 classes, byclass 62, letters 26, digits and mnist 10.",
          .inputs = {.shape = Spatial(1, 28, 28)},
          .targets = {catalogue::ValueKind::kTokens, Features(1), 47},
          .fields = {{.name = "emnist_split",
                      .kind = FieldKind::kText,
                      .min_size = 1,
                      .max_size = 16,
                      .known = EmnistSplits,
                      .initial = std::string("balanced"),
                      .doc = "which of its files are read"}},
          .folders = {"", "emnist", "gzip", "EMNIST/raw", "raw"},
          .marks = {"emnist-balanced-train-images-idx3-ubyte",
                    "emnist-byclass-train-images-idx3-ubyte",
                    "emnist-bymerge-train-images-idx3-ubyte",
                    "emnist-letters-train-images-idx3-ubyte",
                    "emnist-digits-train-images-idx3-ubyte",
                    "emnist-mnist-train-images-idx3-ubyte"}};
}

}  // namespace actsearch::datasets
