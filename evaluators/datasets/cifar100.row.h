#pragma once

#include "evaluators/catalogue/datasets.h"

namespace actsearch::datasets {

inline std::vector<std::string_view> Cifar100Labels() { return {"fine", "coarse"}; }

inline catalogue::DatasetInfo Cifar100Row() {
  return {.name = "cifar100",
          .doc = "Photographs in binary files, train.bin and test.bin: 100 classes in 20 groups, "
                 "32 x 32 colour.",
          .inputs = {.shape = Spatial(3, 32, 32)},
          .targets = {catalogue::ValueKind::kTokens, Features(1), 100},
          .fields = {{.name = "cifar100_labels",
                      .kind = FieldKind::kText,
                      .min_size = 1,
                      .max_size = 8,
                      .known = Cifar100Labels,
                      .initial = std::string("fine"),
                      .doc = "fine: 100 classes; coarse: the 20 groups"}},
          .folders = {"", "cifar100", "cifar-100-binary", "cifar-100-python"},
          .marks = {"train.bin", "cifar-100-python/train"}};
}

}  // namespace actsearch::datasets
