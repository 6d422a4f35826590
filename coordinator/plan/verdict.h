// What the final trials say of a job's candidates against its baselines, in every setting, in
// numbers and in a plain sentence (design.md section 7). Pure functions of the past; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "coordinator/plan/final_losses.h"
#include "coordinator/plan/history.h"
#include "coordinator/plan/statistics.h"

namespace actsearch::plan {

// p-values below this, corrected, count.
inline constexpr double kSignificance = 0.05;

// A candidate (the best finalist by select loss, or a given function) against a baseline.
struct Comparison {
  int entrant = 0;
  int baseline = 0;  // the entrant that it is
  Setting setting = Setting::kBase;
  Difference difference;  // candidate minus baseline: negative is better
  double p_adjusted = 1;  // Holm's, over all comparisons of the job

  bool IsBetter() const { return p_adjusted < kSignificance && difference.mean < 0; }
  bool IsWorse() const { return p_adjusted < kSignificance && difference.mean > 0; }
};

// The baseline, or the function given earlier, that a candidate is but for what is absorbed; null:
// it is none. `losses` keeps it.
const Record* TwinOf(const FinalLosses& losses, const Record& candidate);

// Of the best finalist by select loss, on which a search stakes its name, and of every given
// function, unless TwinOf has it, with every baseline, in each setting where both were trained. By
// candidate, then setting, then baseline.
std::vector<Comparison> Comparisons(const History& history, const FinalLosses& losses);

enum class Finding {
  kBetter,      // than every baseline, and than all that were confirmed in every setting, if any
  kBetterHere,  // than every baseline in the job's own setting, but not in all others
  kUndecided,
  kWorse,       // than some baseline, in the job's own setting; or it failed where one did not
  kSame,        // as a baseline or an earlier given function, but for what the layers around the
                // sites absorb
};
std::string_view Name(Finding finding);  // better, better_here, undecided, worse, same

struct Verdict {
  int entrant = 0;
  Finding finding = Finding::kUndecided;
  std::string text;
};

// One for each candidate that was compared, or would have been had it or a baseline been scored.
std::vector<Verdict> Verdicts(const History& history, const FinalLosses& losses,
                              const std::vector<Comparison>& comparisons);

}  // namespace actsearch::plan
