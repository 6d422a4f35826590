// Fields that several tasks have, and losses that their chance rules compare with. Torch-free;
// any thread.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "evaluators/catalogue/tasks.h"

namespace actsearch::tasks {

// Cross-entropy of equal probabilities, nats.
inline double EvenGuessing(const catalogue::DataFacts& data, catalogue::Subset) {
  return std::log(static_cast<double>(data.targets.classes));
}

// The best prediction that does not look at the input, as the data set has computed it.
inline double FirstReference(const catalogue::DataFacts& data, catalogue::Subset subset) {
  return data.references.empty() ? std::nan("")
                                 : data.references[0].losses[static_cast<std::size_t>(subset)];
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
