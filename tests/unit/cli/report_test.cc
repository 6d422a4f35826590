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

TEST(Verdict, IsTheServers) {
  auto front = Front({Row("tanh(x)", "", 0.1, 0.01)});
  EXPECT_THAT(Verdict(front), StartsWith("No finalist was scored"));
  front.add_verdicts()->set_text("Better: a");
  front.add_verdicts()->set_text("Same: b");
  EXPECT_EQ(Verdict(front), "Better: a\nSame: b");
  front.set_final(false);
  EXPECT_THAT(Verdict(front), HasSubstr("have not ended"));
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

TEST(Report, SaysWhenNobodyExtrapolates) {
  v1::Job job;
  v1::Task& task = *job.mutable_spec()->mutable_task();
  task.set_name("fit");
  task.set_dataset("harmonics");
  (*task.mutable_fields())["range"].set_text("far");
  v1::DataFacts& data = *job.mutable_data();
  data.set_digest("0123456789abcdef");
  for (v1::Signature* signature : {data.mutable_inputs(), data.mutable_targets()}) {
    signature->set_channels(1);
  }
  v1::Reference& mean = *data.add_references();
  mean.set_name("mean");
  for (int i = 0; i < 7; ++i) {
    data.add_rows(256);
    mean.add_losses(0.4);
  }
  const auto text = [&](double loss) {
    return ReportText(job, Front({Row("sin(x)", "", loss, 0.01)}), {});
  };
  EXPECT_THAT(text(0.5), HasSubstr("Nobody is better than the mean of the training (0.4)"));
  EXPECT_THAT(text(0.3), Not(HasSubstr("Nobody")));
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
  rejection->set_audited(3);
  rejection->set_wrong(1);
  rejection->set_low(0.0084);
  rejection->set_high(0.9057);
  rejection->set_example("exp(x)");
  auto found = Row("x * tanh(x)", "", 0.10, 0.01);
  found.set_on_front(true);
  found.set_rank(1);
  found.set_stop(300);
  found.set_entrant(0);
  auto relu = Row("max(x, 0)", "relu", 0.20, 0.01);
  relu.set_rank(2);
  relu.set_stop(150);
  relu.set_at_edge(true);
  relu.set_failures(2);
  relu.set_entrant(1);
  auto front = Front({relu, found});
  front.add_verdicts()->set_text("Better: x * tanh(x).");
  auto* comparison = front.add_comparisons();
  comparison->set_setting("base");
  comparison->set_entrant(0);
  comparison->set_baseline(1);
  comparison->set_mean(-0.1);
  comparison->set_low(-0.12);
  comparison->set_high(-0.08);
  comparison->set_p_adjusted(0.0021);
  comparison->set_least(0.011);
  const RunTime time{.wall_seconds = 4, .search_seconds = 2, .candidates = 10, .final_trials = 8};
  EXPECT_EQ(
      ReportText(job, front, time),
      "RANK  FINAL LOSS [95 % CI]                ACCURACY % [95 % CI]  SEARCH LOSS  SELECT LOSS"
      "            LR  STOP  COST    STEP  KIND      FORMULA\n"
      "   1  0.1000 [0.0900, 0.1100]             10.00 [9.00, 11.00]           0.2          0.1"
      "         0.001   300     5  0.5 ms  found *   x * tanh(x)\n"
      "   2  0.2000 [0.1900, 0.2100] (2 failed)  20.00 [19.00, 21.00]            -          0.2"
      "  0.001 (edge)   150     5  0.5 ms  baseline  relu: max(x, 0)\n"
      "RANK: 1 and how many are better, by tests of all pairs (Holm); a verdict tests its own "
      "pairs only\n"
      "* on the front: no other has both a lower loss and a lower cost\n"
      "(edge): no learning rate beyond it was tried (finals.octaves), so that it may do "
      "better than here\n"
      "\n"
      "Better: x * tanh(x).\n"
      "\n"
      "SETTING  AGAINST  LOSS DIFFERENCE [95 % CI]   P (HOLM)  LEAST VISIBLE  IT IS\n"
      "base     relu     -0.1000 [-0.1200, -0.0800]    0.0021          0.011  better\n"
      "LEAST VISIBLE: the smallest difference that this final split can show, however many "
      "the seeds\n"
      "\n"
      "STAGE  RULE        REJECTED  SHARE  WRONG [95 %]\n"
      "probe  non_finite         3   30 %  1 of 3 [0.84, 91 %]\n"
      "WRONG: of rejected ones trained to the end all the same (search.audits), who came "
      "within the best tenth\n"
      "probe/non_finite cost good ones, such as exp(x)\n"
      "\n"
      "10 candidates: 1 DUPLICATE, 3 REJECTED, 6 SCORED.\n"
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
