#include "tests/bench/strategies/strategy_choice.h"

#include <cstdlib>
#include <sstream>

namespace actsearch::bench {

Result<StrategyChoice> ReadStrategy(const std::string& text) {
  std::stringstream parts(text);
  std::string name;
  std::getline(parts, name, ',');
  const auto row = strategies::Strategies().Find(name);
  if (!row) return std::unexpected(row.error());
  strategies::Options given;
  for (std::string part; std::getline(parts, part, ',');) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) {
      return Fail(ErrorCode::kInvalid, "--strategy " + text + ": write option=value");
    }
    given[part.substr(0, equals)] = std::atof(part.c_str() + equals + 1);
  }
  Result<strategies::Options> options = strategies::CompleteOptions(**row, given);
  if (!options) return std::unexpected(options.error());
  return StrategyChoice{.row = *row, .options = *std::move(options)};
}

}  // namespace actsearch::bench
