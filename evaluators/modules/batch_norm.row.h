#pragma once

#include "evaluators/catalogue/parts.h"

namespace actsearch::modules {

inline catalogue::PartInfo BatchNormRow() {
  return {.name = "batch_norm",
          .doc = "Ioffe and Szegedy 2015: each channel to mean 0 and variance 1 over the batch, "
                 "running statistics when scored, then a learned scale and shift.",
          .role = Role::kNorm};
}

}  // namespace actsearch::modules
