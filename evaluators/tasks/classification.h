// What the tasks that tell classes apart have in common. Torch-free; any thread.
#pragma once

#include <cmath>

#include "evaluators/catalogue/tasks.h"

namespace actsearch::tasks {

// Cross-entropy of equal probabilities, nats.
inline double EvenGuessing(const catalogue::DataFacts& data) {
  return std::log(static_cast<double>(data.targets.classes));
}

// Sizes of layers, at most 32 of them.
inline FieldRow HiddenRow(std::vector<std::int64_t> initial, std::string_view doc) {
  return {.name = "hidden",
          .kind = FieldKind::kIntegers,
          .low = 1,
          .high = 4096,
          .min_size = 1,
          .max_size = 32,
          .initial = std::move(initial),
          .doc = doc};
}

inline const std::vector<std::int64_t>& HiddenOf(const Fields& fields) {
  return FieldOf<std::vector<std::int64_t>>(fields, "hidden");
}

// layer1, layer2, ...
inline std::string LayerName(std::size_t index) { return "layer" + std::to_string(index + 1); }

}  // namespace actsearch::tasks
