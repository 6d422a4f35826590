// What layers undo of the output of a function before them.
#pragma once

namespace actsearch {

// Changes of a part's output that the layers after it undo exactly by other weights, so that
// two parts that differ by them span the same networks.
struct Absorbs {
  bool shift = false;  // + c: a linear map or an unpadded convolution with bias
  bool scale = false;  // * s, s > 0
  bool sign = false;   // * -1

  bool operator==(const Absorbs&) const = default;
};

// What both absorb.
constexpr Absorbs operator&(const Absorbs& a, const Absorbs& b) {
  return {.shift = a.shift && b.shift, .scale = a.scale && b.scale, .sign = a.sign && b.sign};
}

}  // namespace actsearch
