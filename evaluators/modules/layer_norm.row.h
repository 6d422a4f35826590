#pragma once

#include "evaluators/catalogue/parts.h"

namespace actsearch::modules {

inline catalogue::PartInfo LayerNormRow() {
  return {.name = "layer_norm",
          .doc =
              "Ba, Kiros and Hinton 2016: each example to mean 0 and variance 1 over its channels "
              "and plane, then a learned scale and shift a channel; batches play no part.",
          .role = Role::kNorm};
}

}  // namespace actsearch::modules
