// functions_bench: elementary functions over a tile in the first-level cache, one thread,
// float32: the kernels' loops (evaluators/kernels/cpu/lane.h) against those of Google
// Highway's math library, both for the best instruction set of the processor. The last
// line has the geometric mean of Highway's time over ours.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/bench/functions_bench.cc"
#include "hwy/foreach_target.h"
// After foreach_target.h:
#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace actsearch::bench::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class Function>
void Apply(const float* in, float* out, std::size_t n, Function function) {
  const hn::ScalableTag<float> d;
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    hn::StoreU(function(d, hn::LoadU(d, in + i)), d, out + i);
  }
}

#define ACTSEARCH_HIGHWAY_LOOP(Name)                                           \
  void Name(const float* in, float* out, std::size_t n) {                      \
    Apply(in, out, n, [](auto d, auto v) HWY_ATTR { return hn::Name(d, v); }); \
  }
ACTSEARCH_HIGHWAY_LOOP(Exp)
ACTSEARCH_HIGHWAY_LOOP(Expm1)
ACTSEARCH_HIGHWAY_LOOP(Log)
ACTSEARCH_HIGHWAY_LOOP(Log1p)
ACTSEARCH_HIGHWAY_LOOP(Tanh)
ACTSEARCH_HIGHWAY_LOOP(Sinh)
ACTSEARCH_HIGHWAY_LOOP(Asinh)
ACTSEARCH_HIGHWAY_LOOP(Atan)
ACTSEARCH_HIGHWAY_LOOP(Sin)
ACTSEARCH_HIGHWAY_LOOP(Cos)

}  // namespace actsearch::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "evaluators/kernels/cpu/tiles.h"
#include "search_spaces/expr/primitives.h"
#include "tests/support/processor_time.h"

namespace actsearch::bench {
namespace {

HWY_EXPORT(Exp);
HWY_EXPORT(Expm1);
HWY_EXPORT(Log);
HWY_EXPORT(Log1p);
HWY_EXPORT(Tanh);
HWY_EXPORT(Sinh);
HWY_EXPORT(Asinh);
HWY_EXPORT(Atan);
HWY_EXPORT(Sin);
HWY_EXPORT(Cos);

struct Row {
  const char* primitive;
  void (*highway)(const float* in, float* out, std::size_t n);
};

constexpr std::size_t kTile = 512;
constexpr int kCalls = 2000;
constexpr int kRounds = 20;

template <class Call>
double NanosecondsAnElement(Call call) {
  const double start = ProcessorSeconds();
  for (int i = 0; i < kCalls; ++i) call();
  return (ProcessorSeconds() - start) / kCalls / kTile * 1e9;
}

#define ACTSEARCH_ROW(primitive, Name)                          \
  {                                                             \
    primitive, [](const float* in, float* out, std::size_t n) { \
      HWY_DYNAMIC_DISPATCH(Name)(in, out, n);                   \
    }                                                           \
  }

int Main() {
  const Row rows[] = {
      ACTSEARCH_ROW("exp", Exp),     ACTSEARCH_ROW("expm1", Expm1), ACTSEARCH_ROW("log", Log),
      ACTSEARCH_ROW("log1p", Log1p), ACTSEARCH_ROW("tanh", Tanh),   ACTSEARCH_ROW("sinh", Sinh),
      ACTSEARCH_ROW("asinh", Asinh), ACTSEARCH_ROW("atan", Atan),   ACTSEARCH_ROW("sin", Sin),
      ACTSEARCH_ROW("cos", Cos),
  };
  const kernels::cpu::TileTable& tiles = kernels::cpu::Tiles();
  std::vector<float> in(kTile), out(kTile);
  for (std::size_t i = 0; i < kTile; ++i) in[i] = 0.05f + 4 * static_cast<float>(i) / kTile;
  std::printf("ours %s, Highway's best target\n", std::string(tiles.instruction_set).c_str());
  double log_sum = 0;
  for (const Row& row : rows) {
    const auto ours = tiles.ops[(*expr::FindPrimitive(row.primitive))->id];
    double best = HUGE_VAL, best_highway = HUGE_VAL;
    for (int round = 0; round < kRounds; ++round) {
      best = std::min(best, NanosecondsAnElement(
                                [&] { ours(in.data(), in.data(), in.data(), out.data(), kTile); }));
      best_highway = std::min(
          best_highway, NanosecondsAnElement([&] { row.highway(in.data(), out.data(), kTile); }));
    }
    log_sum += std::log(best_highway / best);
    std::printf("%-8s ours %.3f ns  Highway %.3f ns an element  ratio %.2f\n", row.primitive, best,
                best_highway, best_highway / best);
  }
  std::printf("functions highway_over_ours=%.2f\n", std::exp(log_sum / std::size(rows)));
  return 0;
}

}  // namespace
}  // namespace actsearch::bench

int main() { return actsearch::bench::Main(); }
#endif  // HWY_ONCE
