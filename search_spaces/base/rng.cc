#include "search_spaces/base/rng.h"

#include <bit>
#include <cmath>
#include <numbers>

#include "search_spaces/base/check.h"
#include "search_spaces/base/hash.h"

namespace actsearch {

Rng::Rng(std::uint64_t seed) : seed_(seed) {
  for (std::size_t i = 0; i < state_.size(); ++i) state_[i] = MixBits(HashCombine(seed, i));
}

Rng Rng::Fork(std::string_view name, std::uint64_t index) const {
  return Rng(HashCombine(HashText(name, seed_), index));
}

std::uint64_t Rng::Bits() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::Uniform() { return static_cast<double>(Bits() >> 11) * 0x1.0p-53; }

double Rng::Uniform(double low, double high) { return low + (high - low) * Uniform(); }

std::size_t Rng::Below(std::size_t n) {
  ACTSEARCH_CHECK(n > 0, "Rng::Below(0)");
  // Rejects the incomplete last copy of [0, n) in 2^64, so every value is equally likely.
  const std::uint64_t limit = n;
  const std::uint64_t unfair = (0 - limit) % limit;
  std::uint64_t bits = Bits();
  while (bits < unfair) bits = Bits();
  return bits % limit;
}

double Rng::Normal() {
  // Box-Muller; the second value is dropped so that a draw has no hidden state.
  const double radius = std::sqrt(-2.0 * std::log(1.0 - Uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * Uniform());
}

std::size_t Rng::Weighted(std::span<const double> weights) {
  double total = 0;
  for (const double w : weights) total += w;
  ACTSEARCH_CHECK(total > 0, "Rng::Weighted: weights sum to zero");
  double left = Uniform() * total;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0) return i;
  }
  // Rounding can leave a sliver: the last positive weight takes it.
  for (std::size_t i = weights.size(); i > 0; --i) {
    if (weights[i - 1] > 0) return i - 1;
  }
  return 0;
}

}  // namespace actsearch
