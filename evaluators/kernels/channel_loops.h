// Loops over float arrays whose channels have numbers of their own: moments of each channel,
// and the part of batch normalization's gradient that goes through them. Whatever the
// layout, an array is a row of slices of ChannelLayout::Period() elements. The bits of a
// result depend on the arguments alone, not on the instruction set. Pure; any thread.
#pragma once

#include <cstddef>

#include "evaluators/kernels/layout.h"

namespace actsearch::kernels {

// Slices that one call should be given: some 32768 elements, which fit the second-level cache.
std::size_t SlicesInAChunk(const ChannelLayout& layout);

// Of each channel's n = slices * inner elements: the mean, and the sum of squared
// differences from it. One pass over memory: differences are taken from a mean of some of
// the elements, so that none of the digits are lost where the mean is large.
void MomentsOf(const float* x, const ChannelLayout& layout, std::size_t slices, double* mean,
               double* square_sum);

// A straight line for each channel: offset + slope * (x - centre).
struct ChannelLines {
  const float* offset = nullptr;
  const float* slope = nullptr;
  const float* centre = nullptr;
};

// values -= line(x).
void SubtractLines(const ChannelLines& lines, const float* x, const ChannelLayout& layout,
                   std::size_t slices, float* values);

}  // namespace actsearch::kernels
