// Which channel an element of a dense array belongs to, and which number of a parameter
// it reads. A value type.
#pragma once

#include <cstddef>

#include "search_spaces/expr/expr.h"

namespace actsearch::kernels {

// Element i has channel (i / inner) % channels. For N x C x H x W in that order inner is
// H * W; for N x C, and for channels-last memory, it is 1.
struct ChannelLayout {
  std::size_t channels = 1;
  std::size_t inner = 1;

  std::size_t Period() const { return channels * inner; }
  std::size_t ChannelOf(std::size_t element) const { return element / inner % channels; }
};

// How many numbers the parameter holds in a layer of so many channels.
inline std::size_t SizeOf(const expr::Parameter& parameter, std::size_t channels) {
  if (parameter.shape == expr::Shape::kGroup) return parameter.groups;
  return parameter.shape == expr::Shape::kLayer ? 1 : channels;
}

// Which of them a channel reads.
inline std::size_t IndexOf(const expr::Parameter& parameter, std::size_t channel,
                           std::size_t channels) {
  if (parameter.shape == expr::Shape::kGroup) return channel * parameter.groups / channels;
  return parameter.shape == expr::Shape::kLayer ? 0 : channel;
}

}  // namespace actsearch::kernels
