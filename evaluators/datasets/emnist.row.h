#pragma once

#include "evaluators/catalogue/datasets.h"

namespace actsearch::datasets {

struct EmnistSplit {
  std::string_view name;
  int classes;
  std::string_view mark, dotted;  // a file of it, in both spellings
};
inline constexpr EmnistSplit kEmnistSplits[] = {
    {"balanced", 47, "emnist-balanced-train-images-idx3-ubyte",
     "emnist-balanced-train-images.idx3-ubyte"},
    {"byclass", 62, "emnist-byclass-train-images-idx3-ubyte",
     "emnist-byclass-train-images.idx3-ubyte"},
    {"bymerge", 47, "emnist-bymerge-train-images-idx3-ubyte",
     "emnist-bymerge-train-images.idx3-ubyte"},
    {"letters", 26, "emnist-letters-train-images-idx3-ubyte",
     "emnist-letters-train-images.idx3-ubyte"},
    {"digits", 10, "emnist-digits-train-images-idx3-ubyte",
     "emnist-digits-train-images.idx3-ubyte"},
    {"mnist", 10, "emnist-mnist-train-images-idx3-ubyte", "emnist-mnist-train-images.idx3-ubyte"}};

inline std::vector<std::string_view> EmnistSplits() {
  std::vector<std::string_view> names;
  for (const EmnistSplit& split : kEmnistSplits) names.push_back(split.name);
  return names;
}

inline std::vector<std::string_view> EmnistMarks() {
  std::vector<std::string_view> marks;
  for (const EmnistSplit& split : kEmnistSplits) {
    marks.push_back(split.mark);
    marks.push_back(split.dotted);
  }
  return marks;
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
          .marks = EmnistMarks()};
}

}  // namespace actsearch::datasets
