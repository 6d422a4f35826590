#include "coordinator/plan/audits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace actsearch::plan {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<Record> Add(std::vector<Record> records, Outcome outcome,
                        Stage stage = Stage::kSearch) {
  Record& record = records.emplace_back();
  record.index = records.size() - 1;
  record.stage = stage;
  record.candidate = std::to_string(record.index);
  record.seed = 7;
  record.hurdles = {{10, 0.5}};
  record.stops = {10, 100};
  record.outcome = std::move(outcome);
  return records;
}

Outcome Rejected(const std::string& stage, const std::string& rule) {
  return {.status = Status::kRejected, .rejection = Rejection{stage, rule, ""}};
}

// Twenty scored ones with losses 0 to 19, so that the best tenth ends at 1; then so many rejected
// ones of each rule.
std::vector<Record> Searched(int by_hurdle, int by_gate, int by_blow_up) {
  std::vector<Record> records;
  for (int i = 0; i < 20; ++i) {
    records = Add(std::move(records), {.losses = {static_cast<double>(i)}});
  }
  for (int i = 0; i < by_hurdle; ++i) {
    records = Add(std::move(records), Rejected("hurdle", "max_loss"));
  }
  for (int i = 0; i < by_gate; ++i) {
    records = Add(std::move(records), Rejected("probe", "constant"));
  }
  for (int i = 0; i < by_blow_up; ++i) {
    records = Add(std::move(records), Rejected("training", "non_finite"));
  }
  return records;
}

TEST(AuditTrials, TakeSomeOfEachRule) {
  JobSpec spec;
  spec.search.audits = 3;
  const std::vector<Record> trials = AuditTrials(spec, Searched(50, 2, 9));
  ASSERT_THAT(trials, SizeIs(3 + 2)) << "who blew up would blow up again";
  std::set<std::uint64_t> audited;
  for (const Record& trial : trials) {
    EXPECT_EQ(trial.stage, Stage::kAudit);
    EXPECT_THAT(trial.hurdles, IsEmpty());
    EXPECT_EQ(trial.candidate, std::to_string(*trial.original));
    EXPECT_FALSE(trial.outcome);
    const Trial sent = TrialOf(spec, trial);
    EXPECT_EQ(sent.split, Split::kSearch);
    EXPECT_EQ(sent.seed, 7u);
    EXPECT_FALSE(sent.gates.probes || sent.gates.chance);
    audited.insert(*trial.original);
  }
  EXPECT_THAT(audited, SizeIs(5)) << "nobody twice";
  spec.search.audits = 0;
  EXPECT_THAT(AuditTrials(spec, Searched(5, 5, 5)), IsEmpty());
}

TEST(AuditTrials, AreDrawnFromAllOfARule) {
  JobSpec spec;
  spec.search.audits = 1;
  std::set<std::uint64_t> drawn;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    spec.search.seed = seed;
    drawn.insert(*AuditTrials(spec, Searched(10, 0, 0))[0].original);
  }
  EXPECT_THAT(drawn, SizeIs(10));
}

Record AuditOf(const Record& rejected, Outcome outcome) {
  Record audit = rejected;
  audit.stage = Stage::kAudit;
  audit.original = rejected.index;
  audit.outcome = std::move(outcome);
  return audit;
}

TEST(CountRejections, SaysWhatEachRuleCost) {
  std::vector<Record> records = Searched(4, 1, 2);
  const std::vector<Record> rejected(records.begin() + 20, records.end());
  records.push_back(AuditOf(rejected[0], {.losses = {0.5}}));
  records.push_back(AuditOf(rejected[1], {.losses = {0.25}}));
  records.push_back(AuditOf(rejected[2], {.losses = {1.5}}));
  records.push_back(AuditOf(rejected[3], Rejected("training", "non_finite")));
  records.push_back(AuditOf(rejected[4], {.losses = {9}}));
  for (std::size_t i = 0; i < records.size(); ++i) records[i].index = i;
  const std::vector<RejectionCount> counts = CountRejections(records);
  ASSERT_THAT(counts, SizeIs(3));
  EXPECT_EQ(counts[0].rule, "max_loss");
  EXPECT_EQ(counts[0].count, 4u);
  EXPECT_EQ(counts[0].audited, 4u) << "one that blows up counts: it was rightly rejected";
  EXPECT_EQ(counts[0].wrong, 2u) << "the best two of twenty end at 1";
  EXPECT_EQ(counts[0].example, rejected[1].candidate) << "the better of the two";
  // Clopper and Pearson's of 2 in 4.
  EXPECT_NEAR(counts[0].bounds.low, 0.0676, 1e-4);
  EXPECT_NEAR(counts[0].bounds.high, 0.9324, 1e-4);
  EXPECT_EQ(counts[1].rule, "constant");
  EXPECT_EQ(counts[1].wrong, 0u);
  EXPECT_NEAR(counts[1].bounds.high, 0.975, 1e-4);
  EXPECT_EQ(counts[2].rule, "non_finite");
  EXPECT_EQ(counts[2].audited, 0u);
  EXPECT_EQ(counts[2].bounds.high, 1);
}

TEST(CountRejections, WithoutScoresNothingIsWrong) {
  std::vector<Record> records = Add({}, Rejected("probe", "range"));
  records.push_back(AuditOf(records[0], {.losses = {0.5}}));
  records[1].index = 1;
  EXPECT_EQ(CountRejections(records)[0].wrong, 0u);
  EXPECT_THAT(CountRejections({}), IsEmpty());
}

}  // namespace
}  // namespace actsearch::plan
