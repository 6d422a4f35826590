// The only source of randomness: a small generator (xoshiro256**, Blackman and
// Vigna 2018) whose draws are the same on every machine. One root seed a job;
// Fork splits it by name, so that a new use does not shift the draws of the
// others. Not thread-safe: fork one for each thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace actsearch {

class Rng {
 public:
  explicit Rng(std::uint64_t seed);

  // An independent generator that depends on this one's seed, `name` and `index`,
  // not on how many draws were made from this one.
  Rng Fork(std::string_view name, std::uint64_t index = 0) const;

  std::uint64_t Bits();
  double Uniform();                           // in [0, 1), 53 bits
  double Uniform(double low, double high);    // in [low, high)
  std::size_t Below(std::size_t n);           // in [0, n), n > 0, unbiased
  bool Chance(double p) { return Uniform() < p; }
  double Normal();                            // mean 0, standard deviation 1

  // Index drawn in proportion to non-negative weights; their sum must be > 0.
  std::size_t Weighted(std::span<const double> weights);

  template <class Container>
  auto& Pick(Container& items) {
    return items[Below(items.size())];
  }

  template <class Container>
  void Shuffle(Container& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[Below(i)]);
  }

 private:
  std::uint64_t seed_;
  std::array<std::uint64_t, 4> state_;
};

}  // namespace actsearch
