// Spaces fill roles, tasks offer sites (design.md section 8): where in a network a candidate
// can stand, what arrives there, and what the layers around it absorb. Plain values; any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/base/absorbs.h"

namespace actsearch {

// What stands at a site.
enum class Role {
  kActivation,      // pointwise function
  kNorm,            // normalization alone, tensor to tensor
  kNormActivation,  // normalization and activation in one, tensor to tensor
  kLinear,          // a layer with weights of its own
  kNetwork,         // the whole network
};
std::string_view Name(Role role);  // activation, norm, norm_activation, linear, network
std::optional<Role> RoleNamed(std::string_view name);

// The site of this kind inside `outer`, as layer1.norm in layer1, and the way back: the kind is
// empty, and the outer site itself, for one that is inside of no other.
std::string InsideSite(std::string_view outer, std::string_view kind);
inline std::string InsideSite(std::string_view outer, Role role) {
  return InsideSite(outer, Name(role));
}
std::string OuterSite(const std::string& name);
std::string_view KindOfSite(std::string_view name);

// One example as it passes through a site, without the batch dimension.
struct Shape {
  enum class Kind { kFeatures, kSpatial, kSequence };

  Kind kind = Kind::kFeatures;
  std::int64_t channels = 0;  // features, channels, or width of a sequence's elements
  std::int64_t height = 0;    // spatial
  std::int64_t width = 0;     // spatial
  std::int64_t length = 0;    // sequence

  bool operator==(const Shape&) const = default;
};
inline Shape Features(std::int64_t channels) { return {Shape::Kind::kFeatures, channels}; }
inline Shape Spatial(std::int64_t channels, std::int64_t height, std::int64_t width) {
  return {Shape::Kind::kSpatial, channels, height, width};
}
// Memory: length consecutive elements of `channels` numbers each.
inline Shape Sequence(std::int64_t length, std::int64_t channels) {
  return {Shape::Kind::kSequence, channels, 0, 0, length};
}
std::int64_t Numbers(const Shape& shape);   // of one example
std::string ToText(const Shape& shape);     // 784 | 16 x 32 x 32 (channels, height, width)

struct Site {
  std::string name;     // layer1, layer1.norm, layer1.activation
  Role role = Role::kActivation;
  Shape in, out;
  Absorbs absorbs;
  // At a fair start the site takes the function's mean under a standard normal distribution from
  // it, so that functions that differ by a constant are one here, whatever comes after.
  bool centres = false;
  std::string initial;  // part that stands there when the job says nothing: relu, batch_norm

  bool operator==(const Site&) const = default;
};

}  // namespace actsearch
