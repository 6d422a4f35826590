#pragma once

#include "evaluators/catalogue/parts.h"
#include "evaluators/catalogue/sketch.h"

namespace actsearch::modules {

inline catalogue::PartInfo GatedRow() {
  return {.name = "gated",
          .doc = "A linear layer times what stands at the site's .gate of another, to eight thirds "
                 "of the width, and a linear layer back (Shazeer 2020: with silu it is SwiGLU).",
          .role = Role::kLinear,
          .inside = {catalogue::kGate}};
}

}  // namespace actsearch::modules
