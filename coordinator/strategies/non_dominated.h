// Ranking of objective vectors, all to be minimised (Deb, Pratap, Agarwal, Meyarivan 2002,
// "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II"). Pure; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace actsearch::strategies {

using Objectives = std::vector<double>;

// a is nowhere worse and somewhere better. Equal sizes.
bool Dominates(const Objectives& a, const Objectives& b);

// Front of each point: 0 for those that none dominates, 1 for those that only front 0
// dominates, and so on. O(n^2).
std::vector<int> FrontsOf(std::span<const Objectives> points);

// Of the points with these positions, which form one front: the sum over objectives of the
// distance between a point's two neighbours, as a share of the front's extent. Infinite at the
// ends.
std::vector<double> CrowdingOf(std::span<const Objectives> points,
                               std::span<const std::size_t> front);

}  // namespace actsearch::strategies
