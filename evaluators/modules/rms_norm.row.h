#pragma once

#include "evaluators/catalogue/parts.h"

namespace actsearch::modules {

inline catalogue::PartInfo RmsNormRow() {
  return {.name = "rms_norm",
          .doc =
              "Zhang and Sennrich 2019: each example, or element of a sequence, to mean square 1 "
              "over its channels and plane, then a learned scale a channel.",
          .role = Role::kNorm};
}

}  // namespace actsearch::modules
