#pragma once

#include "evaluators/catalogue/parts.h"

namespace actsearch::modules {

inline catalogue::PartInfo NoNormRow() {
  return {.name = "none", .doc = "No normalization.", .role = Role::kNorm};
}

}  // namespace actsearch::modules
