// A program as a list of loops that exist already. Immutable; any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "evaluators/kernels/cpu/tiles.h"
#include "evaluators/kernels/program.h"

namespace actsearch::kernels::cpu {

struct Loops {
  struct Step {
    TileFunction function;
    std::uint16_t args[expr::kMaxArity];
    std::uint16_t target;
  };

  // `declared`: the formula's parameters, whose indices the program uses.
  Loops(Program program, std::vector<expr::Parameter> declared, const TileTable& tiles = Tiles());

  // Whether a parameter, constant or setup slot holds one number for all channels.
  bool IsUniform(int slot) const { return uniform[static_cast<std::size_t>(slot)]; }
  bool IsLayer(std::size_t reduction) const;

  Program program;
  std::vector<expr::Parameter> declared;
  const TileTable& tiles;
  std::vector<Step> setup, steps;
  std::vector<bool> uniform;  // by slot
  bool differs_by_channel;    // a number that is read, or a sum
  std::size_t tile_size;      // elements
};

}  // namespace actsearch::kernels::cpu
