#include "cli/output.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace actsearch::cli {
namespace {

TEST(Output, JsonKeepsOrderAndBits) {
  const double third = 1.0 / 3;
  const Document document = {{"b", third}, {"a", 0.1}, {"n", std::nan("")}, {"s", "x\n"}};
  const std::string json = ToJson(document);
  EXPECT_EQ(
      json,
      "{\n  \"b\": 0.3333333333333333,\n  \"a\": 0.1,\n  \"n\": null,\n  \"s\": \"x\\n\"\n}\n");
  EXPECT_EQ(Document::parse(json)["b"].get<double>(), third);
}

TEST(Output, JsonSurvivesBytesThatAreNotText) {
  EXPECT_EQ(ToJson(Document("a\xff")), "\"a\xEF\xBF\xBD\"\n");
}

TEST(Output, YamlQuotesWhatIsNotPlain) {
  const Document document = {
      {"plain", "swish"},      {"formula", "x * sigmoid(x)"},
      {"flag", "true"},        {"no", "no"},
      {"number", "1e3"},       {"empty", ""},
      {"list", {1, 2}},        {"none", Document::array()},
      {"map", {{"inner", 1}}}, {"rows", {{{"a", 1}, {"b", {1.5}}}, {{"a", 2}}}}};
  EXPECT_EQ(ToYaml(document),
            "plain: swish\n"
            "formula: \"x * sigmoid(x)\"\n"
            "flag: \"true\"\n"
            "\"no\": \"no\"\n"
            "number: \"1e3\"\n"
            "empty: \"\"\n"
            "list: [1, 2]\n"
            "none: []\n"
            "map:\n"
            "  inner: 1\n"
            "rows:\n"
            "  - a: 1\n"
            "    b: [1.5]\n"
            "  - a: 2\n");
}

TEST(Output, TableAlignsAndDisarmsCells) {
  Table table({{"NAME"}, {"N", true}, {"END"}});
  table.Add({"a", "100", "x"});
  table.Add({"\xC3\xA9t\xC3\xA9", "7", "\x1b[31m"});
  EXPECT_EQ(table.ToText(),
            "NAME    N  END\n"
            "a     100  x\n"
            "\xC3\xA9t\xC3\xA9     7  ?[31m\n");
}

TEST(Output, NumbersAndDurationsForPeople) {
  EXPECT_EQ(Short(0.123456), "0.1235");
  EXPECT_EQ(Short(std::numeric_limits<double>::infinity()), "-");
  EXPECT_EQ(Duration(0.0123), "12.3 ms");
  EXPECT_EQ(Duration(3.42), "3.4 s");
  EXPECT_EQ(Duration(125), "2m05s");
  EXPECT_EQ(Duration(3720), "1h02m");
  EXPECT_EQ(Duration(-1), "-");
}

}  // namespace
}  // namespace actsearch::cli
