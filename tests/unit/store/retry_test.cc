#include "coordinator/store/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/store/faulty.h"

namespace actsearch::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Events = std::vector<std::string>;

class Retries : public testing::Test {
 protected:
  std::unique_ptr<Store> Around(FaultRates rates, RetryPolicy policy) {
    return WithRetries(WithFaults(*OpenStore("memory:"), Rng(1), rates), policy,
                       [this](std::int64_t pause_ms) { pauses_.push_back(pause_ms); });
  }

  std::vector<std::int64_t> pauses_;
};

TEST_F(Retries, PausesGrowUpToTheLongest) {
  const auto store =
      Around({.before = 1}, {.attempts = 6, .first_pause_ms = 10, .longest_pause_ms = 50});
  const auto jobs = store->Jobs();
  ASSERT_FALSE(jobs);
  EXPECT_EQ(jobs.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(jobs.error().message, HasSubstr("(tried 6 times)"));
  EXPECT_THAT(pauses_, ElementsAre(10, 20, 40, 50, 50));
}

TEST_F(Retries, OtherErrorsAreFinal) {
  const auto store = Around({.before = 0, .after = 0}, {});
  EXPECT_EQ(store->Append("job", 7, 0, Events{"a"}).error().code, ErrorCode::kInvalid);
  EXPECT_THAT(pauses_, ElementsAre());
}

TEST_F(Retries, CallsThatWereDoneAreDoneOnce) {
  const auto store = Around({.before = 0, .after = 0.7}, {.attempts = 100});
  const auto epoch = store->Lead("leader", 0, 1000);
  ASSERT_TRUE(epoch);
  EXPECT_EQ(*epoch, 1U);
  for (std::uint64_t i = 0; i < 20; ++i) {
    ASSERT_EQ(*store->Append("job", *epoch, i, Events{std::to_string(i)}), i + 1);
  }
  EXPECT_EQ(store->Read("job", 0, 100)->size(), 20U);
  EXPECT_FALSE(pauses_.empty());
}

TEST(Faults, ComeBeforeOrAfterAndRepeatBySeed) {
  const auto failures = [](FaultRates rates) {
    const auto store = WithFaults(*OpenStore("memory:"), Rng(3), rates);
    std::string pattern;
    for (int i = 0; i < 40; ++i) {
      pattern += store->Lead("leader", i, 1000) ? "." : "x";
    }
    return pattern;
  };
  EXPECT_EQ(failures({}), failures({}));
  EXPECT_THAT(failures({}), testing::AllOf(HasSubstr("."), HasSubstr("x")));
  EXPECT_EQ(failures({.before = 0, .after = 0}), std::string(40, '.'));
}

TEST(Faults, AfterMeansDone) {
  const auto inner_fails = WithFaults(*OpenStore("memory:"), Rng(3), {.before = 0, .after = 1});
  EXPECT_THAT(inner_fails->Lead("leader", 0, 1000).error().message, HasSubstr("was done"));
  // An error of the store itself is told as it is.
  EXPECT_EQ(inner_fails->Lead("rival", 0, 1000).error().code, ErrorCode::kStale);
}

}  // namespace
}  // namespace actsearch::store
