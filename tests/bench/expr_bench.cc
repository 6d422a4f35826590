// Throughput of the candidate language on one core, over random graphs of 8
// primitives. The canonical form and both fingerprints of a candidate should
// take less than 20 us.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/fingerprint.h"
#include "search_spaces/expr/moments.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"
#include "tests/support/random_expr.h"

namespace actsearch::expr {
namespace {

const std::vector<Expr>& Graphs() {
  static const std::vector<Expr> graphs = [] {
    Rng rng(1);
    std::vector<Expr> made;
    for (int i = 0; i < 4096; ++i) made.push_back(testing::RandomExpr(rng));
    return made;
  }();
  return graphs;
}

// Runs `work` on one graph after another.
template <class Work>
void OverGraphs(benchmark::State& state, Work work) {
  std::size_t i = 0;
  for (auto _ : state) {
    work(Graphs()[i]);
    i = (i + 1) % Graphs().size();
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_Parse(benchmark::State& state) {
  std::vector<std::string> texts;
  for (const Expr& e : Graphs()) texts.push_back(Print(e));
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(Parse(texts[i]));
    i = (i + 1) % texts.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Parse);

void BM_Print(benchmark::State& state) {
  OverGraphs(state, [](const Expr& e) { benchmark::DoNotOptimize(Print(e)); });
}
BENCHMARK(BM_Print);

void BM_Canonical(benchmark::State& state) {
  OverGraphs(state, [](const Expr& e) { benchmark::DoNotOptimize(Canonical(e)); });
}
BENCHMARK(BM_Canonical);

// Includes the canonical form.
void BM_Fingerprint(benchmark::State& state) {
  OverGraphs(state, [](const Expr& e) { benchmark::DoNotOptimize(FingerprintOf(e)); });
}
BENCHMARK(BM_Fingerprint);

void BM_Derive(benchmark::State& state) {
  OverGraphs(state, [](const Expr& e) { benchmark::DoNotOptimize(Derive(e)); });
}
BENCHMARK(BM_Derive);

void BM_Moments(benchmark::State& state) {
  OverGraphs(state,
             [](const Expr& e) { benchmark::DoNotOptimize(MomentsOf(e, InitialParameters(e))); });
}
BENCHMARK(BM_Moments);

void BM_Evaluate4096Points(benchmark::State& state) {
  std::vector<double> x(4096);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = -4 + 8.0 * static_cast<double>(i) / 4096;
  std::vector<double> y(x.size());
  OverGraphs(state, [&](const Expr& e) { EvaluateMany(e, x, InitialParameters(e), y); });
}
BENCHMARK(BM_Evaluate4096Points);

}  // namespace
}  // namespace actsearch::expr

BENCHMARK_MAIN();
