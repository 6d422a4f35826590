// Logs that were not written by this plan.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "coordinator/plan/event.h"
#include "tests/unit/coordinator/plan/plan_bed.h"

namespace actsearch::plan {
namespace {

using ::testing::HasSubstr;

std::string ReplayError(Plan plan, const std::vector<Event>& events) {
  for (const Event& event : events) {
    const auto ok = plan.Replay(event);
    if (ok) continue;
    EXPECT_EQ(ok.error().code, ErrorCode::kCorrupt);
    return ok.error().message;
  }
  return "no error";
}

TEST(PlanReplay, OtherProposalsAreCorruptWithBothTexts) {
  const JobSpec spec = SearchOnly(3);
  const auto events = MakePlan(spec, {1, 2, 3}).Advance();
  EXPECT_EQ(ReplayError(MakePlan(spec, {1, 2, 3}), events), "no error");
  EXPECT_THAT(ReplayError(MakePlan(spec, {1, 7, 3}), events),
              ::testing::AllOf(HasSubstr("trial 1"), HasSubstr(R"("candidate":"2")"),
                               HasSubstr(R"("candidate":"7")")));
  JobSpec other_seed = spec;
  other_seed.search.seed = 99;
  EXPECT_THAT(ReplayError(MakePlan(other_seed, {1, 2, 3}), events), HasSubstr("trial 0"));
  const Created created{.spec_json = JobSpecToJson(*CheckJobSpec(spec))};
  EXPECT_EQ(ReplayError(MakePlan(spec, {1, 2, 3}), {created}), "no error");
  EXPECT_THAT(ReplayError(MakePlan(other_seed, {1, 2, 3}), {created}), HasSubstr("created with"));
}

TEST(PlanReplay, EventsOutOfPlaceAreCorrupt) {
  const JobSpec spec = SearchOnly(4);
  const auto events = MakePlan(spec, {1, 1, 3}).Advance();  // 1 repeats 0
  const auto error_after = [&](const std::vector<Event>& more) {
    std::vector<Event> all = events;
    all.insert(all.end(), more.begin(), more.end());
    return ReplayError(MakePlan(spec, {1, 1, 3}), all);
  };
  Outcome repeated = Scored(1);
  repeated.status = Status::kDuplicate;
  repeated.duplicate_of = 0;
  EXPECT_EQ(error_after({Observed{0, Scored(1)}, Observed{1, repeated}}), "no error");
  EXPECT_THAT(error_after({Observed{1, repeated}}), HasSubstr("before the trial that it repeats"));
  EXPECT_THAT(error_after({Observed{0, Scored(2)}, Observed{1, repeated}}), HasSubstr("derives"));
  EXPECT_THAT(error_after({Observed{2, repeated}}), HasSubstr("repeats no trial"));
  EXPECT_THAT(error_after({Observed{0, Scored(1)}, Observed{0, Scored(1)}}), HasSubstr("twice"));
  EXPECT_THAT(error_after({Observed{9, Scored(1)}}), HasSubstr("before it was proposed"));
  EXPECT_THAT(error_after({Attempted{9, Ended(AttemptEnd::kLost, "a")}}), HasSubstr("not open"));
  EXPECT_THAT(error_after({Checked{}}), HasSubstr("nobody asked"));
  EXPECT_THAT(error_after({Proposed{.index = 3}}), HasSubstr("before the outcomes"));
  EXPECT_THAT(error_after({Changed{"done"}}), HasSubstr("trials to come"));
  EXPECT_THAT(error_after({Changed{"sleepy"}}), HasSubstr("'sleepy'"));
  EXPECT_THAT(error_after({Changed{"extended", 1}}), HasSubstr("extended to 1"));
  EXPECT_THAT(error_after({Changed{"cancelled"}, Observed{0, Scored(1)}}), HasSubstr("over"));
}

TEST(PlanReplay, ChangesOfStateComeBack) {
  const JobSpec spec = SearchOnly(3);
  Plan plan = MakePlan(spec, {1, 2, 3});
  for (const Event& event :
       std::vector<Event>{Changed{"paused"}, Changed{"extended", 7}, Changed{"failed", 0, "why"}}) {
    ASSERT_TRUE(plan.Replay(event));
  }
  EXPECT_EQ(plan.State(), JobState::kFailed);
  EXPECT_EQ(plan.Reason(), "why");
  EXPECT_EQ(plan.Spec().search.candidates, 7u);
}

}  // namespace
}  // namespace actsearch::plan
