#include "evaluators/tasks/formulas.h"

#include <string>
#include <utility>

#include "evaluators/gates/gate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/slots_space.h"

namespace actsearch::tasks {
namespace {

std::string Which(std::size_t at, std::size_t count) {
  return count == 1 ? "" : "function " + std::to_string(at + 1) + ": ";
}

}  // namespace

Result<std::vector<expr::Expr>> FormulasOf(const Trial& trial) {
  const std::vector<std::string_view> texts = SplitSlots(trial.formula);
  std::vector<expr::Expr> functions;
  for (const std::string_view text : texts) {
    Result<expr::Expr> f = expr::ParseScalar(text);
    if (!f) return Fail(f.error().code, Which(functions.size(), texts.size()) + f.error().message);
    functions.push_back(*std::move(f));
  }
  return functions;
}

std::optional<Rejection> CheckGates(std::span<const expr::Expr> functions) {
  for (std::size_t i = 0; i < functions.size(); ++i) {
    std::optional<Rejection> rejection = gates::CheckGates(functions[i]);
    if (!rejection) continue;
    rejection->detail = Which(i, functions.size()) + rejection->detail;
    return rejection;
  }
  return std::nullopt;
}

}  // namespace actsearch::tasks
