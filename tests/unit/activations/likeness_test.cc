#include "search_spaces/likeness.h"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>
#include <utility>

namespace actsearch {
namespace {

class LikenessOfFunctions : public ::testing::Test {
 protected:
  double Distance(std::string_view a, std::string_view b) const {
    return DistanceBetween(likeness_.PointOf(space_->Parse(a).value()),
                           likeness_.PointOf(space_->Parse(b).value()));
  }

  std::unique_ptr<Space> space_ = MakeSpace({}).value();
  Likeness likeness_{*space_};
};

TEST_F(LikenessOfFunctions, OfEqualOnesIsZero) {
  EXPECT_LT(Distance("silu(x)", "x * sigmoid(x)"), 1e-6);
  EXPECT_LT(Distance("silu(x)", "x * sigmoid(p0 * x) where p0: channel = 1"), 1e-6);
}

TEST_F(LikenessOfFunctions, TellsKnownFunctionsFromVariationsOfOne) {
  for (const auto& [a, b] : {std::pair{"relu(x)", "gelu(x)"}, {"gelu(x)", "silu(x)"},
                             {"silu(x)", "mish(x)"}, {"tanh(x)", "sigmoid(x)"}}) {
    EXPECT_GT(Distance(a, b), 0.05) << a << " and " << b;
  }
  EXPECT_LT(Distance("silu(x)", "x * sigmoid(1.02 * x)"), 0.01);
  EXPECT_LT(Distance("x * tanh(0.667 * sinh(x))", "x * tanh(0.665 * sinh(x)) + 0.001"), 0.01);
}

}  // namespace
}  // namespace actsearch
