// The machine code of a program, made when it is first needed. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>

#include "evaluators/kernels/cpu/loops.h"
#include "evaluators/kernels/cpu/machine_code.h"

namespace actsearch::kernels::cpu {

// How numbers that differ by channel, and sums, go along with a call's elements: it has one
// channel's elements, so that they are one number each; or they are arrays, read and added
// to position by position; or likewise where rows are as short as MachineCode::kRow, so that
// they are read and added to once for several elements.
enum class Walk : std::uint8_t { kRuns, kPositions, kRows };

class Codes {
 public:
  // `loops` outlives this. `repairs`: results that are not finite are reported.
  Codes(const Loops& loops, bool repairs);

  // Null where there is no machine code.
  const MachineCode* For(Walk walk) const;

 private:
  std::unique_ptr<const MachineCode> Make(Walk walk) const;

  const Loops& loops_;
  const bool repairs_;
  mutable std::array<std::once_flag, 3> once_;
  mutable std::array<std::unique_ptr<const MachineCode>, 3> codes_;
};

}  // namespace actsearch::kernels::cpu
