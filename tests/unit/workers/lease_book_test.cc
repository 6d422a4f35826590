#include "workers/lease_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace actsearch::workers {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

LeaseId Id(std::uint64_t index, std::uint64_t epoch = 1) { return {"job", index, epoch}; }

Assignment Of(const LeaseId& lease) { return {lease, {.candidate = "x"}, 0}; }

// Holds 1 as reported and sent, 2 as reported, 3 as running, 4 and 5 as waiting.
LeaseBook FullBook() {
  LeaseBook book;
  for (std::uint64_t i = 1; i <= 5; ++i) book.Queue(Of(Id(i)));
  book.Start();
  book.Finish({Id(1), Attempt()});
  book.TakeUnsent();
  book.Start();
  book.Finish({Id(2), Attempt()});
  book.Start();
  return book;
}

std::vector<LeaseId> LeasesOf(const std::vector<Report>& reports) {
  std::vector<LeaseId> leases;
  for (const Report& report : reports) leases.push_back(report.lease);
  return leases;
}

TEST(LeaseBook, TrialsStartInTheOrderOfTheirAssignment) {
  LeaseBook book;
  book.Queue(Of(Id(7)));
  book.Queue(Of(Id(3)));
  EXPECT_EQ(book.Start()->lease, Id(7));
  book.Finish({Id(7), Attempt()});
  EXPECT_EQ(book.Start()->lease, Id(3));
  book.Finish({Id(3), Attempt()});
  EXPECT_FALSE(book.Start());
}

TEST(LeaseBook, HoldsALeaseUntilItsReportIsDropped) {
  LeaseBook book = FullBook();
  EXPECT_THAT(book.Held(), testing::UnorderedElementsAre(Id(1), Id(2), Id(3), Id(4), Id(5)));
  book.Drop(Id(1));
  book.Drop(Id(2));
  EXPECT_FALSE(book.HasUnsent());
  EXPECT_THAT(book.Held(), ElementsAre(Id(3), Id(4), Id(5)));
}

TEST(LeaseBook, TheSameLeaseIsNotTakenTwice) {
  LeaseBook book = FullBook();
  for (std::uint64_t i = 1; i <= 5; ++i) book.Queue(Of(Id(i)));
  EXPECT_EQ(book.Held().size(), 5U);
  book.Queue(Of(Id(4, 2)));  // another epoch is another lease
  EXPECT_EQ(book.Held().size(), 6U);
}

TEST(LeaseBook, ReportsAreTakenOnceButStay) {
  LeaseBook book = FullBook();
  EXPECT_TRUE(book.HasUnsent());
  EXPECT_THAT(LeasesOf(book.TakeUnsent()), ElementsAre(Id(2)));
  EXPECT_THAT(book.TakeUnsent(), IsEmpty());
  EXPECT_EQ(book.Held().size(), 5U);
}

TEST(LeaseBook, ADroppedRunningTrialLeavesNoReport) {
  LeaseBook book = FullBook();
  book.Drop(Id(3));
  EXPECT_TRUE(book.RunningDropped());
  EXPECT_THAT(book.Held(), testing::Not(testing::Contains(Id(3))));
  book.Finish({Id(3), Attempt()});
  EXPECT_FALSE(book.Running());
  EXPECT_THAT(LeasesOf(book.TakeUnsent()), ElementsAre(Id(2)));
  book.Start();
  EXPECT_FALSE(book.RunningDropped());
}

TEST(LeaseBook, AStaleEpochDoesNotDropTheNewOne) {
  LeaseBook book;
  book.Queue(Of(Id(1, 2)));
  book.Drop(Id(1, 1));
  EXPECT_TRUE(book.HasQueued());
}

TEST(LeaseBook, AfterAReconnectionOnlyKeptLeasesAreLeftAndReportsGoAgain) {
  LeaseBook book = FullBook();
  book.KeepOnly({Id(1), Id(4), Id(99)});
  EXPECT_TRUE(book.RunningDropped());
  EXPECT_THAT(book.Held(), testing::UnorderedElementsAre(Id(1), Id(4)));
  EXPECT_THAT(LeasesOf(book.TakeUnsent()), ElementsAre(Id(1)));
}

TEST(LeaseBook, ReleasingGivesBackWhatWaits) {
  LeaseBook book = FullBook();
  EXPECT_THAT(book.ReleaseQueued(), ElementsAre(Id(4), Id(5)));
  EXPECT_FALSE(book.Empty());
  book.Finish({Id(3), Attempt()});
  for (std::uint64_t i = 1; i <= 3; ++i) book.Drop(Id(i));
  EXPECT_TRUE(book.Empty());
}

TEST(LeaseBook, ReleasingAllGivesBackUnsentReportsToo) {
  LeaseBook book = FullBook();
  EXPECT_THAT(book.ReleaseAll(), ElementsAre(Id(4), Id(5), Id(2)));
  EXPECT_THAT(book.Held(), ElementsAre(Id(3)));
  EXPECT_FALSE(book.HasUnsent());
}

TEST(LeaseBook, AnAssignmentThatCannotStartIsReported) {
  LeaseBook book;
  Attempt attempt;
  attempt.end = AttemptEnd::kError;
  attempt.error = {ErrorCode::kInvalid, "nonsense"};
  book.FinishUnstarted({Id(1), attempt});
  const auto reports = book.TakeUnsent();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(std::get<Attempt>(reports[0].end).error.message, "nonsense");
}

}  // namespace
}  // namespace actsearch::workers
