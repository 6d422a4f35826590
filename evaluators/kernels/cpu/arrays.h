// What a program runs over: arrays of one number an element, and parameters of one number
// a layer, channel or group. Value types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "evaluators/kernels/layout.h"

namespace actsearch::kernels::cpu {

enum class Storage : std::uint8_t { kFloat32, kBfloat16 };

struct ConstArray {
  const void* data = nullptr;
  Storage storage = Storage::kFloat32;
};
struct Array {
  void* data = nullptr;
  Storage storage = Storage::kFloat32;
};

// Corrects results that are not finite before they are stored or summed. `stores` and
// `reduced` are tiles of the program's outputs for elements begin, begin + 1, ..., n.
class Repair {
 public:
  virtual ~Repair() = default;
  virtual void Fix(std::size_t begin, std::size_t n, std::span<float* const> stores,
                   std::span<float* const> reduced) const = 0;
};

struct Arrays {
  std::size_t size = 0;  // elements of every array
  ChannelLayout layout;
  std::span<const ConstArray> inputs;        // in the order of Program::inputs
  std::span<const float* const> parameters;  // by parameter of the formula
  std::span<const Array> stores;   // overlap with inputs only where Plan::in_place allows it
  const Repair* repair = nullptr;  // null: results are not looked at
};

}  // namespace actsearch::kernels::cpu
