#include "coordinator/plan/verdict.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "coordinator/plan/entrants.h"
#include "coordinator/plan/finals.h"
#include "coordinator/plan/judge.h"

namespace actsearch::plan {
namespace {

constexpr std::string_view kFindings[] = {"better", "better_here", "undecided", "worse", "same"};

// The candidates that verdicts are about.
std::vector<int> Challengers(const History& history, const FinalLosses& losses) {
  const Choices choices = ChoicesOf(StageOf(history.Records(), Stage::kSelect));
  std::vector<int> numbers;
  std::optional<std::pair<double, int>> best;
  for (const auto& [number, entrant] : losses.Entrants()) {
    const auto choice = choices.find({number, Setting::kBase});
    if (entrant.original && choice != choices.end()) {
      const std::pair of(choice->second.loss, number);
      best = best ? std::min(*best, of) : of;
    }
    if (entrant.given) numbers.push_back(number);
  }
  if (best) numbers.insert(numbers.begin(), best->second);
  return numbers;
}

}  // namespace

std::string_view Name(Finding finding) { return kFindings[static_cast<std::size_t>(finding)]; }

const Record* TwinOf(const FinalLosses& losses, const Record& candidate) {
  const auto is_named_before = [&](const Record& other) {
    return IsBaseline(other) || (other.given && other.entrant < candidate.entrant);
  };
  for (const auto& [number, entrant] : losses.Entrants()) {
    const bool is_like = entrant.fingerprint == candidate.fingerprint;
    if (is_like && is_named_before(entrant)) return &entrant;
  }
  return nullptr;
}

std::vector<Comparison> Comparisons(const History& history, const FinalLosses& losses) {
  std::vector<Comparison> comparisons;
  if (history.CurrentStage() != Stage::kDone) return comparisons;
  for (const int challenger : Challengers(history, losses)) {
    if (TwinOf(losses, losses.Entrants().at(challenger)) != nullptr) continue;
    for (const Setting setting : losses.Settings()) {
      for (const auto& [number, entrant] : losses.Entrants()) {
        const auto own = losses.At(challenger, setting);
        const auto other = losses.At(number, setting);
        if (!IsBaseline(entrant) || own.empty() || other.empty()) continue;
        comparisons.push_back({.entrant = challenger,
                               .baseline = number,
                               .setting = setting,
                               .difference = losses.Between(challenger, number, setting)});
      }
    }
  }
  std::vector<double> p;
  for (const Comparison& comparison : comparisons) p.push_back(comparison.difference.p);
  Holm(p);
  for (std::size_t i = 0; i < p.size(); ++i) comparisons[i].p_adjusted = p[i];
  return comparisons;
}

std::vector<Verdict> Verdicts(const History& history, const FinalLosses& losses,
                              const std::vector<Comparison>& comparisons) {
  std::vector<Verdict> verdicts;
  if (history.CurrentStage() != Stage::kDone) return verdicts;
  for (const int number : Challengers(history, losses)) {
    verdicts.push_back(VerdictOn(number, history, losses, comparisons));
  }
  return verdicts;
}

}  // namespace actsearch::plan
