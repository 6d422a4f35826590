#include <optional>
#include <ostream>

#include "cli/one_shot.h"
#include "cli/records.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "proto/convert.h"
#include "search_spaces/base/exact_text.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string job;
  std::uint64_t index = 0;
  OneShotOptions here;
  Where where;
  Format format = Format::kTable;
};

std::string EndText(const Outcome& outcome) {
  std::string text(Name(outcome.status));
  for (const double loss : outcome.losses) text += " loss " + ExactText(loss);
  if (outcome.step > 0) text += " after step " + std::to_string(outcome.step);
  if (outcome.rejection) {
    text += " by " + outcome.rejection->stage + "/" + outcome.rejection->rule + " (" +
            outcome.rejection->detail + ")";
  }
  return text;
}

// What is compared, and whether it is the same bits.
struct Part {
  std::string name;
  bool same = false;
};

std::vector<Part> Compare(const Outcome& then, const Outcome& now) {
  return {{"status", then.status == now.status && then.rejection == now.rejection},
          {"loss", then.losses == now.losses && then.step == now.step},
          {"metrics", then.metrics == now.metrics},
          {std::to_string(then.rungs.size()) + " losses on the way", then.rungs == now.rungs},
          {std::to_string(then.unit_losses.size()) + " losses by unit",
           then.unit_losses == now.unit_losses}};
}

// What a trial was, as people know it: "final, gelu, rate 0.004, seed 17".
std::string TrialText(const v1::CandidateRow& row) {
  return row.stage() + ", " + (row.name().empty() ? row.formula() : row.name()) + ", rate " +
         Short(row.learning_rate(), 4) + ", seed " + std::to_string(row.seed());
}

Expected<Outcome> Recorded(const v1::GetTrialResponse& trial, std::uint64_t index) {
  const auto outcome = trial.has_outcome() ? proto::FromProto(trial.outcome())
                                           : std::unexpected(Error{ErrorCode::kNotFound, ""});
  const bool trained = outcome && (outcome->status == Status::kScored ||
                                   outcome->status == Status::kRejected);
  if (trained) return *outcome;
  return Fail(kFailed, "trial " + std::to_string(index) + " has no training to repeat: it is " +
                           (outcome ? std::string(Name(outcome->status)) : "not finished") +
                           "; 'actsearch candidates list' shows which have");
}

Expected<Outcome> Repeated(const v1::Report& report) {
  if (report.has_attempt()) {
    return std::unexpected(FailureOf(proto::FromProto(report.attempt().error())));
  }
  const auto outcome = proto::FromProto(report.outcome());
  if (!outcome) return std::unexpected(FailureOf(outcome.error()));
  return *outcome;
}

Expected<int> Reproduce(const Options& options, Terminal& terminal) {
  const auto run = [&](Client& client, const v1::Job& job) -> Expected<int> {
    const auto trial = client.Trial(job.id(), options.index);
    if (!trial) return std::unexpected(trial.error());
    const auto then = Recorded(*trial, options.index);
    if (!then) return std::unexpected(then.error());
    const auto reports = EvaluateHere({trial->trial()}, options.here);
    if (!reports) return std::unexpected(reports.error());
    const auto now = Repeated(reports->front());
    if (!now) return std::unexpected(now.error());

    bool same = true;
    Document parts = Document::object();
    std::string differs;
    for (const Part& part : Compare(*then, *now)) {
      same = same && part.same;
      parts[part.name] = part.same;
      if (!part.same) differs += (differs.empty() ? "" : ", ") + part.name;
    }
    const std::string verdict =
        same ? "The same, bit for bit."
             : "Not the same (" + differs + "): it was trained by worker " + then->timing.worker +
                   "; another program, library or instruction set gives other last digits.";
    Print(terminal, options.format,
          {{"job", job.id()},
           {"index", options.index},
           {"trial", TrialText(trial->row())},
           {"then", EndText(*then)},
           {"now", EndText(*now)},
           {"same", same},
           {"parts", parts}},
          "trial " + std::to_string(options.index) + " of " + job.id() + ": " +
              TrialText(trial->row()) + "\nthen  " + EndText(*then) + "\nnow   " + EndText(*now) +
              "\n" + verdict + "\n");
    return same ? kOk : kFailed;
  };
  return WithJob(options.where, Access::kRead, options.job, terminal, run);
}

}  // namespace

Run AddReproduce(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option("JOB", options->job, "id, the beginning of one, or latest")
      ->type_name("")
      ->required();
  app.add_option("INDEX", options->index, "of the trial, as 'candidates list' shows it")
      ->type_name("")
      ->required();
  app.add_option("--data", options->here.data_dir,
                 "folder of the data sets, where the job names them by a relative folder")
      ->type_name("DIR");
  app.add_option("--device", options->here.device, "cpu, cuda or cuda:N [cpu]")
      ->type_name("DEVICE");
  AddWhere(app, options->where);
  AddFormat(app, options->format);
  return [options, &terminal] { return Reproduce(*options, terminal); };
}

}  // namespace actsearch::cli
