#include <cmath>
#include <string>

#include "coordinator/strategies/eafo.h"
#include "coordinator/strategies/evolution.h"
#include "coordinator/strategies/exhaustive.h"
#include "coordinator/strategies/lahc.h"
#include "coordinator/strategies/mcts.h"
#include "coordinator/strategies/pareto.h"
#include "coordinator/strategies/portfolio.h"
#include "coordinator/strategies/random.h"
#include "coordinator/strategies/rl.h"
#include "coordinator/strategies/strategy.h"
#include "coordinator/strategies/surrogate.h"
#include "search_spaces/base/exact_text.h"

namespace actsearch::strategies {
namespace {

Result<const OptionRow*> FindOption(const StrategyRow& row, std::string_view name) {
  std::vector<std::string_view> known;
  for (const OptionRow& option : row.options) {
    if (option.name == name) return &option;
    known.push_back(option.name);
  }
  return std::unexpected(UnknownName("option of strategy " + std::string(row.name), name, known));
}

Result<void> CheckOption(const StrategyRow& row, std::string_view name, double value) {
  const Result<const OptionRow*> option = FindOption(row, name);
  if (!option) return std::unexpected(Error{ErrorCode::kInvalid, option.error().message});
  const OptionRow& bounds = **option;
  const bool in_bounds = value >= bounds.low && value <= bounds.high;  // false for NaN
  if (in_bounds && (!bounds.integer || value == std::floor(value))) return {};
  return Fail(ErrorCode::kInvalid,
              "option '" + std::string(name) + "' of strategy '" + std::string(row.name) + "' is " +
                  ExactText(value) + "; give " + (bounds.integer ? "an integer" : "a number") +
                  " from " + ExactText(bounds.low) + " to " + ExactText(bounds.high));
}

}  // namespace

const Registry<StrategyRow>& Strategies() {
  static const Registry<StrategyRow> rows(
      "strategy", {EafoRow(), EvolutionRow(), ExhaustiveRow(), LahcRow(), MctsRow(), ParetoRow(),
                   PortfolioRow(), RandomRow(), RlRow(), SurrogateRow()});
  return rows;
}

Result<Options> CompleteOptions(const StrategyRow& row, const Options& given) {
  for (const auto& [name, value] : given) {
    if (Result<void> ok = CheckOption(row, name, value); !ok) return std::unexpected(ok.error());
  }
  Options complete = given;
  for (const OptionRow& option : row.options) {
    complete.emplace(std::string(option.name), option.initial);
  }
  return complete;
}

}  // namespace actsearch::strategies
