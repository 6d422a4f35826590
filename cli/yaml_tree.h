// YAML text as plain values with places, under limits: what a hostile file can make
// it do is bounded by the file's size. The only user of yaml-cpp. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "search_spaces/base/error.h"

namespace actsearch::cli {

struct Place {
  int line = 1;  // both from 1
  int column = 1;
};

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  Place place;
  std::string text;                                    // of a scalar
  bool quoted = false;                                 // a scalar in quotes is text, never a number
  std::vector<YamlNode> items;                         // of a list
  std::vector<std::pair<YamlNode, YamlNode>> entries;  // of a map, doubled keys included
};

struct YamlLimits {
  std::size_t bytes = 1 << 20;
  int depth = 16;
  std::size_t nodes = 20'000;
};

struct YamlProblem {
  Place place;
  std::string message;
};

// One document, without anchors, aliases or tags.
std::expected<YamlNode, YamlProblem> ParseYaml(std::string_view text,
                                               const YamlLimits& limits = {});

}  // namespace actsearch::cli
