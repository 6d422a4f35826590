// Candidates at chosen sites of a network, other parts elsewhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/evaluators/evaluator_bed.h"

namespace actsearch::evaluators {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(EvaluatorTest, EachSiteMayHaveItsOwnCandidate) {
  const auto loss = [](std::string candidates, bool share = false) {
    Trial trial = SmallMlp(std::move(candidates));
    trial.sites.share = share;
    return Evaluate(trial).Loss();
  };
  const double relu = loss("relu(x)", true);
  EXPECT_EQ(loss("relu(x); relu(x)"), relu);
  EXPECT_EQ(loss("relu(x)"), relu);
  EXPECT_NE(loss("relu(x); tanh(x)"), relu);
  EXPECT_NE(loss("relu(x); tanh(x)"), loss("tanh(x); relu(x)"));

  Trial wrong = SmallMlp("relu(x); tanh(x); relu(x)");
  wrong.sites.share = false;
  EXPECT_THAT(ErrorOf(wrong), AllOf(HasSubstr("3 candidates"), HasSubstr("2 searched sites")));
  wrong.candidate = "relu(x); 2 * x";
  const Outcome rejected = Evaluate(wrong);
  EXPECT_EQ(rejected.rejection->rule, "linear");
  EXPECT_THAT(rejected.rejection->detail, HasSubstr("candidate 2: "));
}

TEST_F(EvaluatorTest, SomeSitesMayBeSearchedAndOthersFilled) {
  Trial both = SmallMlp("relu(x); tanh(x)");
  both.sites.share = false;
  const double expected = Evaluate(both).Loss();
  Trial one = SmallMlp("relu(x)");
  one.sites.searched = {"layer1.activation"};
  one.sites.fill = {"layer2.activation=tanh"};
  EXPECT_EQ(Evaluate(one).Loss(), expected);
  one.sites.fill = {"activation=tanh"};
  EXPECT_EQ(Evaluate(one).Loss(), expected) << "a role fills all that are not searched";
  one.sites.fill = {"activation=gelu", "layer2.activation=tanh(x)"};
  EXPECT_EQ(Evaluate(one).Loss(), expected) << "a site's own wish counts more";
  one.sites.fill = {};
  EXPECT_NE(Evaluate(one).Loss(), expected) << "relu stands there by itself";
}

}  // namespace
}  // namespace actsearch::evaluators
