#include "cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace actsearch::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

v1::WatchJobResponse Update(std::uint64_t finished) {
  v1::WatchJobResponse update;
  v1::Job& job = *update.mutable_job();
  job.set_stage("search");
  job.set_state(v1::JOB_STATE_RUNNING);
  job.mutable_spec()->mutable_search()->set_candidates(100);
  job.set_finished(finished);
  job.set_workers(2);
  (*job.mutable_outcomes())["SCORED"] = finished;
  return update;
}

void AddScored(v1::WatchJobResponse& update, double seconds) {
  auto& row = *update.add_finished();
  row.set_index(3);
  row.set_formula("tanh(x)");
  row.mutable_outcome()->set_status(v1::STATUS_SCORED);
  row.mutable_outcome()->add_losses(0.25);
  auto& accuracy = *row.mutable_outcome()->add_metrics();
  accuracy.set_name("accuracy");
  accuracy.set_value(0.915);
  auto& bits = *row.mutable_outcome()->add_metrics();
  bits.set_name("bits");
  bits.set_value(2.5);
  row.mutable_outcome()->mutable_timing()->set_total_seconds(seconds);
}

TEST(Progress, ForetellsFromTheRecentRate) {
  Progress progress;
  progress.Update(Update(0), 0);
  EXPECT_FALSE(progress.SecondsLeft());
  progress.Update(Update(20), 4);
  EXPECT_EQ(progress.SecondsLeft(), 16);  // 80 left at 5 a second
  EXPECT_EQ(progress.Line(),
            "search 20/100 20 %, 5/s, ETA 16.0 s | scored 20, rejected 0, duplicate 0");
}

TEST(Progress, CountsTheFinalTrainingsInAdvance) {
  Progress progress;
  auto update = Update(0);
  progress.Update(update, 0);
  update = Update(50);
  update.mutable_job()->set_final_trials(6);
  AddScored(update, 0.5);
  progress.Update(update, 10);
  // 50 left at 5 a second, then 6 trainings of 0.5 s on 2 workers.
  EXPECT_EQ(progress.SecondsLeft(), 10 + 1.5);
}

TEST(Progress, SaysWhyNothingMoves) {
  Progress progress;
  auto update = Update(0);
  update.mutable_job()->set_workers(0);
  update.mutable_job()->set_state(v1::JOB_STATE_PAUSED);
  progress.Update(update, 0);
  EXPECT_THAT(progress.Line(), HasSubstr("paused, no worker yet"));
  update.mutable_job()->set_reason("no connected worker can serve it");
  progress.Update(update, 0);
  EXPECT_THAT(progress.Line(), HasSubstr("paused: no connected worker can serve it, no worker"));
  update.mutable_job()->set_state(v1::JOB_STATE_CHECKING);
  progress.Update(update, 0);
  EXPECT_THAT(progress.Line(), HasSubstr(", a worker looks at the data"));
}

TEST(Progress, NamesTheWorkersThatAreSetAside) {
  Progress progress;
  auto update = Update(3);
  auto& first = *update.mutable_job()->add_set_aside();
  first.set_worker("gpu-7");
  first.set_reason("no such folder");
  progress.Update(update, 0);
  EXPECT_THAT(progress.Line(), HasSubstr(", set aside: gpu-7 (no such folder) |"));
  for (int i = 1; i < 5; ++i) {
    update.mutable_job()->add_set_aside()->set_worker("cpu-" + std::to_string(i));
  }
  progress.Update(update, 0);
  EXPECT_THAT(progress.Line(), HasSubstr(", set aside: gpu-7, cpu-1, cpu-2 and 2 more |"));
}

struct Screen {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal;

  explicit Screen(bool is_terminal, const char* term = "xterm")
      : terminal{.in = in,
                 .out = out,
                 .err = err,
                 .err_is_terminal = is_terminal,
                 .env = [term](const std::string& name) -> std::optional<std::string> {
                   if (name == "TERM") return term;
                   return std::nullopt;
                 }} {}
};

TEST(ProgressPrinter, PrintsPlainLinesNowAndThen) {
  Screen screen(false);
  ProgressPrinter printer(screen.terminal);
  Progress progress;
  for (int i = 0; i <= 40; ++i) {  // a candidate each 0.1 s
    const double now = 0.1 * i;
    progress.Update(Update(i), now);
    printer.Show(progress, now);
  }
  const std::string text = screen.err.str();
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_EQ(std::ranges::count(text, '\n'), 5) << text;  // at 0 s, then once a second
}

TEST(ProgressPrinter, TellsTheFirstScoredCandidateAtOnce) {
  Screen screen(false);
  ProgressPrinter printer(screen.terminal);
  Progress progress;
  progress.Update(Update(0), 0);
  printer.Show(progress, 0);
  auto update = Update(1);
  AddScored(update, 1);
  progress.Update(update, 0.1);
  printer.Show(progress, 0.1);
  printer.Show(progress, 0.2);
  EXPECT_THAT(screen.err.str(), testing::EndsWith("first scored: candidate 3, loss 0.25, accuracy "
                                                  "91.5 %, bits 2.5  tanh(x)\n"));
}

TEST(Progress, ClaimsNoFirstForAJobThatRanBefore) {
  Progress progress;
  progress.Update(Update(7), 0);
  auto update = Update(8);
  AddScored(update, 1);
  progress.Update(update, 1);
  EXPECT_FALSE(progress.FirstScored());
}

TEST(ProgressPrinter, RewritesOneLineOnATerminalOnly) {
  Screen screen(true);
  Screen dumb(true, "dumb");
  Progress progress;
  progress.Update(Update(1), 0);
  {
    ProgressPrinter printer(screen.terminal);
    printer.Show(progress, 0);
    EXPECT_THAT(screen.err.str(), testing::StartsWith("\r\x1b[2Ksearch 1/100"));
    EXPECT_THAT(screen.err.str(), Not(HasSubstr("\n")));
    ProgressPrinter(dumb.terminal).Show(progress, 0);
  }
  EXPECT_THAT(screen.err.str(), testing::EndsWith("\r\x1b[2K"));  // leaves nothing behind
  EXPECT_THAT(dumb.err.str(), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace actsearch::cli
