#include "search_spaces/site.h"

#include <array>
#include <cstddef>

namespace actsearch {
namespace {

using namespace std::string_view_literals;

constexpr std::array kRoles = {"activation"sv, "norm"sv, "norm_activation"sv, "linear"sv,
                               "network"sv};

}  // namespace

std::string_view Name(Role role) { return kRoles[static_cast<std::size_t>(role)]; }

std::optional<Role> RoleNamed(std::string_view name) {
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    if (kRoles[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

std::string InsideSite(std::string_view outer, std::string_view kind) {
  return std::string(outer) + "." + std::string(kind);
}

std::string OuterSite(const std::string& name) { return name.substr(0, name.rfind('.')); }

std::string_view KindOfSite(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
}

std::int64_t Numbers(const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::kSpatial:
      return shape.channels * shape.height * shape.width;
    case Shape::Kind::kSequence:
      return shape.channels * shape.length;
    case Shape::Kind::kFeatures:
      break;
  }
  return shape.channels;
}

std::string ToText(const Shape& shape) {
  const std::string channels = std::to_string(shape.channels);
  switch (shape.kind) {
    case Shape::Kind::kSpatial:
      return channels + " x " + std::to_string(shape.height) + " x " + std::to_string(shape.width);
    case Shape::Kind::kSequence:
      return std::to_string(shape.length) + " elements of " + channels;
    case Shape::Kind::kFeatures:
      break;
  }
  return channels;
}

}  // namespace actsearch
