// A strategy and its options as benchmarks take them from the command line.
#pragma once

#include <string>

#include "coordinator/strategies/strategy.h"
#include "search_spaces/base/error.h"

namespace actsearch::bench {

struct StrategyChoice {
  const strategies::StrategyRow* row = nullptr;
  strategies::Options options;  // complete
};

// "evolution" or "evolution,population=32,tournament=4".
Result<StrategyChoice> ReadStrategy(const std::string& text);

}  // namespace actsearch::bench
