#include "search_spaces/activations/similarity.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "search_spaces/expr/evaluate.h"

namespace actsearch::activations {
namespace {

constexpr double kReach = 3;   // the grid's end
constexpr double kStep = 0.5;  // its spacing
constexpr double kLimit = 10;  // values beyond are taken as this

using Signature = std::vector<double>;

void Standardize(Signature& values) {
  double mean = 0;
  for (const double v : values) mean += v / static_cast<double>(values.size());
  double square = 0;
  for (double& v : values) {
    v -= mean;
    square += v * v;
  }
  if (square == 0) return;
  for (double& v : values) v /= std::sqrt(square);
}

Signature SignatureOf(const OperatorTemplate& t) {
  Signature values;
  std::vector<double> parameters = expr::InitialParameters(t.graph);
  const auto add = [&](double a, double b) {
    for (std::size_t i = 0; i < t.slot_of.size(); ++i) {
      if (t.slot_of[i] >= 0) parameters[i] = t.slot_of[i] == 0 ? a : b;
    }
    const double value = expr::EvaluateMany(t.graph, std::vector{0.0}, parameters).front();
    values.push_back(std::isfinite(value) ? std::clamp(value, -kLimit, kLimit) : 0);
  };
  for (double a = -kReach; a <= kReach; a += kStep) {
    if (t.slots == 1) {
      add(a, a);
    } else {
      for (double b = -kReach; b <= kReach; b += kStep) add(a, b);
    }
  }
  Standardize(values);
  return values;
}

double DistanceOf(const Signature& a, const Signature& b) {
  double square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(square);
}

}  // namespace

std::vector<int> SimilarOrder(std::span<const OperatorTemplate> operators) {
  std::vector<Signature> signatures;
  std::vector<std::vector<int>> clusters;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    signatures.push_back(SignatureOf(operators[i]));
    clusters.push_back({static_cast<int>(i)});
  }
  std::vector<std::vector<double>> apart;
  for (const Signature& a : signatures) {
    std::vector<double>& row = apart.emplace_back();
    for (const Signature& b : signatures) row.push_back(DistanceOf(a, b));
  }
  const auto distance = [&](const std::vector<int>& a, const std::vector<int>& b) {
    double sum = 0;
    for (const int i : a) {
      for (const int k : b) sum += apart[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)];
    }
    return sum / static_cast<double>(a.size() * b.size());
  };
  while (clusters.size() > 1) {
    std::pair<std::size_t, std::size_t> nearest;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t a = 0; a < clusters.size(); ++a) {
      for (std::size_t b = a + 1; b < clusters.size(); ++b) {
        const double d = distance(clusters[a], clusters[b]);
        if (d < least) {
          least = d;
          nearest = {a, b};
        }
      }
    }
    std::ranges::copy(clusters[nearest.second], std::back_inserter(clusters[nearest.first]));
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(nearest.second));
  }
  return clusters.empty() ? std::vector<int>() : clusters.front();
}

ChoiceKind OperatorKind(std::string_view name, std::span<const OperatorTemplate> operators,
                        std::span<const double> weights) {
  std::vector<std::string> names;
  for (const OperatorTemplate& t : operators) names.push_back(t.name);
  ChoiceKind kind = MakeChoiceKind(std::string(name), std::move(names),
                                   std::vector<double>(weights.begin(), weights.end()));
  kind.line = SimilarOrder(operators);
  return kind;
}

}  // namespace actsearch::activations
