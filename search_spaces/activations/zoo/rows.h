// The rows of the zoo, one function a section; zoo.cc puts them together and writes
// the section into each that does not name another. Where a paper lets a number be learned, so does
// its row.
#pragma once

#include <vector>

#include "search_spaces/activations/zoo.h"

namespace actsearch::activations::zoo {

inline constexpr ZooFlags kJump = {.jump = true};
inline constexpr ZooFlags kUnboundedSlope = {.unbounded_slope = true};
inline constexpr ZooFlags kUnverified = {.unverified = true};

std::vector<ZooRow> Rectifiers();
std::vector<ZooRow> ExponentialUnits();
std::vector<ZooRow> Sigmoids();
std::vector<ZooRow> SelfGated();
std::vector<ZooRow> Periodic();
std::vector<ZooRow> Bumps();
std::vector<ZooRow> Polynomials();
std::vector<ZooRow> Mixtures();
std::vector<ZooRow> Rationals();
std::vector<ZooRow> Statistics();
std::vector<ZooRow> Training();
std::vector<ZooRow> Backward();
std::vector<ZooRow> Gated();
std::vector<ZooRow> Vectors();

}  // namespace actsearch::activations::zoo
