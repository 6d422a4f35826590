#include "search_spaces/activations/shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "search_spaces/activations/fillings.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"

namespace actsearch::activations {
namespace {

using ::testing::StartsWith;

std::string ErrorOf(std::string_view text) {
  const auto shape = ParseShape(text);
  if (shape) return "no error";
  EXPECT_EQ(shape.error().code, ErrorCode::kInvalid);
  return shape.error().message;
}

Fillings FillingsOf(std::string_view text, std::vector<std::string> unary,
                    std::vector<std::string> binary) {
  auto operators = ChooseOperators({.unary = std::move(unary), .binary = std::move(binary)});
  return Fillings::Make(*ParseShape(text), *std::move(operators)).value();
}

// All fillings, as written.
std::vector<std::string> AllOf(const Fillings& fillings) {
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < fillings.Size(); ++i) {
    texts.push_back(expr::Print(fillings.Build(fillings.At(i))));
  }
  return texts;
}

TEST(ParseShape, NumbersSlotsInTheOrderOfTheText) {
  const auto shape = ParseShape("binary(unary(binary(unary(x), x)), 2 * unary(x)) + unary(x)");
  ASSERT_TRUE(shape) << shape.error().message;
  std::vector<std::size_t> arities;
  for (const FormulaShape::Slot& slot : shape->slots) arities.push_back(slot.args.size());
  EXPECT_EQ(arities, (std::vector<std::size_t>{2, 1, 2, 1, 1, 1}));
  EXPECT_EQ(shape->parts[0].slots, (std::vector<std::size_t>{0, 5}));
}

// Two slots that read alike are two slots.
// As other tools write formulas, and with slots where their where() stands.
TEST(ParseShape, ReadsTheSpellingsOfFormulas) {
  const Fillings fillings =
      FillingsOf("where(unary(x) > 0, np.sqrt(x), b \u00d7 x) where b: layer = 0.1", {"neg"}, {});
  EXPECT_THAT(AllOf(fillings),
              ::testing::ElementsAre("select(step(-x), sqrt(x), p0 * x) where p0: layer = 0.1"));
  EXPECT_THAT(ErrorOf("unary(x) \u2212 \u03c3(x)"), StartsWith("column 12: cannot read"));
}

TEST(Fillings, FillEverySlotByItself) {
  EXPECT_THAT(
      AllOf(FillingsOf("binary(unary(x), unary(x))", {"tanh", "sin"}, {"add", "max"})),
      testing::ElementsAre("tanh(x) + tanh(x)", "tanh(x) + sin(x)", "sin(x) + tanh(x)",
                           "sin(x) + sin(x)", "max(tanh(x), tanh(x))", "max(tanh(x), sin(x))",
                           "max(sin(x), tanh(x))", "max(sin(x), sin(x))"));
}

TEST(Fillings, KeepConcretePartsAndNesting) {
  EXPECT_THAT(AllOf(FillingsOf("x * unary(2 - x)", {"tanh", "relu"}, {})),
              testing::ElementsAre("x * tanh(2 - x)", "x * relu(2 - x)"));
  EXPECT_THAT(AllOf(FillingsOf("unary(unary(x))", {"tanh", "neg"}, {})),
              testing::ElementsAre("tanh(tanh(x))", "tanh(-x)", "-tanh(x)", "--x"));
  EXPECT_THAT(AllOf(FillingsOf("t + unary(t) where t := tanh(x)", {"sin"}, {})),
              testing::ElementsAre("tanh(x) + sin(tanh(x))"));
}

// A declared parameter is one, wherever it stands; one of an operator is new each time.
TEST(Fillings, ShareDeclaredParametersOnly) {
  EXPECT_THAT(AllOf(FillingsOf("b * unary(b * x) where b: layer = 2", {"tanh"}, {})),
              testing::ElementsAre("p0 * tanh(p0 * x) where p0: layer = 2"));
  EXPECT_THAT(AllOf(FillingsOf("unary(x) + unary(x)", {"scale"}, {})),
              testing::ElementsAre("x * p0 + x * p1 where p0: channel = 1, p1: channel = 1"));
}

TEST(Fillings, AreAllDifferent) {
  const Fillings fillings = FillingsOf("binary(unary(x), unary(binary(x, unary(x))))",
                                       {"tanh", "sin", "neg"}, {"add", "max"});
  ASSERT_EQ(fillings.Size(), 3u * 3 * 3 * 2 * 2);
  const std::vector<std::string> texts = AllOf(fillings);
  EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), fillings.Size());
}

TEST(Fillings, AreLimitedInNumber) {
  const auto make = [](std::string_view text, const SpaceSpec& spec) {
    const auto fillings = Fillings::Make(*ParseShape(text), *ChooseOperators(spec));
    return fillings ? "no error" : fillings.error().message;
  };
  EXPECT_THAT(make("unary(unary(unary(unary(unary(unary(x))))))", {}),
              StartsWith("space.shape: more than 67108864 fillings; name fewer operators"));
  EXPECT_THAT(
      make("binary(x, unary(x))", {.operators = {"tanh"}}),
      StartsWith("space.shape: no operator is allowed for its slot 'binary(...)'; allow one"));
}

struct Bad {
  const char* name;
  const char* text;
  const char* error;  // the message begins so
};

class BadShape : public testing::TestWithParam<Bad> {};

TEST_P(BadShape, IsToldWithColumnAndRemedy) {
  EXPECT_THAT(ErrorOf(GetParam().text), StartsWith(GetParam().error));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadShape,
    testing::Values(
        Bad{"NoSlot", "x * tanh(x)", "column 1: no slot is in the shape; write unary(...) or"},
        Bad{"Empty", "", "column 1: expected a number, a name or '(', met the end"},
        Bad{"Misspelt", "binary(unary(x), unray(x))",
            "column 18: unknown slot 'unray'; did you mean 'unary'?"},
        Bad{"UnknownPrimitive", "unary(tnah(x))",
            "column 7: unknown primitive 'tnah'; did you mean 'tanh'?"},
        Bad{"UnknownName", "x * unary(y)",
            "column 11: unknown name 'y'; known: x, u, pi; a parameter"},
        Bad{"SecondInput", "unary(x) * u", "column 12: 'u' is the second input; a shape is a"},
        Bad{"Reduction", "unary(x - mean{c}(x))", "column 15: a reduction; a shape is a"},
        Bad{"BareSlot", "x * unary",
            "column 5: 'unary' is a slot and takes arguments, as in 'unary(x)'"},
        Bad{"OneArgument", "1 + binary(unary(x))", "column 5: 'binary' takes 2 arguments, met 1"},
        Bad{"TwoArguments", "unary(x, x)", "column 1: 'unary' takes 1 argument, met 2"},
        Bad{"NoArgument", "x * unary()", "column 11: 'unary' lacks an argument here"},
        Bad{"EmptyArgument", "binary(, x)", "column 8: 'binary' lacks an argument here"},
        Bad{"NotClosed", "x * unary(tanh(x)", "column 18: expected ')' of 'unary(', met the end"},
        Bad{"ClosedTwice", "unary(x)) + 2", "column 9: expected an operator, 'where' or the end"},
        Bad{"BrokenArgument", "binary(x +, unary(x))",
            "column 11: expected a number, a name or '(', met ','"},
        Bad{"BrokenEnd", "unary(x) +", "column 11: expected a number, a name or '(', met the end"},
        Bad{"BrokenBeforeWhere", "unary(x) + where b: layer = 1",
            "column 12: expected a number, a name or '(', met 'where'"},
        Bad{"WrongWhere", "b * unary(x) where b: chanel = 1",
            "column 23: expected a shape, 'layer', 'channel' or 'group(4)', met 'chanel'"},
        Bad{"SlotInWhere", "t * t where t := unary(x)",
            "column 18: 'unary' is a slot, and the where clause holds none"},
        Bad{"TooMany",
            "unary(unary(unary(unary(unary(unary(unary(unary(unary(unary(unary(unary(unary(unary("
            "unary(unary(unary(x)))))))))))))))))",
            "column 97: more than 16 slots"}),
    [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace actsearch::activations
