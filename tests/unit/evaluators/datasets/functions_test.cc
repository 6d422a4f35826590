// Families of known functions: values against numbers of other programs, ranges, references.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>

#include "evaluators/datasets/dataset.h"
#include "evaluators/datasets/feynman_equations.h"
#include "tests/unit/evaluators/datasets/subset_values.h"

namespace actsearch::datasets {
namespace {

Fields FieldsFor(const std::string& dataset, const Fields& given = {}) {
  return *CompleteFields("task", (*catalogue::Datasets().Find(dataset))->fields, given);
}

std::unique_ptr<const Dataset> Load(const std::string& dataset, const Fields& given = {}) {
  auto data = LoadDataset(dataset, {.fields = FieldsFor(dataset, given)});
  EXPECT_TRUE(data) << data.error().message;
  return *std::move(data);
}

// tests/golden/feynman_values.tsv: name, value, variables; by mpmath from the equations' texts.
TEST(FeynmanEquations, HaveTheValuesOfTheirTexts) {
  std::ifstream file(ACTSEARCH_SOURCE_DIR "/tests/golden/feynman_values.tsv");
  std::map<std::string, int> seen;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream cells(line);
    std::string name;
    double value = 0;
    cells >> name >> value;
    std::vector<double> variables;
    for (double v; cells >> v;) variables.push_back(v);
    const auto equation = std::ranges::find(kEquations, name, &Equation::name);
    ASSERT_NE(equation, std::end(kEquations)) << name;
    ASSERT_EQ(equation->variables.size(), variables.size()) << name;
    EXPECT_NEAR(equation->value(variables.data()), value, 1e-12 * std::abs(value)) << name;
    ++seen[name];
  }
  EXPECT_EQ(seen.size(), std::size(kEquations));
  EXPECT_GE(seen.size(), 20U);
}

TEST(FeynmanEquations, AreFiniteInBothRanges) {
  for (const Equation& equation : kEquations) {
    const Fields fields = {{"equation", std::string(equation.name)},
                           {"examples", std::int64_t{2000}}};
    const auto data = Load("feynman", fields);
    EXPECT_EQ(data->Facts().inputs.shape.channels,
              static_cast<std::int64_t>(equation.variables.size()));
    for (const Subset subset : catalogue::kSubsets) {
      for (const float value : ValuesOf(*data, subset).targets) {
        ASSERT_TRUE(std::isfinite(value)) << equation.name;
      }
    }
  }
}

// What a straight line costs, of the variance.
double LinearLoss(const Dataset& data) {
  for (const catalogue::Reference& reference : data.Facts().references) {
    if (reference.name == "linear") {
      return reference.losses[static_cast<std::size_t>(Subset::kFinal)];
    }
  }
  return -1;
}

TEST(Teacher, AnswersWithItsHiddenFunction) {
  const auto teacher = [](const char* function) {
    return Load("teacher", {{"function", std::string(function)},
                            {"units", std::int64_t{3}},
                            {"variables", std::int64_t{2}}});
  };
  EXPECT_NEAR(LinearLoss(*teacher("3 * x + 1")), 0, 1e-6);
  EXPECT_GT(LinearLoss(*teacher("square(x)")), 0.1);
  EXPECT_NE(teacher("sin(x)")->Facts().digest, teacher("cos(x)")->Facts().digest);
}

TEST(Teacher, SaysWhatIsWrongWithItsFunction) {
  for (const auto& [function, what] : {std::pair("sin(", "task.function: column"),
                                       {"log(x)", "task.function: 'log(x)' is not finite"}}) {
    const auto data = LoadDataset(
        "teacher", {.fields = FieldsFor("teacher", {{"function", std::string(function)}})});
    ASSERT_FALSE(data) << function;
    EXPECT_EQ(data.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(data.error().message, testing::HasSubstr(what));
  }
}

// Every far point lies outside the box of the near ones, in each variable.
TEST(Functions, FarPointsLieOutsideTheRangeOfTheTraining) {
  for (const std::string name : {"polynomials", "harmonics", "feynman"}) {
    const Fields given = name == "feynman" ? Fields{{"equation", std::string("I.12.11")}}
                                           : Fields{{"variables", std::int64_t{3}}};
    const auto data = Load(name, given);
    const SubsetValues train = ValuesOf(*data, Subset::kTrain);
    for (std::size_t k = 0; k < train.size; ++k) {
      float least = train.inputs[k], largest = least;
      for (const Subset subset : {Subset::kTrain, Subset::kSearch, Subset::kFinal}) {
        const SubsetValues near = ValuesOf(*data, subset);
        for (std::size_t i = k; i < near.inputs.size(); i += near.size) {
          least = std::min(least, near.inputs[i]);
          largest = std::max(largest, near.inputs[i]);
        }
      }
      for (const Subset subset :
           {Subset::kFarSearch, Subset::kFarSelect, Subset::kFarFinal}) {
        const SubsetValues far = ValuesOf(*data, subset);
        for (std::size_t i = k; i < far.inputs.size(); i += far.size) {
          EXPECT_TRUE(far.inputs[i] < least || far.inputs[i] > largest) << name;
        }
      }
    }
  }
}

TEST(Functions, SubsetsAreDisjointAndHaveTheirSizes) {
  const auto data = Load("harmonics", {{"examples", std::int64_t{2000}}});
  EXPECT_THAT(data->Facts().Rows(), testing::ElementsAre(2000, 500, 500, 500, 500, 500, 500));
  std::vector<float> all;
  for (const Subset subset : catalogue::kSubsets) {
    const SubsetValues values = ValuesOf(*data, subset);
    all.insert(all.end(), values.inputs.begin(), values.inputs.end());
  }
  std::ranges::sort(all);
  EXPECT_LT(static_cast<std::size_t>(all.size() - (std::ranges::unique(all).begin() - all.begin())),
            5U)
      << "but for a few equal floats";
}

TEST(Functions, TheSeedChoosesTheFunction) {
  for (const std::string name : {"polynomials", "harmonics"}) {
    const auto one = Load(name), again = Load(name);
    const auto other = Load(name, {{"seed", std::int64_t{2}}});
    EXPECT_EQ(one->Facts(), again->Facts());
    EXPECT_NE(one->Facts().digest, other->Facts().digest);
  }
}

// A straight line is fitted exactly by least squares; the mean costs the variance, which is 1
// on the training by standardisation.
TEST(Functions, ReferencesAreTheMeanAndTheStraightLine) {
  const auto line =
      Load("polynomials", {{"degree", std::int64_t{1}}, {"variables", std::int64_t{3}}});
  const auto& references = line->Facts().references;
  ASSERT_EQ(references.size(), 2U);
  EXPECT_EQ(references[0].name, "mean");
  EXPECT_EQ(references[1].name, "linear");
  EXPECT_NEAR(references[0].losses[0], 1, 1e-9);
  EXPECT_NEAR(references[0].losses[1], 1, 0.1);
  EXPECT_GT(references[0].losses[static_cast<std::size_t>(Subset::kFarFinal)], 1.5);
  for (const double loss : references[1].losses) EXPECT_LT(loss, 1e-12);
}

TEST(Functions, TooManyTermsAreRefused) {
  const auto data = LoadDataset(
      "polynomials", {.fields = FieldsFor("polynomials", {{"degree", std::int64_t{10}},
                                                          {"variables", std::int64_t{8}}})});
  ASSERT_FALSE(data);
  EXPECT_THAT(data.error().message, testing::HasSubstr("task.degree: 43757 terms"));
}

}  // namespace
}  // namespace actsearch::datasets
