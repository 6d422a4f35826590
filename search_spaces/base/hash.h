// 64-bit hashing that is the same on every machine and in every run: it names
// fingerprints, splits random generators and keys result caches.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace actsearch {

// Finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection that mixes all bits.
constexpr std::uint64_t MixBits(std::uint64_t v) {
  v += 0x9e3779b97f4a7c15ULL;
  v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9ULL;
  v = (v ^ (v >> 27)) * 0x94d049bb133111ebULL;
  return v ^ (v >> 31);
}

// Order matters: HashCombine(a, b) != HashCombine(b, a).
constexpr std::uint64_t HashCombine(std::uint64_t seed, std::uint64_t value) {
  return MixBits(std::rotl(seed, 23) ^ MixBits(value));
}

constexpr std::uint64_t HashText(std::string_view text, std::uint64_t seed = 0) {
  std::uint64_t h = HashCombine(seed, text.size());
  std::uint64_t word = 0;
  int filled = 0;
  for (const char c : text) {
    word = (word << 8) | static_cast<unsigned char>(c);
    if (++filled == 8) {
      h = HashCombine(h, word);
      word = 0;
      filled = 0;
    }
  }
  return filled == 0 ? h : HashCombine(h, word);
}

// 16 lower-case hexadecimal digits.
std::string HexDigits(std::uint64_t value);

}  // namespace actsearch
