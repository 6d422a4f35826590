// A formula as a typed graph: nodes in topological order, arguments by index, the
// last node is the output. A value type; immutable use is safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace actsearch::expr {

// What a leaf or inner node is. An inner node names a row of the primitive table or of
// the table of reductions.
enum class Kind : std::uint8_t { kInput, kConstant, kParameter, kPrimitive, kReduction };

inline constexpr int kMaxArity = 3;

// The index sets of a reduction, a bit mask: batch, channels, height, width.
enum Axis : std::uint8_t { kAxisB = 1, kAxisC = 2, kAxisH = 4, kAxisW = 8 };

struct Node {
  Kind kind = Kind::kInput;
  // Input: 0 is x, 1 is u. Primitive: row of Primitives(). Reduction: row of
  // Reductions(). Parameter: index into parameters.
  std::uint16_t id = 0;
  std::uint16_t args[kMaxArity] = {0, 0, 0};  // node indices, all smaller than this node's
  double value = 0;                           // constant's value
  std::uint8_t axes = 0;                      // of a reduction; never empty there
  std::uint16_t groups = 0;  // of a reduction over c: within each of so many groups; 0: over all

  bool operator==(const Node&) const = default;
};

// How many numbers a learnable parameter holds in one layer: one, one for each channel,
// or one for each of G groups of channels. Channel c of C belongs to group floor(c G / C):
// blocks of C / G consecutive channels where G divides C.
enum class Shape : std::uint8_t { kLayer, kChannel, kGroup };

// The elements of a small vector are parameters of their own, named w[0], w[1], ...
struct Parameter {
  std::string name;
  Shape shape = Shape::kChannel;
  double initial = 1;
  std::uint16_t groups = 0;  // G of Shape::kGroup, else 0

  bool operator==(const Parameter&) const = default;
};

struct Expr {
  std::vector<Node> nodes;
  std::vector<Parameter> parameters;

  bool operator==(const Expr&) const = default;
};

// How many arguments the node has.
int ArityOf(const Node& node);

// 0 where no input is read, 1 where x is, 2 where u is.
int InputCount(const Expr& e);

// No reductions: the value at one element depends on that element only.
bool IsPointwise(const Expr& e);

}  // namespace actsearch::expr
