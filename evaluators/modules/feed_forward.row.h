#pragma once

#include "evaluators/catalogue/parts.h"

namespace actsearch::modules {

inline catalogue::PartInfo FeedForwardRow() {
  return {.name = "feed_forward",
          .doc = "A linear layer to four times the width, what stands at the site's .activation, a "
                 "linear layer back (Vaswani et al. 2017).",
          .role = Role::kLinear,
          .inside = {Name(Role::kActivation)}};
}

}  // namespace actsearch::modules
