// Known answers: a worker asks for them before it takes work (after KataGo's self-test) so
// that a broken library, processor or build cannot fill the store with wrong scores. Each
// song trains a small network for a few steps on generated glyphs and compares its loss with
// a stored one; together they take every kind of layer, kernel and fall-back. Torch-free. One
// thread at a time.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "evaluators/evaluator.h"
#include "search_spaces/base/error.h"
#include "search_spaces/trial.h"

namespace actsearch::evaluators {

struct Song {
  std::string_view name;
  Trial trial;
  double loss = 0;  // of LibTorch 1.13.1 with AVX-512
};

std::span<const Song> Songs();

// kInternal when `evaluator` scores the trial otherwise; the message has both losses.
// Relative tolerance: other builds and processors add in another order, which a few steps of
// training amplify.
Result<void> CheckSong(Evaluator& evaluator, const Song& song);

// Value and slope of `formula` as the training kernels of `device` compute them against
// doubles on a grid; kInternal names the point and both values.
Result<void> CheckKernels(const std::string& formula, const std::string& reference,
                          const std::string& device);

class Choir {
 public:
  // kWhole: the kernels and all songs. kPart: the next song in turn.
  Result<void> Sing(Canary canary, Evaluator& evaluator, const std::string& device);

 private:
  std::size_t next_ = 0;
};

}  // namespace actsearch::evaluators
