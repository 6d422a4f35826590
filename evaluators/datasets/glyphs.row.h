#pragma once

#include "evaluators/catalogue/datasets.h"

namespace actsearch::datasets {

inline catalogue::DatasetInfo GlyphsRow() {
  return {.name = "glyphs",
          .doc = "Generated: 16 classes of distorted stroke drawings, 28 x 28 gray.",
          .generated = true,
          .inputs = {.shape = Spatial(1, 28, 28)},
          .targets = {catalogue::ValueKind::kTokens, Features(1), 16}};
}

}  // namespace actsearch::datasets
