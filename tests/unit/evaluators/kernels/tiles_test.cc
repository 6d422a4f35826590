// The loops of every instruction set that this processor runs, one operation at a time,
// against double.
#include "evaluators/kernels/cpu/tiles.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "search_spaces/base/rng.h"
#include "tests/support/error_bound.h"
#include "tests/unit/evaluators/kernels/formulas.h"

namespace actsearch::kernels::cpu {
namespace {

using testing::Bounded;

constexpr std::size_t kCount = 512;

struct Arguments {
  std::vector<float> a, b, c;
};

Arguments Filled(const std::vector<float>& a, double b = 0.75, double c = 0.5) {
  return {a, std::vector<float>(a.size(), static_cast<float>(b)),
          std::vector<float>(a.size(), static_cast<float>(c))};
}

std::vector<float> Spread(double low, double high) {
  std::vector<float> points;
  for (std::size_t i = 0; i < kCount; ++i) {
    points.push_back(static_cast<float>(low + (high - low) * (i + 0.37) / kCount));
  }
  return points;
}

class TilesTest : public ::testing::TestWithParam<const TileTable* (*)()> {
 protected:
  void SetUp() override {
    table_ = GetParam()();
    if (table_ == nullptr) GTEST_SKIP() << "the compiler does not know this instruction set";
#if defined(__x86_64__)
    const bool runs = table_->instruction_set == "AVX-512"
                          ? __builtin_cpu_supports("x86-64-v4") != 0
                      : table_->instruction_set == "AVX2" ? __builtin_cpu_supports("x86-64-v3") != 0
                                                          : true;
    if (!runs) GTEST_SKIP() << "this processor does not run " << table_->instruction_set;
#endif
  }

  std::vector<float> Run(OpId op, const Arguments& args) const {
    std::vector<float> out(args.a.size());
    table_->ops[op](args.a.data(), args.b.data(), args.c.data(), out.data(), out.size());
    return out;
  }

  // Against the operation in double, on the same numbers.
  void ExpectAccurate(OpId op, const Arguments& args, double relative = 2e-6,
                      double absolute = 0) const {
    const std::vector<float> seen = Run(op, args);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const double numbers[] = {args.a[i], args.b[i], args.c[i]};
      const double exact = Ops()[op].apply(numbers);
      ASSERT_NEAR(seen[i], exact, relative * std::abs(exact) + absolute)
          << Ops()[op].name << " of " << args.a[i] << ", " << args.b[i] << ", " << args.c[i];
    }
  }

  const TileTable* table_ = nullptr;
};

TEST_P(TilesTest, EveryPrimitiveIsAsAccurateAsFloatAllows) {
  for (const expr::PrimitiveRow& row : expr::Primitives()) {
    const Arguments args = Filled(PointsOf(row, kCount));
    ExpectAccurate(row.id, args, 2e-6, 3e-7);
    // Without the absolute slack where the steps of the primitive are well conditioned.
    const std::vector<float> seen = Run(row.id, args);
    int counted = 0;
    for (std::size_t i = 0; i < kCount; ++i) {
      const Bounded numbers[] = {Bounded(args.a[i]), Bounded(args.b[i]), Bounded(args.c[i])};
      const Bounded exact = expr::ApplyPrimitive<Bounded>(row.id, numbers);
      if (!(exact.RelativeError() <= 6e-7)) continue;
      ++counted;
      ASSERT_NEAR(seen[i], exact.value, 2e-6 * std::abs(exact.value))
          << row.name << " at " << args.a[i];
    }
    // Newton's step in cbrt takes an error back that the bound adds.
    EXPECT_GT(counted, 0.3 * kCount) << row.name;
  }
}

TEST_P(TilesTest, SmallArgumentsKeepTheirDigits) {
  std::vector<float> small;
  for (std::size_t i = 0; i < kCount; ++i) {
    const double magnitude = std::pow(10, -12 + 12.0 * static_cast<double>(i) / kCount);
    small.push_back(static_cast<float>(i % 2 == 0 ? magnitude : -magnitude));
  }
  for (const char* name : {"sin", "tan", "sinh", "tanh", "asinh", "atan", "erf", "expm1", "log1p",
                           "square", "cube", "sqrt_abs", "cos", "cosh", "exp"}) {
    ExpectAccurate(static_cast<OpId>((*expr::FindPrimitive(name))->id), Filled(small));
  }
}

TEST_P(TilesTest, FusedExponentialsAreThoseOfDouble) {
  const std::vector<float> wide = Spread(-80, 80);
  const std::vector<float> e = Run(FusedId<fused::ExpCappedRow>(), Filled(wide));
  ExpectAccurate(FusedId<fused::ExpCappedRow>(), Filled(wide));
  ExpectAccurate(FusedId<fused::SigmoidOfRow>(), Filled(e));
  ExpectAccurate(FusedId<fused::SigmoidNegOfRow>(), Filled(e));
  ExpectAccurate(FusedId<fused::TanhSoftplusOfRow>(), Filled(e));
  ExpectAccurate(FusedId<fused::SechSoftplusOfRow>(), Filled(e), 2e-6, 1e-18);
  ExpectAccurate(FusedId<fused::SoftplusOfRow>(), {wide, e, e});
  ExpectAccurate(FusedId<fused::SechRow>(), Filled(wide));
}

// The relative error of e^(-a^2) grows with a^2 when a itself, or without fused
// multiply-subtract its square, is rounded: 2e-6 near 0, ten times that in the tails.
TEST_P(TilesTest, FusedErrorFunctionsAreThoseOfDouble) {
  for (const auto& [range, relative] : {std::pair(4.5, 2e-6), std::pair(9.0, 2e-5)}) {
    const std::vector<float> a = Spread(-range, range);
    ExpectAccurate(FusedId<fused::GaussianRow>(), Filled(a), relative);
    const std::vector<float> g = Run(FusedId<fused::GaussianRow>(), Filled(a));
    ExpectAccurate(FusedId<fused::ErfOfRow>(), {a, g, g});
    ExpectAccurate(FusedId<fused::ErfcOfRow>(), {a, g, g}, relative, 1e-37);
    std::vector<float> scaled = a;
    for (float& number : scaled) number *= 0.70710678f;
    const std::vector<float> density = Run(FusedId<fused::GaussianRow>(), Filled(scaled));
    ExpectAccurate(FusedId<fused::NormalCdfOfRow>(), {a, density, density}, relative, 1e-37);
  }
}

TEST_P(TilesTest, FusedArithmeticIsThatOfDouble) {
  const Arguments args = {Spread(-3, 3), Spread(5, -4), Spread(0.1, 7)};
  for (const OpId op :
       {FusedId<fused::FmaRow>(), FusedId<fused::FnmaRow>(), FusedId<fused::FmsRow>()}) {
    ExpectAccurate(op, args, 1e-6, 1e-6);
  }
  ExpectAccurate(FusedId<fused::CopyRow>(), args, 0);
  ExpectAccurate(FusedId<fused::MaskRow>(), args, 0);
  Arguments zero = Filled(std::vector<float>(kTileStep, 0));
  zero.b.assign(kTileStep, std::numeric_limits<float>::infinity());
  EXPECT_EQ(Run(FusedId<fused::MaskRow>(), zero), zero.a) << "0 and not 0 * inf";
}

TEST_P(TilesTest, ResultMayReplaceAnArgument) {
  for (OpId op = 0; op < kOpCount; ++op) {
    const Arguments args = {Spread(0.1, 0.9), Spread(0.2, 1.7), Spread(0.9, 0.3)};
    const std::vector<float> expected = Run(op, args);
    for (int k = 0; k < Ops()[op].arity; ++k) {
      Arguments copy = args;
      std::vector<float>& target = k == 0 ? copy.a : k == 1 ? copy.b : copy.c;
      table_->ops[op](copy.a.data(), copy.b.data(), copy.c.data(), target.data(), kCount);
      EXPECT_EQ(std::memcmp(target.data(), expected.data(), kCount * sizeof(float)), 0)
          << Ops()[op].name << ", argument " << k;
    }
  }
}

TEST_P(TilesTest, Bfloat16RoundsToNearestEven) {
  // Every bfloat16, and the numbers a little beside the middle between two of them.
  for (std::uint32_t high = 0; high < 0x10000; high += 1) {
    const auto bits = static_cast<std::uint16_t>(high);
    float wide = 0;
    table_->from_bfloat16(&bits, &wide, 1);
    ASSERT_EQ(std::bit_cast<std::uint32_t>(wide), high << 16);
    if ((high & 0x7f80) == 0x7f80) continue;  // infinite or NaN
    const auto rounded = [&](std::uint32_t low) {
      const auto exact = std::bit_cast<float>((high << 16) | low);
      std::uint16_t result = 0;
      table_->to_bfloat16(&exact, &result, 1);
      return result;
    };
    ASSERT_EQ(rounded(0), bits);
    ASSERT_EQ(rounded(0x7fff), bits);
    ASSERT_EQ(rounded(0x8000), bits + (bits & 1)) << "a tie goes to even";
    ASSERT_EQ(rounded(0x8001), bits + 1);
  }
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto tricky = std::bit_cast<float>(0x7f800001u);  // would round to infinity
  for (const float from : {nan, -nan, tricky}) {
    std::uint16_t bits = 0;
    table_->to_bfloat16(&from, &bits, 1);
    EXPECT_GT(bits & 0x7fff, 0x7f80);
  }
}

TEST_P(TilesTest, SumsAnyNumberOfElements) {
  Rng rng(5);
  for (std::size_t n = 0; n <= 67; ++n) {
    std::vector<float> values(n), sums(n, 1);
    double total = 0;
    for (float& v : values) total += v = static_cast<float>(rng.Uniform(-1, 1));
    EXPECT_NEAR(table_->sum(values.data(), n), total, 1e-5) << n;
    table_->accumulate(values.data(), sums.data(), n);
    for (std::size_t i = 0; i < n; ++i) EXPECT_FLOAT_EQ(sums[i], 1 + values[i]);
  }
}

TEST_P(TilesTest, FindsWhatIsNotFinite) {
  std::vector<float> values(64, std::numeric_limits<float>::max());
  EXPECT_TRUE(table_->all_finite(values.data(), values.size()));
  for (const float bad : {std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity(), std::nanf("")}) {
    for (const std::size_t at : {0, 17, 63}) {
      std::vector<float> broken = values;
      broken[at] = bad;
      EXPECT_FALSE(table_->all_finite(broken.data(), broken.size())) << bad << " at " << at;
    }
  }
}

std::string NameOfTable(const ::testing::TestParamInfo<const TileTable* (*)()>& info) {
  constexpr const char* kNames[] = {"baseline", "avx2", "avx512"};
  return kNames[info.index];
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, TilesTest,
                         ::testing::Values(&BaselineTiles, &Avx2Tiles, &Avx512Tiles), NameOfTable);

TEST(TilesChoice, TakesATableThatIsComplete) {
  for (const TileFunction function : Tiles().ops) EXPECT_NE(function, nullptr);
}

}  // namespace
}  // namespace actsearch::kernels::cpu
