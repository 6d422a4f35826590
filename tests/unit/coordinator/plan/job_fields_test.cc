#include "coordinator/plan/job_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace actsearch::plan {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(JobFields, EveryRowIsDocumentedAndItsDefaultIsInBounds) {
  std::set<std::string_view> names;
  for (const Field& field : JobFields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_FALSE(field.doc.empty()) << field.name;
    EXPECT_FALSE(BoundsText(field).empty()) << field.name;
    const auto ok = CheckField(field, JobSpec{});
    EXPECT_TRUE(ok) << ok.error().message;
  }
  EXPECT_GT(names.size(), 30u);
}

TEST(JobFields, SettingAFieldReadsBack) {
  for (const Field& field : JobFields()) {
    JobSpec spec;
    const FieldValue value = DefaultOf(field);
    const auto ok = SetField(spec, field.name, value);
    EXPECT_TRUE(ok) << ok.error().message;
    EXPECT_EQ(spec, JobSpec{}) << field.name << " set another field";
    EXPECT_EQ(static_cast<FieldKind>(value.index()), field.kind) << field.name;
  }
}

TEST(JobFields, SetsEachKind) {
  JobSpec spec;
  EXPECT_TRUE(SetField(spec, "name", std::string("mine")));
  EXPECT_TRUE(SetField(spec, "search.candidates", std::int64_t{12}));
  EXPECT_TRUE(SetField(spec, "task.learning_rate", std::int64_t{1}));
  EXPECT_TRUE(SetField(spec, "gates.probes", false));
  EXPECT_TRUE(SetField(spec, "task.hidden", std::vector<std::int64_t>{4, 5}));
  EXPECT_TRUE(SetField(spec, "finals.learning_rates", std::vector<std::int64_t>{1, 2}));
  EXPECT_TRUE(SetField(spec, "finals.baselines", std::vector<std::int64_t>{}));
  EXPECT_TRUE(SetField(spec, "search.ordering", std::string("arrival")));
  EXPECT_TRUE(SetField(spec, "strategy.population", std::int64_t{8}));
  EXPECT_EQ(spec.name, "mine");
  EXPECT_EQ(spec.search.candidates, 12u);
  EXPECT_EQ(spec.task.learning_rate, 1);
  EXPECT_FALSE(spec.gates.probes);
  EXPECT_THAT(spec.task.hidden, ElementsAre(4, 5));
  EXPECT_THAT(spec.finals.learning_rates, ElementsAre(1, 2));
  EXPECT_TRUE(spec.finals.baselines.empty());
  EXPECT_EQ(spec.search.ordering, Ordering::kArrival);
  EXPECT_EQ(spec.strategy.options.at("population"), 8);
}

TEST(JobFields, WrongKindsAndValuesChangeNothing) {
  const auto error_of = [](std::string_view name, const FieldValue& value) {
    JobSpec spec;
    const auto ok = SetField(spec, name, value);
    EXPECT_EQ(spec, JobSpec{});
    return ok ? std::string("no error") : ok.error().message;
  };
  EXPECT_EQ(error_of("search.candidates", 1.5), "search.candidates: '1.5' is not a whole number");
  EXPECT_EQ(error_of("task.hidden", std::int64_t{5}),
            "task.hidden: '5' is not a list of whole numbers");
  EXPECT_EQ(error_of("gates.probes", std::string("yes")),
            "gates.probes: 'yes' is not true or false");
  EXPECT_EQ(error_of("space.operators", std::string()),
            "space.operators: '' is not a list of texts");
  EXPECT_THAT(error_of("search.ordering", std::string("indx")), HasSubstr("'index'"));
  EXPECT_THAT(error_of("search.seeds", std::int64_t{1}),
              HasSubstr("unknown field of section 'search' 'seeds'; did you mean 'seed'?"));
  EXPECT_THAT(error_of("search", std::int64_t{1}), HasSubstr("search"));
  EXPECT_THAT(error_of("strategy.", 1.0), HasSubstr("known: name"));
}

TEST(JobFields, ValuesAreReadAsPeopleWriteThem) {
  EXPECT_EQ(ValueFromText(FieldKind::kInteger, "+12"), FieldValue(std::int64_t{12}));
  EXPECT_EQ(ValueFromText(FieldKind::kNumber, "1e-3"), FieldValue(1e-3));
  EXPECT_EQ(ValueFromText(FieldKind::kFlag, "true"), FieldValue(true));
  EXPECT_EQ(ValueFromText(FieldKind::kText, "12"), FieldValue(std::string("12")));
  EXPECT_EQ(ValueFromTexts(FieldKind::kIntegers, std::vector<std::string>{"1", "2"}),
            FieldValue(std::vector<std::int64_t>{1, 2}));
  for (const std::string_view bad : {"", "1.5", "1x", "0x10", "9223372036854775808", "one"}) {
    const auto value = ValueFromText(FieldKind::kInteger, bad);
    ASSERT_FALSE(value) << bad;
    EXPECT_THAT(value.error().message, HasSubstr("is not a whole number"));
  }
  EXPECT_FALSE(ValueFromText(FieldKind::kFlag, "yes"));
  EXPECT_FALSE(ValueFromText(FieldKind::kNumbers, "1"));
  EXPECT_FALSE(ValueFromTexts(FieldKind::kNumber, std::vector<std::string>{"1"}));
  EXPECT_FALSE(ValueFromTexts(FieldKind::kNumbers, std::vector<std::string>{"1", "b"}));
}

TEST(JobFields, SectionsFollowTheDocumentation) {
  EXPECT_THAT(SectionNames(), ElementsAre("name", "space", "strategy", "task", "gates", "hurdles",
                                          "search", "finals"));
  EXPECT_THAT(FieldNames("hurdles"), ElementsAre("schedule", "rungs", "keep", "count",
                                                 "eta", "min_observed"));
  EXPECT_TRUE(FieldNames("name").empty());
  EXPECT_EQ(KindOf("strategy.anything"), FieldKind::kNumber);
  EXPECT_FALSE(KindOf("nothing.anything"));
}

}  // namespace
}  // namespace actsearch::plan
