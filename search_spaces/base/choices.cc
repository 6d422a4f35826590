#include "search_spaces/base/choices.h"

#include <numeric>

#include "search_spaces/base/check.h"

namespace actsearch {

ChoiceKind MakeChoiceKind(std::string name, std::vector<std::string> options,
                          std::vector<double> weights) {
  ACTSEARCH_CHECK(!options.empty() && options.size() == weights.size(),
                  "choice '" + name + "' needs one weight for each option");
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  std::vector<int> line(options.size());
  std::iota(line.begin(), line.end(), 0);
  return {std::move(name), std::move(options), std::move(weights), std::move(line)};
}

}  // namespace actsearch
