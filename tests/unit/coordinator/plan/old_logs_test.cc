// Logs that the program of log version 1 wrote are shown as it showed them: tests/golden/logs/v1
// holds each with what that program printed of it as JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "coordinator/plan/event.h"
#include "coordinator/plan/history.h"
#include "coordinator/plan/report.h"

namespace actsearch::plan {
namespace {

using nlohmann::json;

const std::filesystem::path kFolder =
    std::filesystem::path(ACTSEARCH_SOURCE_DIR) / "tests/golden/logs/v1";

// Both as printed: null where there is no number.
json NumberOrNull(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }
json NumberOrNull(const std::optional<double>& value) {
  return value ? json(*value) : json(nullptr);
}

class OldLog : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::ifstream in(kFolder / (GetParam() + ".jsonl"));
    ASSERT_TRUE(in);
    for (std::string line; std::getline(in, line);) {
      const auto event = EventFromJson(line, history_.Spec().space.slots);
      ASSERT_TRUE(event) << event.error().message;
      const auto fits = history_.Fold(*event);
      ASSERT_TRUE(fits) << fits.error().message;
    }
  }

  static json Printed(const std::string& kind) {
    std::ifstream in(kFolder / (GetParam() + "." + kind + ".json"));
    EXPECT_TRUE(in) << kind;
    return json::parse(in);
  }

  History history_;
};

void ExpectRung(const json& printed, const RungValue& rung) {
  EXPECT_EQ(printed["step"], rung.step);
  EXPECT_EQ(printed["loss"], NumberOrNull(rung.loss));
  EXPECT_EQ(printed["accuracy"], NumberOrNull(ValueOf(rung.metrics, "accuracy")));
}

void ExpectOutcome(const json& printed, const Outcome& outcome) {
  if (printed["status"] == "TIMED_OUT") {
    EXPECT_EQ(outcome.status, Status::kQuarantined);
    EXPECT_THAT(outcome.reason, testing::HasSubstr("TIMED_OUT"));
  } else {
    EXPECT_EQ(printed["status"], Name(outcome.status));
  }
  EXPECT_EQ(printed["loss"], NumberOrNull(outcome.Loss()));
  EXPECT_EQ(printed["accuracy"], NumberOrNull(ValueOf(outcome.metrics, "accuracy")));
  ASSERT_EQ(printed["rungs"].size(), outcome.rungs.size());
  for (std::size_t i = 0; i < outcome.rungs.size(); ++i) {
    ExpectRung(printed["rungs"][i], outcome.rungs[i]);
  }
  ASSERT_EQ(printed["rejection"].is_object(), outcome.rejection.has_value());
  if (outcome.rejection) {
    EXPECT_EQ(printed["rejection"]["stage"], outcome.rejection->stage);
    EXPECT_EQ(printed["rejection"]["rule"], outcome.rejection->rule);
    EXPECT_EQ(printed["rejection"]["detail"], outcome.rejection->detail);
  }
  EXPECT_EQ(printed["duplicate_of"],
            outcome.duplicate_of ? json(*outcome.duplicate_of) : json(nullptr));
}

TEST_P(OldLog, ListsTheSameCandidates) {
  const json printed = Printed("candidates");
  const auto records = history_.Records();
  ASSERT_EQ(printed.size(), records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    SCOPED_TRACE(i);
    const json& row = printed[i];
    const Record& record = records[i];
    EXPECT_EQ(row["index"], record.index);
    EXPECT_EQ(row["stage"], Name(record.stage));
    EXPECT_EQ(row["formula"], record.candidate);
    EXPECT_EQ(row["name"], record.name);
    // Cost and fingerprint are not in these logs: they are today's language's.
    EXPECT_EQ(row["seed"], record.seed);
    EXPECT_EQ(row["learning_rate"], record.learning_rate);
    ASSERT_EQ(row["status"] == "RUNNING", !record.outcome);
    if (record.outcome) ExpectOutcome(row, *record.outcome);
  }
}

void ExpectEstimate(const json& printed, const Estimate& estimate) {
  EXPECT_EQ(printed["mean"], estimate.mean);
  // Student's t was read from a table of six digits.
  const double half = 1e-5 * (estimate.high - estimate.low) + 1e-12;
  EXPECT_NEAR(printed["low"].get<double>(), estimate.low, half);
  EXPECT_NEAR(printed["high"].get<double>(), estimate.high, half);
  EXPECT_EQ(printed["seeds"], estimate.seeds);
}

TEST_P(OldLog, ShowsTheSameFront) {
  const json printed = Printed("front")["front"];
  const std::vector<FrontRow> front = Front(history_);
  ASSERT_EQ(printed.size(), front.size());
  for (std::size_t i = 0; i < front.size(); ++i) {
    SCOPED_TRACE(i);
    const json& row = printed[i];
    EXPECT_EQ(row["index"], front[i].index);
    EXPECT_EQ(row["formula"], front[i].candidate);
    EXPECT_EQ(row["name"], front[i].name);
    EXPECT_EQ(row["baseline"], front[i].baseline);
    EXPECT_EQ(row["on_front"], front[i].on_front);
    EXPECT_EQ(row["search_loss"], NumberOrNull(front[i].search_loss));
    EXPECT_EQ(row["select_loss"], NumberOrNull(front[i].select_loss));
    EXPECT_EQ(row["learning_rate"], front[i].learning_rate);
    EXPECT_EQ(row["cost"], front[i].cost);
    EXPECT_EQ(row["timing"]["seconds_per_step"], front[i].seconds_per_step);
    ASSERT_EQ(row["loss"].is_object(), front[i].loss.has_value());
    if (!front[i].loss) continue;
    ExpectEstimate(row["loss"], *front[i].loss);
    ASSERT_EQ(front[i].metrics.size(), 1U);
    EXPECT_EQ(front[i].metrics[0].name, "accuracy");
    ExpectEstimate(row["accuracy"], front[i].metrics[0].value);
  }
}

TEST_P(OldLog, IsTheSameJob) {
  const json printed = Printed("job");
  const Counts counts = history_.Count();
  EXPECT_EQ(printed["name"], history_.Spec().name);
  EXPECT_EQ(printed["state"], Name(history_.State()));
  EXPECT_EQ(printed["reason"], history_.Reason());
  EXPECT_EQ(printed["stage"], Name(history_.CurrentStage()));
  EXPECT_EQ(printed["candidates"], history_.Spec().search.candidates);
  EXPECT_EQ(printed["proposed"], counts.proposed);
  EXPECT_EQ(printed["finished"], counts.finished);
  EXPECT_EQ(printed["final_trials"], counts.final_trials);
  EXPECT_EQ(printed["final_finished"], counts.final_finished);
  EXPECT_EQ(printed["spec"]["task"]["name"], history_.Spec().task.name);
  EXPECT_EQ(printed["spec"]["strategy"]["name"], history_.Spec().strategy.name);
  EXPECT_EQ(printed["spec"]["space"]["slots"] == 1, history_.Spec().sites.share);
  EXPECT_EQ(printed["spec"]["task"]["normalization"] == "batch",
            !history_.Spec().sites.fill.empty());
  EXPECT_EQ(history_.Origin().version, "") << "such logs do not say";
}

INSTANTIATE_TEST_SUITE_P(V1, OldLog,
                         testing::Values("noop", "layers", "cnn", "paused", "cancelled", "failed",
                                         "timeouts"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace actsearch::plan
