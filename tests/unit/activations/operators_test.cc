#include "search_spaces/activations/operators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "search_spaces/space.h"

namespace actsearch::activations {
namespace {

TEST(Operators, AreThoseOfTheSwishSpace) {
  int unary = 0;
  int binary = 0;
  for (const OperatorRow& row : Operators().Rows()) ++(row.slots == 1 ? unary : binary);
  EXPECT_EQ(unary, 25);
  EXPECT_EQ(binary, 10);
}

TEST(Operators, HaveNamesDocsAndWeights) {
  std::set<std::string_view> names;
  for (const OperatorRow& row : Operators().Rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.doc.empty()) << row.name;
    EXPECT_GT(row.weight, 0) << row.name;
  }
}

// Every template parses: a space of this operator alone can be made and sampled.
TEST(Operators, EachMakesASpaceOfItsOwn) {
  for (const OperatorRow& row : Operators().Rows()) {
    const auto space = MakeSpace({.operators = {std::string(row.name)}});
    ASSERT_TRUE(space.has_value()) << row.name;
    Rng rng(1);
    const Candidate sample = (*space)->Sample(rng);
    EXPECT_TRUE((*space)->Parse(sample.text)) << row.name << ": " << sample.text;
  }
}

}  // namespace
}  // namespace actsearch::activations
