// No training: the outcome of a training that a tabular benchmark keeps (evaluators/tables).
// task.data_dir names the table; of the task's other fields only steps and learning_rate count,
// and must be the table's. Replicates are the table's trainings (Table::TrainingOf), scored on the
// trial's split. Hurdles and the chance rule act as they do on real curves; they must stand at
// steps that the table keeps.
#include "evaluators/tables/table.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "evaluators/tasks/table.row.h"
#include "evaluators/tasks/task.h"
#include "evaluators/training/schedule.h"
#include "search_spaces/base/number_text.h"
#include "search_spaces/expr/fingerprint.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::tasks {
namespace {

std::unexpected<Error> Wrong(const TaskSpec& task, const std::string& what) {
  return Fail(ErrorCode::kInvalid, "table " + task.data_dir + ": " + what);
}

Result<void> CheckBudget(const TaskSpec& task, const tables::Table& table) {
  if (task.steps != table.task.steps) {
    return Wrong(task, "task.steps is " + std::to_string(task.steps) +
                            "; its trainings took " + std::to_string(table.task.steps));
  }
  if (task.learning_rate != table.task.learning_rate) {
    return Wrong(task, "the learning rate is " + NumberText(task.learning_rate) +
                            "; it knows " + NumberText(table.task.learning_rate) +
                            " only (set task.learning_rate, and finals.learning_rates: [1])");
  }
  return {};
}

std::string StepsText(const tables::Table& table) {
  std::string text;
  for (const int step : table.rungs) text += std::to_string(step) + ", ";
  return text + std::to_string(table.task.steps);
}

// Whether a loss is kept for each step at which the trial is scored.
Result<void> CheckSteps(const Trial& trial, const training::Schedule& schedule,
                        const tables::Table& table) {
  for (const int step : schedule.ScoredSteps()) {
    if (step == table.task.steps || std::ranges::find(table.rungs, step) != table.rungs.end()) {
      continue;
    }
    return Wrong(trial.task, "no loss is kept for step " + std::to_string(step) +
                            "; put hurdles.rungs and gates.chance_steps at one of " +
                            StepsText(table));
  }
  return {};
}

// The rule by which a gate would have rejected the function before its training.
std::optional<Rejection> GateRule(const tables::Training& training) {
  constexpr std::string_view kGate = "probe:";
  if (!training.rule.starts_with(kGate)) return std::nullopt;
  return Rejection{"probe", training.rule.substr(kGate.size()), "as kept in the table"};
}

class Replay {
 public:
  Replay(const tables::Table& table, const tables::Training& training, Split split)
      : table_(table), training_(training), split_(split) {}

  RungValue At(int step) const {
    if (step == table_.task.steps) {
      return {step,
              training_.Loss(split_),
              {{std::string(catalogue::kAccuracy.name), training_.Accuracy(split_)}}};
    }
    const auto at = std::ranges::find(table_.rungs, step) - table_.rungs.begin();
    const auto reached = static_cast<std::ptrdiff_t>(training_.rung_losses.size());
    // A training that blew up before has no value there.
    const double loss = at < reached ? training_.rung_losses[static_cast<std::size_t>(at)]
                                     : std::nan("");
    return {step, loss, {}};
  }

 private:
  const tables::Table& table_;
  const tables::Training& training_;
  Split split_;
};

Result<Outcome> AnswerTable(const Trial& trial, training::DataCache& data) {
  const Result<expr::Expr> f = expr::ParseScalar(trial.candidate);
  if (!f) return std::unexpected(f.error());
  const auto table = data.GetTable(trial.task);
  if (!table) return std::unexpected(table.error());
  if (Result<void> ok = CheckBudget(trial.task, **table); !ok) return std::unexpected(ok.error());
  const training::Schedule schedule(trial, std::log((*table)->classes));
  if (Result<void> ok = CheckSteps(trial, schedule, **table); !ok) {
    return std::unexpected(ok.error());
  }
  const std::size_t row = (*table)->Find(expr::FingerprintOf(*f).exact);
  if (row == (*table)->rows.size()) {
    return Wrong(trial.task,
                 "'" + trial.candidate + "' is not among its functions, the fillings of " +
                     (*table)->space.shape + "; give space.* of the table and baselines in it");
  }
  const int kept = (*table)->Replicates(trial.split);
  if (trial.replicate >= kept) {
    return Wrong(trial.task, "it keeps " + std::to_string(kept) + " trainings of each function " +
                                 "for the " + std::string(Name(trial.split)) +
                                 " split; lower finals.seeds and finals.select_seeds to that");
  }
  const tables::Training& training =
      (*table)->rows[row].trainings[(*table)->TrainingOf(trial.split, trial.replicate)];
  std::optional<Rejection> gate;
  if (trial.gates.probes) gate = GateRule(training);
  const Replay replay(**table, training, trial.split);
  Outcome outcome =
      gate ? Outcome{.status = Status::kRejected, .rejection = std::move(gate)}
           : training::FollowCurve(schedule, [&](int step) { return replay.At(step); });
  outcome.data_digest = (*table)->digest;
  return outcome;
}

// Says before any trial whether the job asks for what the table has.
Result<catalogue::DataFacts> ProbeTable(const TaskSpec& task, training::DataCache& data) {
  const auto table = data.GetTable(task);
  if (!table) return std::unexpected(table.error());
  if (Result<void> ok = CheckBudget(task, **table); !ok) return std::unexpected(ok.error());
  catalogue::DataFacts facts;
  facts.digest = (*table)->digest;
  return facts;
}

}  // namespace

TaskRow TableTask() {
  return {.name = TableRow().name, .answer = AnswerTable, .probe = ProbeTable};
}

}  // namespace actsearch::tasks
