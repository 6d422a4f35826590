// Early rejection before training: rules on the scalar function alone, cheapest first
// (search-methods 8.4, stages 0 and 1). A job may turn them off as a whole
// (GateOptions::probes). Pure and torch-free; a Probe belongs to one thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "search_spaces/base/registry.h"
#include "search_spaces/expr/expr.h"
#include "search_spaces/expr/moments.h"
#include "search_spaces/trial.h"

namespace actsearch::gates {

// What the rules look at; each part is computed when the first rule asks for it.
class Probe {
 public:
  explicit Probe(const expr::Expr& f);

  const expr::Expr& function() const { return f_; }
  const expr::Expr& slope();
  std::span<const double> parameters() const { return parameters_; }  // their initial values

  // Moments at the initial parameters, and at others that are shifted from them.
  const expr::Moments& moments();
  const expr::Moments& shifted_moments();

 private:
  expr::Expr f_;
  std::vector<double> parameters_;
  std::optional<expr::Expr> slope_;
  std::optional<expr::Moments> moments_, shifted_moments_;
};

struct Gate {
  std::string_view name;   // Rejection::rule
  std::string_view stage;  // Rejection::stage
  double cost = 0;         // microseconds of a typical candidate; rows are in this order
  std::string_view doc;
  // What was seen and the bound, when the rule rejects.
  std::optional<std::string> (*check)(Probe& probe);
};

const Registry<Gate>& Gates();

// The first rule that rejects, in the order of the table.
std::optional<Rejection> CheckGates(const expr::Expr& f);

}  // namespace actsearch::gates
