#include "search_spaces/expr/fingerprint.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "search_spaces/base/hash.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parameter_colours.h"
#include "search_spaces/expr/primitives.h"
#include "search_spaces/expr/reductions.h"
#include "search_spaces/expr/simplify.h"
#include "search_spaces/expr/training_probe.h"

namespace actsearch::expr {
namespace {

// Raise it when a primitive's values or the meaning of a fingerprint change.
constexpr std::uint64_t kSemanticsVersion = 2;

// ---- the probe points

constexpr std::size_t kPoints = 64;
using Values = std::array<double, kPoints>;

// By distance from 0: a few next to 0, jittered quantiles of a normal distribution
// of deviation 1.25, and tails. Generic numbers, so that no kink or zero of a
// function that people write falls on one of them.
constexpr Values kProbes = {
    0.00137,   -0.00171,   -0.01598369, 0.01700603, 0.0213,     -0.0347,   -0.116697, 0.1281728,
    0.1776843, -0.1837131, -0.2425812,  0.2467772,  0.3221314,  -0.333935, 0.4089164, -0.4310947,
    0.5131168, -0.5160435, -0.5633924,  0.5637679,  -0.6679699, 0.6682858, 0.7591283, -0.7737334,
    0.8359555, -0.8674443, 0.9421511,   -0.9432581, 1.013994,   -1.071018, 1.121234,  -1.15052,
    1.248414,  -1.303893,  -1.413714,   1.417631,   1.54535,    -1.548867, 1.70735,   -1.779982,
    -1.926028, 1.961491,   2.242868,    -2.337779,  2.720415,   -2.937432, 3.346438,  -3.472896,
    4.10341,   -4.305731,  5.23552,     -5.485067,  6.731945,   -6.962863, 8.401017,  -8.65728,
    10.67881,  -11.15088,  14.5862,     -15.21936,  21.23692,   -22.17242, 33.94346,  -35.3149};

// Values of the second input: the same numbers in another order.
constexpr Values kSecondProbes = [] {
  Values u{};
  for (std::size_t i = 0; i < kPoints; ++i) u[i] = kProbes[(i * 29 + 17) % kPoints];
  return u;
}();

// Points within about 2.4, 9 and all: a function's scale is read from the first
// shell in which it varies, so that steep tails do not drown the centre.
constexpr std::array<std::size_t, 3> kShells = {44, 56, kPoints};

// Generic weights of the linear functional that fixes scale and sign.
constexpr Values kWeights = {
    0.912834,  0.538086,  0.716059,  -0.348134, 0.961277,  -0.787929, 0.342469,  0.752990,
    0.499217,  0.920928,  0.315794,  -0.548825, -0.645585, -0.837763, 0.816854,  0.573665,
    0.356407,  0.581151,  0.918369,  0.904789,  0.794478,  0.777906,  -0.970412, -0.358089,
    -0.462370, -0.308444, -0.483923, 0.401973,  0.726869,  -0.967169, 0.619651,  0.578649,
    0.372476,  -0.343573, 0.989267,  0.413612,  -0.720509, -0.300163, 0.675633,  -0.729616,
    0.912033,  0.403985,  0.968828,  -0.631906, 0.894256,  0.636277,  -0.360119, 0.824772,
    -0.635035, -0.661434, 0.965690,  -0.402622, 0.830700,  -0.984951, 0.787338,  -0.662878,
    -0.548987, 0.672815,  -0.745509, 0.864255,  -0.817911, 0.439943,  -0.548894, 0.992723};

// ---- rounding

constexpr int kMantissaBits = 22;
constexpr int kFloorBits = 34;  // below the scale of the function

std::uint64_t Bits(double v) { return std::bit_cast<std::uint64_t>(v); }
int ExponentField(double v) { return static_cast<int>((Bits(v) >> 52) & 0x7ff); }

// To the nearest double with 22 bits after the leading one.
double RoundMantissa(double v) {
  constexpr int kDropped = 52 - kMantissaBits;
  constexpr std::uint64_t kHalf = std::uint64_t{1} << (kDropped - 1);
  return std::bit_cast<double>((Bits(v) + kHalf) & ~(2 * kHalf - 1));
}

// Relative rounding for large values, to multiples of 2^-34 of the scale for small
// ones: what cancellation leaves of a zero is then zero.
double Round(double v, int scale_exponent) {
  const int floor_exponent = std::max(scale_exponent - kFloorBits, 1);
  if (ExponentField(v) >= floor_exponent + kMantissaBits) return RoundMantissa(v);
  const double unit = std::bit_cast<double>(static_cast<std::uint64_t>(floor_exponent) << 52);
  const double magic = unit * 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to units
  return v + magic - magic + 0.0;                  // + 0.0: no -0
}

std::uint64_t CodeOf(double v, int scale_exponent) {
  if (std::isnan(v)) return 1;
  if (std::isinf(v)) return 2;  // of either sign: 1/0 and 1/-0 are spellings
  return Bits(Round(v, scale_exponent));
}

int SideOf(std::size_t i) { return kProbes[i] > 0; }

// The largest magnitude but `ignored` among the first points that `takes` accepts.
template <class Takes>
double LargeMagnitude(const Values& y, std::size_t points, std::size_t ignored, Takes takes) {
  std::array<double, kPoints> sizes;
  auto end = sizes.begin();
  for (std::size_t i = 0; i < points; ++i) {
    if (takes(i)) *end++ = std::isfinite(y[i]) ? std::abs(y[i]) : 0;
  }
  const auto rank = end - 1 - ignored;
  std::nth_element(sizes.begin(), rank, end);
  return *rank;
}

// Exponents of a typical magnitude of the function, for negative and for positive
// points. Not of the largest one: a few points next to a pole, or a steep other
// side, must not hide what the function does. A side that is 0 but for rounding
// takes its scale from the points next to 0 or from the other side.
std::array<int, 2> ScaleExponents(const Values& y) {
  const double inner = LargeMagnitude(y, 12, 3, [](std::size_t) { return true; });
  std::array<double, 2> sides;
  for (int side = 0; side < 2; ++side) {
    sides[side] =
        LargeMagnitude(y, kShells[0], 4, [side](std::size_t i) { return SideOf(i) == side; });
  }
  const double shared = std::min(inner, std::max(sides[0], sides[1]));
  return {ExponentField(RoundMantissa(std::max(sides[0], shared))),
          ExponentField(RoundMantissa(std::max(sides[1], shared)))};
}

// A hash of the rounded values.
std::uint64_t Signature(const Values& y) {
  const std::array<int, 2> scale = ScaleExponents(y);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kPoints; ++i) {
    sum += MixBits(CodeOf(y[i], scale[SideOf(i)]) + i * 0x9e3779b97f4a7c15ULL);
  }
  return MixBits(sum);
}

// ---- up to what is absorbed of the output

struct Scale {
  double shift = 0;
  double slope = 0;  // 0: the values do not vary
};

constexpr Absorbs kAffine = {.shift = true, .scale = true, .sign = true};

// The mean over the finite values of the shell, or 0 where a shift is not absorbed, and a weighted
// deviation from it, which is linear in the values and so carries the sign.
Scale ScaleOf(const Values& y, std::size_t shell, const Absorbs& absorbs) {
  double low = HUGE_VAL;
  double high = -HUGE_VAL;
  double mean = 0;
  int count = 0;
  for (std::size_t i = 0; i < shell; ++i) {
    if (!std::isfinite(y[i])) continue;
    low = std::min(low, y[i]);
    high = std::max(high, y[i]);
    mean += (y[i] - mean) / ++count;
  }
  const double largest = std::max(std::abs(low), std::abs(high));
  if (count == 0 || !(high - low > largest * 0x1p-26)) return {};
  if (!absorbs.shift) mean = 0;
  double slope = 0;
  for (std::size_t i = 0; i < shell; ++i) {
    if (std::isfinite(y[i])) slope += kWeights[i] * ((y[i] - mean) / count);
  }
  if (!absorbs.scale) slope = std::copysign(1, slope);
  return {mean, absorbs.sign ? slope : std::abs(slope)};
}

std::uint64_t SignatureUpTo(const Values& y, const Absorbs& absorbs) {
  Scale scale;
  for (const std::size_t shell : kShells) {
    if (scale.slope == 0) scale = ScaleOf(y, shell, absorbs);
  }
  Values normal{};
  for (std::size_t i = 0; i < kPoints; ++i) {
    if (scale.slope != 0) {
      normal[i] = (y[i] - scale.shift) / scale.slope;
    } else {
      normal[i] = std::isfinite(y[i]) ? 0 : y[i];
    }
  }
  return Signature(normal);
}

// ---- learnable parameters

// A generic value that depends on the initial one and on the rank only.
double Perturbed(double initial, std::size_t rank) {
  const auto r = static_cast<double>(rank);
  return initial * (1.37193 + 0.11317 * r) + 0.41371 + 0.07331 * r;
}

// Far from the initial value, on both sides of 0.
double PerturbedDown(double initial) { return -2.31427 * std::abs(initial) - 1.77319; }
double PerturbedUp(double initial) { return 2.91543 * std::abs(initial) + 5.31713; }

// The function at its initial parameters, with each parameter perturbed alone, and
// with all of them perturbed at once.
class Family {
 public:
  explicit Family(const Expr& e)
      : e_(e), colours_(PlainColours(e)), initial_(InitialParameters(e)) {
    base_ = At(initial_);
    for (std::size_t k = 0; k < initial_.size(); ++k) {
      alone_.push_back(With(k, Perturbed(initial_[k], 0)));
    }
  }

  // Parameters enter as a set: by what they do, not by name or order; those that
  // change nothing stay out (up to an affine map: a scale or an offset). The values
  // with all of them perturbed tell how they play together.
  template <class Signer>
  std::uint64_t Key(Signer sign) const {
    const std::uint64_t base = sign(base_);
    std::vector<std::pair<std::uint64_t, std::size_t>> roles;
    for (std::size_t k = 0; k < alone_.size(); ++k) {
      const std::uint64_t effect = sign(alone_[k]);
      if (effect == base && IsIdle(sign, base, k)) continue;
      roles.emplace_back(HashCombine(colours_[k], effect), k);
    }
    std::ranges::sort(roles);
    std::uint64_t key = HashCombine(base, roles.size());
    for (const auto& [role, k] : roles) key = HashCombine(key, role);
    if (roles.size() < 2) return key;
    std::vector<double> params = initial_;
    for (std::size_t rank = 0; rank < roles.size(); ++rank) {
      const std::size_t k = roles[rank].second;
      params[k] = Perturbed(initial_[k], rank);
    }
    return HashCombine(key, sign(At(params)));
  }

 private:
  template <class Signer>
  bool IsIdle(Signer sign, std::uint64_t base, std::size_t k) const {
    return sign(With(k, PerturbedDown(initial_[k]))) == base &&
           sign(With(k, PerturbedUp(initial_[k]))) == base;
  }

  Values With(std::size_t k, double value) const {
    std::vector<double> params = initial_;
    params[k] = value;
    return At(params);
  }

  Values At(const std::vector<double>& params) const {
    Values y;
    EvaluateMany(e_, kProbes, kSecondProbes, params, y);
    return y;
  }

  const Expr& e_;
  std::vector<std::uint64_t> colours_;
  std::vector<double> initial_;
  Values base_;
  std::vector<Values> alone_;
};

// The probes are one vector to every reduction, so values do not show index sets: they
// enter as what each reduction is made of. 0 without reductions.
std::uint64_t ReductionsKey(const Expr& canonical) {
  const std::vector<std::uint64_t> colours = PlainColours(canonical);
  std::vector<std::uint64_t> hashes;
  std::uint64_t key = 0;
  for (const Node& node : canonical.nodes) {
    std::uint64_t h = HashCombine(static_cast<std::uint64_t>(node.kind), node.axes);
    h = HashCombine(h, node.groups);
    h = HashCombine(h, node.kind == Kind::kParameter ? colours[node.id] : node.id);
    if (node.kind == Kind::kConstant) h = HashCombine(h, Bits(RoundMantissa(node.value)));
    for (int k = 0; k < ArityOf(node); ++k) h = HashCombine(h, hashes[node.args[k]]);
    hashes.push_back(h);
    if (node.kind == Kind::kReduction) key += MixBits(h);
  }
  return key;
}

Fingerprint KeysOf(const Expr& canonical, const Absorbs& absorbs) {
  const Family family(canonical);
  const auto up_to = [&](const Values& y) { return SignatureUpTo(y, absorbs); };
  Fingerprint keys{family.Key(Signature), family.Key(up_to)};
  if (!IsPointwise(canonical)) {
    const std::uint64_t reductions = ReductionsKey(canonical);
    keys = {HashCombine(keys.exact, reductions), HashCombine(keys.affine, reductions)};
  }
  return keys;
}

// `affine` is the key up to what is absorbed.
Fingerprint KeysWithDraws(const Expr& e, const Absorbs& absorbs) {
  const Expr canonical = Canonical(e);
  const Fingerprint keys = KeysOf(canonical, absorbs);
  if (!HidesFromEvaluation(canonical)) return keys;
  const Fingerprint probe = KeysOf(TrainingProbe(canonical), absorbs);
  if (probe.exact == keys.exact) return keys;  // draws without influence
  return {HashCombine(keys.exact, probe.exact), HashCombine(keys.affine, probe.affine)};
}

}  // namespace

Fingerprint FingerprintOf(const Expr& e) { return KeysWithDraws(e, kAffine); }

std::uint64_t KeyUpTo(const Expr& e, const Absorbs& absorbs) {
  const Fingerprint keys = KeysWithDraws(e, absorbs);
  return absorbs == Absorbs{} ? keys.exact : keys.affine;
}

std::uint64_t LanguageFingerprint() {
  std::uint64_t h = MixBits(kSemanticsVersion);
  for (const PrimitiveRow& row : Primitives()) {
    h = HashText(row.name, h);
    h = HashCombine(h, static_cast<std::uint64_t>(row.arity));
    for (int k = 0; k < row.arity; ++k) h = HashText(row.derivative[k], h);
  }
  for (const ReductionRow& row : Reductions()) h = HashText(row.name, h);
  return h;
}

}  // namespace actsearch::expr
