#include "coordinator/plan/audits.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "search_spaces/base/rng.h"

namespace actsearch::plan {
namespace {

using Rule = std::pair<std::string, std::string>;  // stage and rule

bool IsRejected(const Record& record) {
  return record.outcome && record.outcome->status == Status::kRejected &&
         record.outcome->rejection;
}

Rule RuleOf(const Record& record) {
  return {record.outcome->rejection->stage, record.outcome->rejection->rule};
}

bool BlewUp(const Record& record) { return RuleOf(record) == Rule("training", "non_finite"); }

// The loss at the end of the best tenth of the scored candidates, of first trainings, as audits
// are; nothing without any.
std::optional<double> BestTenth(std::span<const Record> search) {
  std::vector<double> losses;
  for (const Record& record : search) {
    if (IsScored(record) && !record.original) losses.push_back(record.outcome->Loss());
  }
  if (losses.empty()) return std::nullopt;
  const auto tenth = losses.begin() + static_cast<std::ptrdiff_t>((losses.size() - 1) / 10);
  std::ranges::nth_element(losses, tenth);
  return *tenth;
}

}  // namespace

std::vector<Record> AuditTrials(const JobSpec& spec, std::span<const Record> search) {
  std::map<Rule, std::vector<std::uint64_t>> rejected;
  for (const Record& record : search) {
    if (IsRejected(record) && !BlewUp(record)) rejected[RuleOf(record)].push_back(record.index);
  }
  std::vector<Record> trials;
  for (auto& [rule, indices] : rejected) {
    Rng rng = Rng(spec.search.seed).Fork("audit " + rule.first + "/" + rule.second);
    for (std::size_t i = 0; i < indices.size() && std::cmp_less(i, spec.search.audits); ++i) {
      std::swap(indices[i], indices[i + rng.Below(indices.size() - i)]);
      Record& trial = trials.emplace_back(search[indices[i]]);
      trial.stage = Stage::kAudit;
      trial.original = indices[i];
      trial.hurdles.clear();
      trial.outcome.reset();
    }
  }
  return trials;
}

std::vector<RejectionCount> CountRejections(std::span<const Record> records) {
  const std::span<const Record> search = StageOf(records, Stage::kSearch);
  std::map<Rule, RejectionCount> counts;
  for (const Record& record : search) {
    if (IsRejected(record)) ++counts[RuleOf(record)].count;
  }
  const std::optional<double> good = BestTenth(search);
  std::map<Rule, double> best;
  for (const Record& audit : StageOf(records, Stage::kAudit)) {
    if (!audit.outcome || !audit.original || !good) continue;
    const Rule rule = RuleOf(search[*audit.original]);
    RejectionCount& count = counts[rule];
    ++count.audited;
    if (!IsScored(audit) || audit.outcome->Loss() > *good) continue;
    ++count.wrong;
    double& least = best.try_emplace(rule, std::numeric_limits<double>::infinity()).first->second;
    if (audit.outcome->Loss() >= least) continue;
    least = audit.outcome->Loss();
    count.example = audit.candidate;
  }
  std::vector<RejectionCount> rows;
  for (auto& [rule, count] : counts) {
    count.stage = rule.first;
    count.rule = rule.second;
    count.bounds = ExactBounds(count.wrong, count.audited);
    rows.push_back(std::move(count));
  }
  return rows;
}

}  // namespace actsearch::plan
