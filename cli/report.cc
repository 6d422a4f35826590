#include "cli/report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "cli/front_table.h"
#include "cli/record_tables.h"
#include "cli/records.h"
#include "evaluators/catalogue/tasks.h"
#include "proto/convert.h"

namespace actsearch::cli {
namespace {

// What is known of the job's data: as a worker has read them, else as they are published.
std::optional<catalogue::DataFacts> FactsOf(const v1::Job& job) {
  if (job.has_data()) {
    const auto facts = proto::FromProto(job.data());
    return facts ? std::optional(*facts) : std::nullopt;
  }
  const auto dataset = catalogue::Datasets().Find(job.spec().task().dataset());
  return dataset ? std::optional(catalogue::PublishedFacts(**dataset)) : std::nullopt;
}

// On which final losses were taken.
catalogue::Subset FinalSubset(const v1::Job& job) {
  const auto task = proto::FromProto(job.spec().task());
  return task ? catalogue::ScoredSubset(*task, Split::kFinal) : catalogue::Subset::kFinal;
}

// Loss of the best prediction that does not look at the input; NaN where there is none.
double ChanceLoss(const v1::Job& job) {
  const auto task = proto::FromProto(job.spec().task());
  const auto facts = FactsOf(job);
  return task && facts ? catalogue::TrivialLoss(*task, &*facts, Split::kFinal) : std::nan("");
}

// "Beside these losses: unigram 3.31, bigram 2.46 (final)."
std::string AboutReferences(const v1::Job& job) {
  const auto facts = FactsOf(job);
  if (!facts || facts->references.empty()) return "";
  const catalogue::Subset subset = FinalSubset(job);
  std::string text;
  for (const catalogue::Reference& reference : facts->references) {
    text += (text.empty() ? "" : ", ") + reference.name + " " +
            Short(reference.losses[static_cast<std::size_t>(subset)], 4);
  }
  return "Beside these losses, what simple predictions cost (" +
         std::string(catalogue::Name(subset)) + "): " + text + ".";
}

constexpr double kClearlyBetter = 0.98;  // of the loss of guessing

// What tells a network that learns nothing from a search that found nothing.
std::string AboutBaselines(const v1::Job& job, const v1::GetFrontResponse& front) {
  const double guessing = kClearlyBetter * ChanceLoss(job);
  // Outside the training's range, what has learned may well be worse than guessing.
  if (std::isnan(guessing) || catalogue::IsFar(FinalSubset(job))) return "";
  std::string names;
  for (const auto& row : front.rows()) {
    if (!row.baseline()) continue;
    if (row.has_loss() && row.loss().mean() < guessing) return "";
    names += (names.empty() ? "" : ", ") + row.name();
  }
  if (names.empty() || !front.final()) return "";
  return "No baseline (" + names +
         ") learned more than guessing: look at the network and its training first (sites.fill, "
         "task.learning_rate, task.steps), then at the candidates.";
}

// Outside the training's range: whether anybody has learned what holds there.
std::string AboutExtrapolation(const v1::Job& job, const v1::GetFrontResponse& front) {
  const double guessing = ChanceLoss(job);
  if (!catalogue::IsFar(FinalSubset(job)) || std::isnan(guessing) || !front.final()) return "";
  for (const auto& row : front.rows()) {
    if (row.has_loss() && row.loss().mean() < guessing) return "";
  }
  return "Nobody is better than the mean of the training (" + Short(guessing, 4) +
         "): a lower loss says who strays least outside the training's range, not who has learned "
         "what holds there.";
}

std::string Percent(double share) { return Short(100 * share, 3) + " %"; }

// "1 of 10 [0.25, 44.5 %]".
std::string AuditText(const v1::RejectionCount& row) {
  if (row.audited() == 0) return "-";
  return std::to_string(row.wrong()) + " of " + std::to_string(row.audited()) + " [" +
         Short(100 * row.low(), 2) + ", " + Short(100 * row.high(), 2) + " %]";
}

std::string RejectionText(const v1::Job& job) {
  Table table({{"STAGE"}, {"RULE"}, {"REJECTED", true}, {"SHARE", true}, {"WRONG [95 %]"}});
  std::string costs;
  bool any_audit = false;
  for (const auto& row : job.rejections()) {
    const double share = static_cast<double>(row.count()) /
                         static_cast<double>(std::max<std::uint64_t>(job.finished(), 1));
    table.Add({row.stage(), row.rule(), std::to_string(row.count()), Percent(share),
               AuditText(row)});
    any_audit |= row.audited() > 0;
    if (row.wrong() == 0) continue;
    costs += row.stage() + "/" + row.rule() + " cost good ones, such as " + row.example() + "\n";
  }
  if (table.Empty()) return "No candidate was rejected.\n";
  if (any_audit) {
    costs = "WRONG: of rejected ones trained to the end all the same (search.audits), who came "
            "within the best tenth\n" +
            costs;
  }
  return table.ToText() + costs;
}

std::uint64_t OutcomeCount(const v1::Job& job, const std::string& status) {
  const auto found = job.outcomes().find(status);
  return found == job.outcomes().end() ? 0 : found->second;
}

std::string CountsText(const v1::Job& job) {
  std::string text = std::to_string(job.finished()) + " candidates:";
  for (const auto& [name, count] : std::map(job.outcomes().begin(), job.outcomes().end())) {
    text += " " + std::to_string(count) + " " + name + ",";
  }
  text.back() = '.';
  return text + "\n";
}

// "690 of 780 trainings were done before ...": what --no-cache does anew.
std::string CachedText(const v1::Job& job) {
  if (job.cached() == 0) return "";
  return std::to_string(job.cached()) +
         (job.cached() == 1 ? " training was" : " trainings were") +
         " taken from earlier jobs of this store, the very same on such a machine (--no-cache "
         "trains anew).\n";
}

std::string LedgerText(const v1::Job& job) {
  if (job.earlier_finals() == 0) return "";
  const std::string jobs = std::to_string(job.earlier_finals()) +
                           (job.earlier_finals() == 1 ? " job" : " jobs");
  return "The final split of these data was read by " + jobs +
         " of this store before: what was chosen with a look at it, settings included, makes this "
         "verdict too good.\n";
}

double Rate(double count, double seconds) { return seconds > 0 ? count / seconds : 0; }

std::string TimeText(const RunTime& time) {
  if (time.candidates == 0 && time.final_trials > 0) {
    return std::to_string(time.final_trials) + " trainings in " + Duration(time.wall_seconds) +
           ".\n";
  }
  const auto candidates = static_cast<double>(time.candidates);
  std::string text = std::to_string(time.candidates) + " candidates in " +
                     Duration(time.search_seconds) + " of search (" +
                     Short(Rate(candidates, time.search_seconds), 3) + " a second)";
  if (time.final_trials > 0) {
    text += ", then " + std::to_string(time.final_trials) + " final trainings";
  }
  return text + "; " + Duration(time.wall_seconds) + " in all (" +
         Short(Rate(candidates, time.wall_seconds), 3) + " candidates a second overall).\n";
}

}  // namespace

std::string Verdict(const v1::GetFrontResponse& front) {
  if (!front.final()) return "The final trainings have not ended: nothing can be said yet.";
  if (front.verdicts().empty())
    return "No finalist was scored: the search found nothing to report.";
  std::string text;
  for (const v1::Verdict& verdict : front.verdicts()) {
    text += (text.empty() ? "" : "\n") + verdict.text();
  }
  return text;
}

std::string ReportText(const v1::Job& job, const v1::GetFrontResponse& front, const RunTime& time) {
  std::string about;
  for (const std::string& part :
       {AboutReferences(job), AboutBaselines(job, front), AboutExtrapolation(job, front)}) {
    if (!part.empty()) about += part + "\n\n";
  }
  const bool has_search = job.spec().search().candidates() > 0 || job.finished() > 0;
  const std::string search = has_search ? RejectionText(job) + "\n" + CountsText(job) : "";
  return FrontText(front) + "\n" + Verdict(front) + "\n\n" + ComparisonText(front) +
         ConfirmText(front) + about + search + LedgerText(job) + CachedText(job) + TimeText(time);
}

Document ReportDocument(const v1::Job& job, const v1::GetFrontResponse& front,
                        const RunTime& time) {
  const auto candidates = static_cast<double>(time.candidates);
  return {{"job", JobDocument(job)},
          {"front", FrontDocuments(front)},
          {"confirm", ConfirmDocuments(front)},
          {"comparisons", ComparisonDocuments(front)},
          {"final", front.final()},
          {"verdict", Verdict(front)},
          {"verdicts", VerdictDocuments(front)},
          {"about_baselines", AboutBaselines(job, front)},
          {"about_references", AboutReferences(job)},
          {"about_extrapolation", AboutExtrapolation(job, front)},
          {"duplicates", OutcomeCount(job, "DUPLICATE")},
          {"timing",
           {{"wall_seconds", time.wall_seconds},
            {"search_seconds", time.search_seconds},
            {"candidates", time.candidates},
            {"final_trials", time.final_trials},
            {"candidates_per_second_search", Rate(candidates, time.search_seconds)},
            {"candidates_per_second", Rate(candidates, time.wall_seconds)}}}};
}

}  // namespace actsearch::cli
