#include "tests/bench/strategies/planted_task.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string_view>

#include "search_spaces/expr/parse.h"

namespace actsearch::bench {
namespace {

constexpr std::string_view kTeacher = "x * sigmoid(x + sin(x))";

expr::Expr Graph(std::string_view text) { return expr::ParseScalar(text).value(); }

PlantedTask Task(std::uint64_t seed) {
  Rng rng(seed);
  return PlantedTask(Graph(kTeacher), rng);
}

TEST(PlantedTask, TheTeacherLeavesNothing) {
  EXPECT_LT(Task(1).LossOf(Graph(kTeacher)), 1e-9);
}

TEST(PlantedTask, AnAffineMapOfTheOutputChangesNothing) {
  EXPECT_NEAR(Task(1).LossOf(Graph("3 * tanh(x) - 2")), Task(1).LossOf(Graph("tanh(x)")), 1e-9);
}

TEST(PlantedTask, LikeFunctionsAreBetter) {
  const PlantedTask task = Task(2);
  const double like = task.LossOf(Graph("x * sigmoid(x)"));
  EXPECT_GT(like, 0.01);
  EXPECT_LT(like, task.LossOf(Graph("gaussian(x)")));
  EXPECT_LE(task.LossOf(Graph("gaussian(x)")), 1);
}

TEST(PlantedTask, ValuesThatAreNotFiniteHaveNoLoss) {
  EXPECT_TRUE(std::isinf(Task(1).LossOf(Graph("exp(exp(exp(x * x)))"))));
}

TEST(PlantedTask, SeedsDifferInWeights) {
  EXPECT_NE(Task(1).LossOf(Graph("relu(x)")), Task(2).LossOf(Graph("relu(x)")));
}

}  // namespace
}  // namespace actsearch::bench
