#include "search_spaces/activations/zoo.h"

#include <gtest/gtest.h>

#include <cctype>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::activations {
namespace {

using expr::Expr;

// Expected values at -2, -1, 0, 1, 2 to nine significant digits, and the
// parameters at which they hold where these are not the initial ones.
struct Golden {
  std::vector<double> values;
  std::map<std::string, double> parameters;
};

std::map<std::string, Golden> ReadGolden() {
  std::ifstream file(ACTSEARCH_GOLDEN_DIR "/zoo_values.tsv");
  std::map<std::string, Golden> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    Golden& row = rows[name];
    for (int i = 0; i < 5; ++i) words >> row.values.emplace_back();
    for (std::string setting; words >> setting;) {
      const std::size_t equals = setting.find('=');
      row.parameters[setting.substr(0, equals)] = std::stod(setting.substr(equals + 1));
    }
  }
  return rows;
}

std::vector<double> ParametersFor(const Expr& e, const Golden& golden) {
  std::vector<double> values = expr::InitialParameters(e);
  for (const auto& [name, value] : golden.parameters) {
    bool found = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (e.parameters[i].name != name) continue;
      values[i] = value;
      found = true;
    }
    EXPECT_TRUE(found) << "no parameter " << name;
  }
  return values;
}

TEST(Zoo, HasAtLeastFortyRowsWithStableNames) {
  EXPECT_GE(Zoo().Rows().size(), 40u);
  std::set<std::string_view> names;
  for (const ZooRow& row : Zoo().Rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    for (const unsigned char c : row.name) {
      EXPECT_TRUE(std::islower(c) || std::isdigit(c) || c == '_') << row.name;
    }
    EXPECT_FALSE(row.title.empty()) << row.name;
    EXPECT_FALSE(row.citation.empty()) << row.name;
  }
}

TEST(Zoo, EveryFormulaParsesAndRoundTrips) {
  for (const ZooRow& row : Zoo().Rows()) {
    const auto e = expr::Parse(row.formula);
    ASSERT_TRUE(e.has_value()) << row.name << ": " << e.error().message;
    EXPECT_EQ(*expr::Parse(expr::Print(*e)), *e) << row.name;
    const Expr canonical = expr::Canonical(*e);
    EXPECT_EQ(*expr::Parse(expr::Print(canonical)), canonical) << row.name;
  }
}

TEST(Zoo, ValuesMatchTheLiteratureTable) {
  const auto golden = ReadGolden();
  for (const ZooRow& row : Zoo().Rows()) {
    const auto expected = golden.find(std::string(row.name));
    ASSERT_NE(expected, golden.end()) << row.name << " has no row in zoo_values.tsv";
    const Expr e = expr::Parse(row.formula).value();
    const std::vector<double> parameters = ParametersFor(e, expected->second);
    for (int i = 0; i < 5; ++i) {
      const double want = expected->second.values[i];
      const double got = expr::Evaluate(e, i - 2, parameters);
      // Half a unit of the ninth digit; absolutely where terms of size 1 cancel.
      EXPECT_NEAR(got, want, 5.01e-9 * std::fabs(want) + 1e-13) << row.name << " at " << i - 2;
    }
  }
  EXPECT_EQ(golden.size(), Zoo().Rows().size()) << "a golden row without a zoo row";
}

// Simplification must keep every known function.
TEST(Zoo, CanonicalFormsHaveTheSameValues) {
  for (const ZooRow& row : Zoo().Rows()) {
    const Expr e = expr::Parse(row.formula).value();
    const Expr canonical = expr::Canonical(e);
    for (double x = -6; x <= 6; x += 0.37) {
      const double want = expr::Evaluate(e, x, expr::InitialParameters(e));
      const double got = expr::Evaluate(canonical, x, expr::InitialParameters(canonical));
      EXPECT_NEAR(got, want, 1e-9 * (1 + std::fabs(want))) << row.name << " at " << x;
    }
  }
}

}  // namespace
}  // namespace actsearch::activations
