#include "evaluators/kernels/cpu/loops.h"

#include <algorithm>
#include <utility>

namespace actsearch::kernels::cpu {
namespace {

constexpr std::size_t kTileBudget = 3072;  // floats of all tiles: well inside the first-level cache
constexpr std::size_t kSmallestTile = 64;
constexpr std::size_t kLargestTile = 512;

std::size_t TileSizeFor(int slots) {
  const std::size_t size = kTileBudget / static_cast<std::size_t>(std::max(slots, 1));
  return std::clamp(size / kSmallestTile * kSmallestTile, kSmallestTile, kLargestTile);
}

std::vector<bool> FindUniform(const Program& program,
                              const std::vector<expr::Parameter>& declared) {
  std::vector<bool> uniform(static_cast<std::size_t>(program.StoreSlot(0)), true);
  for (std::size_t k = 0; k < program.parameters.size(); ++k) {
    uniform[static_cast<std::size_t>(program.ParameterSlot(static_cast<int>(k)))] =
        declared[program.parameters[k]].shape == expr::Shape::kLayer;
  }
  for (const Instruction& in : program.setup) {
    for (int k = 0; k < Ops()[in.op].arity; ++k) {
      uniform[in.target] = uniform[in.target] && uniform[in.args[k]];
    }
  }
  return uniform;
}

}  // namespace

Loops::Loops(Program given, std::vector<expr::Parameter> given_declared,
             const TileTable& given_tiles)
    : program(std::move(given)),
      declared(std::move(given_declared)),
      tiles(given_tiles),
      uniform(FindUniform(program, declared)),
      tile_size(TileSizeFor(program.slots)) {
  const auto step = [this](const Instruction& in) {
    return Step{tiles.ops[in.op], {in.args[0], in.args[1], in.args[2]}, in.target};
  };
  for (const Instruction& in : program.setup) setup.push_back(step(in));
  for (const Instruction& in : program.code) steps.push_back(step(in));
  differs_by_channel = std::ranges::find(uniform, false) != uniform.end();
  for (std::size_t r = 0; r < program.reductions.size(); ++r) {
    differs_by_channel = differs_by_channel || !IsLayer(r);
  }
}

bool Loops::IsLayer(std::size_t reduction) const {
  return declared[program.reductions[reduction].parameter].shape == expr::Shape::kLayer;
}

}  // namespace actsearch::kernels::cpu
