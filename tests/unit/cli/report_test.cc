#include "cli/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace actsearch::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

v1::FrontRow Row(const char* formula, const char* name, double mean, double half_width) {
  v1::FrontRow row;
  row.set_formula(formula);
  row.set_name(name);
  row.set_baseline(*name != '\0');
  row.set_search_loss(row.baseline() ? std::nan("") : 0.2);
  row.set_select_loss(mean);
  row.set_learning_rate(0.001);
  row.set_cost(5);
  row.set_seconds_per_step(0.0005);
  row.mutable_loss()->set_mean(mean);
  row.mutable_loss()->set_low(mean - half_width);
  row.mutable_loss()->set_high(mean + half_width);
  row.mutable_loss()->set_seeds(5);
  auto& accuracy = *row.add_metrics();
  accuracy.set_name("accuracy");
  *accuracy.mutable_value() = row.loss();
  return row;
}

v1::GetFrontResponse Front(std::vector<v1::FrontRow> rows) {
  v1::GetFrontResponse front;
  front.set_final(true);
  for (auto& row : rows) *front.add_rows() = row;
  return front;
}

TEST(Verdict, IsBetterOnlyWithDisjointIntervals) {
  const auto found = Row("x * tanh(x)", "", 0.10, 0.01);
  const auto relu = Row("max(x, 0)", "relu", 0.20, 0.01);
  const auto gelu = Row("x * phi(x)", "gelu", 0.115, 0.01);
  EXPECT_EQ(Verdict(Front({found, relu})),
            "Better: x * tanh(x) (0.1000 [0.0900, 0.1100]) against the best baseline, relu "
            "(0.2000 [0.1900, 0.2100]): the intervals do not overlap. Clearly better than: relu.");
  const std::string mixed = Verdict(Front({found, relu, gelu}));
  EXPECT_THAT(mixed, StartsWith("Undecided: "));
  EXPECT_THAT(mixed, HasSubstr("gelu (0.1150 [0.1050, 0.1250]): the intervals overlap"));
  EXPECT_THAT(mixed, HasSubstr("Clearly better than: relu. Not told apart from: gelu."));
}

TEST(Verdict, SaysWhenTheSearchLost) {
  const auto found = Row("tanh(x)", "", 0.30, 0.01);
  const auto relu = Row("max(x, 0)", "relu", 0.20, 0.01);
  EXPECT_THAT(Verdict(Front({found, relu})), StartsWith("Worse: "));
}

TEST(Verdict, ChoosesBySelectLossNotByFinalLoss) {
  // The server lists the finalist with the lowest select loss first.
  const auto chosen = Row("tanh(x)", "", 0.20, 0.01);
  const auto lucky = Row("sin(x)", "", 0.05, 0.01);
  EXPECT_THAT(Verdict(Front({chosen, lucky, Row("x", "relu", 0.2, 0.01)})), HasSubstr("tanh(x)"));
}

TEST(Verdict, NeedsSeedsBaselinesAndFinalists) {
  auto found = Row("tanh(x)", "", 0.1, 0);
  found.mutable_loss()->set_seeds(1);
  EXPECT_THAT(Verdict(Front({found, Row("x", "relu", 0.2, 0.01)})), HasSubstr("one seed"));
  EXPECT_THAT(Verdict(Front({found})), StartsWith("Without baselines"));
  EXPECT_THAT(Verdict(Front({})), StartsWith("No finalist"));
  auto unfinished = Front({found});
  unfinished.set_final(false);
  EXPECT_THAT(Verdict(unfinished), HasSubstr("have not ended"));
}

// Guessing among the 16 classes of glyphs: ln(16) = 2.77.
TEST(Report, PointsAtTheNetworkWhereNoBaselineLearns) {
  v1::Job job;
  job.mutable_spec()->mutable_task()->set_name("mlp");
  job.mutable_spec()->mutable_task()->set_dataset("glyphs");
  job.mutable_spec()->mutable_gates()->set_chance_margin(
      0.1);  // when to reject, not what chance is
  const auto guesses = Row("max(x, 0)", "relu", 2.7726, 0.01);
  auto untrained = Row("tanh(x)", "tanh", 2.7, 0.01);
  untrained.clear_loss();
  EXPECT_THAT(ReportText(job, Front({guesses, untrained}), {}),
              AllOf(HasSubstr("No baseline (relu, tanh) learned more than guessing"),
                    HasSubstr("sites.fill")));
  const auto learns = Row("x", "identity", 1.5, 0.01);
  EXPECT_THAT(ReportText(job, Front({guesses, learns}), {}), Not(HasSubstr("guessing")));
  EXPECT_THAT(ReportText(job, Front({Row("x", "", 2.77, 0.1)}), {}), Not(HasSubstr("guessing")));
}

TEST(Report, ShowsEverythingThatHappened) {
  v1::Job job;
  job.set_id("j1");
  job.mutable_spec()->mutable_search()->set_candidates(10);
  job.set_finished(10);
  (*job.mutable_outcomes())["SCORED"] = 6;
  (*job.mutable_outcomes())["REJECTED"] = 3;
  (*job.mutable_outcomes())["DUPLICATE"] = 1;
  auto* rejection = job.add_rejections();
  rejection->set_stage("probe");
  rejection->set_rule("non_finite");
  rejection->set_count(3);
  job.mutable_audits()->set_audited(4);
  job.mutable_audits()->set_false_rejections(1);
  auto found = Row("x * tanh(x)", "", 0.10, 0.01);
  found.set_on_front(true);
  const RunTime time{.wall_seconds = 4, .search_seconds = 2, .candidates = 10, .final_trials = 8};
  EXPECT_EQ(ReportText(job, Front({found, Row("max(x, 0)", "relu", 0.20, 0.01)}), time),
            "RANK  FINAL LOSS [95 % CI]     ACCURACY % [95 % CI]  SEARCH LOSS  SELECT LOSS     LR  "
            "COST    STEP  KIND      FORMULA\n"
            "   1  0.1000 [0.0900, 0.1100]  10.00 [9.00, 11.00]           0.2          0.1  0.001  "
            "   5  0.5 ms  found *   x * tanh(x)\n"
            "   2  0.2000 [0.1900, 0.2100]  20.00 [19.00, 21.00]            -          0.2  0.001  "
            "   5  0.5 ms  baseline  relu: max(x, 0)\n"
            "* on the front: no other has both a lower loss and a lower cost\n"
            "\n"
            "Better: x * tanh(x) (0.1000 [0.0900, 0.1100]) against the best baseline, relu (0.2000 "
            "[0.1900, 0.2100]): the intervals do not overlap. Clearly better than: relu.\n"
            "\n"
            "STAGE  RULE        REJECTED  SHARE\n"
            "probe  non_finite         3   30 %\n"
            "\n"
            "10 candidates: 1 DUPLICATE, 3 REJECTED, 6 SCORED. False rejections: 1 of 4 audited.\n"
            "10 candidates in 2.0 s of search (5 a second), then 8 final trainings; 4.0 s in all "
            "(2.5 candidates a second overall).\n");
}

TEST(Report, DocumentHoldsTheSame) {
  v1::Job job;
  job.set_id("j1");
  const Document document =
      ReportDocument(job, Front({Row("tanh(x)", "", 0.1, 0.01)}), {.wall_seconds = 2});
  EXPECT_EQ(document["job"]["id"], "j1");
  EXPECT_EQ(document["front"][0]["formula"], "tanh(x)");
  EXPECT_EQ(document["front"][0]["loss"]["seeds"], 5);
  EXPECT_EQ(document["timing"]["wall_seconds"], 2.0);
}

}  // namespace
}  // namespace actsearch::cli
