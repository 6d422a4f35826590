#pragma once

#include "evaluators/catalogue/datasets.h"

namespace actsearch::datasets {

inline std::vector<std::string_view> Colours() { return {"auto", "gray", "colour"}; }

inline catalogue::DatasetInfo PicturesRow() {
  return {.name = "pictures",
          .doc =
              "PNG, JPEG or WebP in a folder for each class, CLASS/* or train/CLASS/* and "
              "test/CLASS/*; in a folder, or in a tar or zip file of such, or of WebDataset's "
              "KEY.jpg with KEY.cls.",
          .inputs = {.shape = Spatial(0, 0, 0)},
          .targets = {catalogue::ValueKind::kTokens, Features(1), 0},
          .fields = {{.name = "size",
                      .kind = FieldKind::kInteger,
                      .low = 0,
                      .high = 512,
                      .initial = std::int64_t{0},
                      .doc = "make all pictures so many pixels high and wide; 0: they must be of "
                             "one size"},
                     {.name = "colours",
                      .kind = FieldKind::kText,
                      .min_size = 1,
                      .max_size = 8,
                      .known = Colours,
                      .initial = std::string("auto"),
                      .doc = "gray, colour, or auto: gray if every picture is"}},
          .folders = {"", "pictures"},
          .marks = {"*/*.png", "*.tar", "*.tar.gz", "*.tgz", "*.zip", "*/*.jpg", "*/*.jpeg",
                    "*/*.webp", "*/*/*.png", "*/*/*.jpg", "*/*/*.jpeg", "*/*/*.webp"}};
}

}  // namespace actsearch::datasets
