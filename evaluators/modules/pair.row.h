#pragma once

#include "evaluators/catalogue/parts.h"

namespace actsearch::modules {

inline catalogue::PartInfo PairRow() {
  return {.name = "pair",
          .doc = "What stands at the site's .norm, then what stands at its .activation.",
          .role = Role::kNormActivation,
          .inside = {Name(Role::kNorm), Name(Role::kActivation)}};
}

}  // namespace actsearch::modules
