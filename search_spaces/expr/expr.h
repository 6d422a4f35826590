// A formula as a typed graph: nodes in topological order, arguments by index, the
// last node is the output. A value type; immutable use is safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace actsearch::expr {

// What a leaf or inner node is. An inner node names a row of the primitive table.
enum class Kind : std::uint8_t { kInput, kConstant, kParameter, kPrimitive };

inline constexpr int kMaxArity = 3;

struct Node {
  Kind kind = Kind::kInput;
  std::uint16_t id = 0;  // primitive: row of Primitives(); parameter: index into parameters
  std::uint16_t args[kMaxArity] = {0, 0, 0};  // node indices, all smaller than this node's
  double value = 0;                           // constant's value

  bool operator==(const Node&) const = default;
};

// How many numbers a learnable parameter holds in one layer.
enum class Shape : std::uint8_t { kLayer, kChannel };

struct Parameter {
  std::string name;
  Shape shape = Shape::kChannel;
  double initial = 1;

  bool operator==(const Parameter&) const = default;
};

struct Expr {
  std::vector<Node> nodes;
  std::vector<Parameter> parameters;

  bool operator==(const Expr&) const = default;
};

}  // namespace actsearch::expr
