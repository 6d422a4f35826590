// Candidates of several functions, one for each activation layer of a network (Loni et al. 2023,
// "Learning Activation Functions for Sparse Neural Networks", SAFS): a Space over tuples of
// another. Their text is the functions' texts, first layer first, separated by "; ".
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "search_spaces/space.h"

namespace actsearch {

inline constexpr int kMaxSlots = 16;

// The functions of a candidate's text; one for a text without separator. Views into it.
std::vector<std::string_view> SplitSlots(std::string_view text);

// `slots` candidates of `base` in one, 2 to kMaxSlots; `absorbs` as in SpaceSpec.
std::unique_ptr<Space> MakeSlotsSpace(std::unique_ptr<const Space> base, int slots,
                                      std::vector<Absorbs> absorbs);

}  // namespace actsearch
