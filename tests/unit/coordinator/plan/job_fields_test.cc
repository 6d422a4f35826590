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
    const FieldValue value = field.initial;
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
  EXPECT_THAT(FieldOf<std::vector<std::int64_t>>(spec.task.fields, "hidden"), ElementsAre(4, 5));
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
  EXPECT_THAT(SectionNames(), ElementsAre("name", "space", "strategy", "task", "sites", "gates",
                                          "hurdles", "search", "racing", "finals",
                                          "confirm"));
  const JobSpec spec;
  EXPECT_THAT(FieldNames(spec, "hurdles"), ElementsAre("schedule", "rungs", "keep", "count",
                                                       "eta", "min_observed"));
  EXPECT_TRUE(FieldNames(spec, "name").empty());
  EXPECT_EQ(KindOf(spec, "strategy.anything"), FieldKind::kNumber);
  EXPECT_FALSE(KindOf(spec, "nothing.anything"));
}

TEST(JobFields, ATaskHasFieldsOfItsOwn) {
  JobSpec spec;
  EXPECT_THAT(FieldNames(spec, "task"), Contains("hidden"));
  EXPECT_EQ(KindOf(spec, "task.hidden"), FieldKind::kIntegers);
  EXPECT_TRUE(SetField(spec, "task.hidden", std::vector<std::int64_t>{4}));
  const auto beyond = SetField(spec, "task.hidden", std::vector<std::int64_t>{5000});
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().message,
            "task.hidden: 5000 is out of bounds; allowed: 1 to 4096");
  EXPECT_TRUE(SetField(spec, "task.name", std::string("mlp")));
  EXPECT_FALSE(spec.task.fields.empty()) << "the same task";
  EXPECT_TRUE(SetField(spec, "task.name", std::string("noop")));
  EXPECT_TRUE(spec.task.fields.empty()) << "they were another task's";
  EXPECT_THAT(FieldNames(spec, "task"), Not(Contains("hidden")));
  const auto unknown = SetField(spec, "task.hidden", std::vector<std::int64_t>{4});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("unknown field of section 'task' 'hidden'"));
}

TEST(JobFields, WhoSpellsAsBeforeIsToldHowNow) {
  JobSpec spec;
  const auto slots = SetField(spec, "space.slots", std::int64_t{2});
  ASSERT_FALSE(slots);
  EXPECT_EQ(slots.error().message,
            "space.slots: one candidate for each site is sites.share: false now");
  const auto norm = SetField(spec, "task.normalization", std::string("batch"));
  ASSERT_FALSE(norm);
  EXPECT_EQ(norm.error().message,
            "task.normalization: batch normalization is sites.fill: [norm=batch_norm] now");
}

TEST(JobFields, WhatALogSaysIsTakenAsFarAsItIsKnown) {
  JobSpec spec;
  PutLoggedField(spec, "strategy.name", std::string("of_tomorrow"));
  PutLoggedField(spec, "strategy.warmth", std::int64_t{3});
  PutLoggedField(spec, "search.candidates", std::int64_t{100'000'000});
  PutLoggedField(spec, "search.seed", std::string("eleven"));
  PutLoggedField(spec, "task.depth", std::int64_t{7});
  PutLoggedField(spec, "weather.rain", true);
  PutLoggedField(spec, "search.ordering", std::string("by_mood"));
  EXPECT_EQ(spec.strategy.name, "of_tomorrow");
  EXPECT_EQ(spec.strategy.options.at("warmth"), 3);
  EXPECT_EQ(spec.search.candidates, 100'000'000u);
  EXPECT_EQ(spec.search.seed, SearchSpec().seed);
  EXPECT_EQ(spec.search.ordering, Ordering::kIndex);
  EXPECT_EQ(FieldOf<std::int64_t>(spec.task.fields, "depth"), 7);
}

}  // namespace
}  // namespace actsearch::plan
