#include "coordinator/plan/judge.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <optional>

#include "coordinator/plan/entrants.h"
#include "coordinator/plan/finals.h"
#include "coordinator/plan/tuning.h"

namespace actsearch::plan {
namespace {

constexpr int kMostSeeds = 100;  // that a job may have

std::string Digits(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.3g", value == 0 ? 0 : value);  // no -0
  return text;
}

std::string NameOf(const Record& entrant) {
  return entrant.name.empty() ? entrant.candidate : entrant.name;
}

// "at 3 times the steps", "in the job's own setting".
std::string Where(const JobSpec& spec, Setting setting) {
  switch (setting) {
    case Setting::kLonger:
      return "at " + std::to_string(spec.confirm.steps) + " times the steps";
    case Setting::kWider:
      return "in a network " + std::to_string(spec.confirm.width) + " times as wide";
    case Setting::kFair:
      return "from a fair start";
    case Setting::kBase:
      break;
  }
  return "in the job's own setting";
}

// "0.0123 [0.0034, 0.0211] lower".
std::string Gap(const Difference& difference) {
  const bool is_lower = difference.mean <= 0;
  const double sign = is_lower ? -1 : 1;
  const double low = std::min(sign * difference.low, sign * difference.high);
  const double high = std::max(sign * difference.low, sign * difference.high);
  return Digits(sign * difference.mean) + " [" + Digits(low) + ", " + Digits(high) + "] " +
         (is_lower ? "lower" : "higher");
}

using Group = std::vector<const Comparison*>;  // of one candidate in one setting

// The baseline that is hardest to beat.
const Comparison& Closest(const Group& group) {
  return **std::ranges::max_element(group, {}, [](const Comparison* c) {
    return c->difference.mean;
  });
}

// Of those that are not beaten the hardest to beat; some is not.
const Comparison& ClosestUnbeaten(Group group) {
  std::erase_if(group, [](const Comparison* c) { return c->IsBetter(); });
  return Closest(group);
}

bool BeatsAll(const Group& group) {
  return !group.empty() && std::ranges::all_of(group, &Comparison::IsBetter);
}

class Judge {
 public:
  Judge(const History& history, const FinalLosses& losses,
        const std::vector<Comparison>& comparisons)
      : history_(history), losses_(losses), comparisons_(comparisons) {}

  Verdict Of(int number) const {
    const Record& entrant = losses_.Entrants().at(number);
    if (const Record* twin = TwinOf(losses_, entrant)) {
      return {number, Finding::kSame,
              "Same: " + NameOf(entrant) + " is " + NameOf(*twin) +
                  " here: what they differ by, the layers around the searched sites absorb."};
    }
    if (losses_.At(number, Setting::kBase).empty()) return Failed(number);
    const Group base = GroupOf(number, Setting::kBase);
    if (base.empty()) {
      return {number, Finding::kUndecided,
              "Undecided: no baseline was scored that " + NameOf(entrant) +
                  " could be compared with."};
    }
    return Judged(number, base);
  }

 private:
  Group GroupOf(int number, Setting setting) const {
    Group group;
    for (const Comparison& comparison : comparisons_) {
      if (comparison.entrant == number && comparison.setting == setting) {
        group.push_back(&comparison);
      }
    }
    return group;
  }

  std::string Name(int entrant) const { return NameOf(losses_.Entrants().at(entrant)); }

  // "0.0123 [0.0034, 0.0211] lower than gelu".
  std::string GapTo(const Comparison& comparison) const {
    return Gap(comparison.difference) + " than " + Name(comparison.baseline);
  }

  // It has no rate at which it trains. Baselines that have one are better.
  Verdict Failed(int number) const {
    std::string trained;
    for (const auto& [other, entrant] : losses_.Entrants()) {
      if (!IsBaseline(entrant) || losses_.At(other, Setting::kBase).empty()) continue;
      trained += (trained.empty() ? "" : ", ") + NameOf(entrant);
    }
    const std::string failed = Name(number) + " failed at every learning rate";
    if (trained.empty()) return {number, Finding::kUndecided, "Undecided: " + failed + "."};
    return {number, Finding::kWorse, "Worse: " + failed + ", and these did not: " + trained + "."};
  }

  // Whether it was to be trained there.
  bool WasTuned(int number, Setting setting) const {
    return !TrialsOf(TunedOf(history_.Records()), number, setting).empty();
  }

  Verdict Judged(int number, const Group& base) const {
    if (BeatsAll(base)) return Ahead(number, base);
    const bool is_worse = std::ranges::any_of(base, &Comparison::IsWorse);
    const Comparison& closest = is_worse ? Closest(base) : ClosestUnbeaten(base);
    std::string text = is_worse ? "Worse: " : "Undecided: ";
    text += Name(number) + " has a final loss " + Against(closest) + "." + Others(base);
    if (!is_worse) text += WhatWouldTell(closest);
    text += Elsewhere(number) + WhatTheStartHides(number);
    return {number, is_worse ? Finding::kWorse : Finding::kUndecided, text};
  }

  // Better than all baselines in the job's own setting: what becomes of it elsewhere?
  Verdict Ahead(int number, const Group& base) const {
    std::string holds, ends, open;
    for (const Setting setting : ConfirmSettings(history_.Spec())) {
      if (!WasTuned(number, setting)) continue;
      const Group group = GroupOf(number, setting);
      const std::string where = Where(history_.Spec(), setting);
      if (losses_.At(number, setting).empty()) {
        ends += " Fails " + where + ": at no learning rate does it train.";
      } else if (group.empty()) {
        open += " No baseline trained " + where + ".";
      } else if (BeatsAll(group)) {
        holds += (holds.empty() ? " It holds " : " and ") + where + " (" + GapTo(Closest(group)) +
                 OfHowMany(group, base) + ")";
      } else {
        ends += End(group, base, setting);
      }
    }
    if (!holds.empty()) holds += ".";
    const Finding finding = ends.empty() ? Finding::kBetter : Finding::kBetterHere;
    std::string text = ends.empty() ? "Better: " : "Better only here: ";
    text += Name(number) + " has a final loss " + Against(Closest(base)) + "." + Others(base) +
            ends + holds + open;
    if (holds.empty() && ends.empty() && open.empty()) {
      text += " Whether it holds longer or wider was not looked at (confirm).";
    }
    return {number, finding, text};
  }

  // Only the best baselines are confirmed.
  static std::string OfHowMany(const Group& group, const Group& base) {
    if (group.size() == base.size()) return "";
    return "; of " + std::to_string(base.size()) + " baselines the best " +
           std::to_string(group.size()) + " took part";
  }

  // A gain that only a fair start shows.
  std::string WhatTheStartHides(int number) const {
    const Group fair = GroupOf(number, Setting::kFair);
    if (!BeatsAll(fair)) return "";
    return " The recipe's start hides a gain: from a fair start it is " +
           GapTo(Closest(fair)) + ".";
  }

  // Where a gain ends, or is not seen: it is gone only where the interval excludes it. In a recipe
  // that people start themselves, what is gone from a fair start is the start's.
  std::string End(const Group& group, const Group& base, Setting setting) const {
    const Comparison& closest = ClosestUnbeaten(group);
    const auto here = std::ranges::find(base, closest.baseline, &Comparison::baseline);
    const double gain = here == base.end() ? 0 : (*here)->difference.mean;
    const std::string where = Where(history_.Spec(), setting);
    const std::string gap = GapTo(closest);
    const bool is_gone = closest.IsWorse() || closest.difference.low > gain;
    if (!is_gone) {
      return " Not shown " + where + ": " + gap + ", not told apart, and its gain of " +
             Digits(-gain) + " is within the interval.";
    }
    const std::string end = gap + (closest.IsWorse() ? "." : ", not told apart.");
    if (setting == Setting::kFair) return " The start explains it: " + where + " it is " + end;
    return (closest.IsWorse() ? " Turned round " : " Gone ") + where + ": " + end;
  }

  // Where one that is not better here is told apart all the same.
  std::string Elsewhere(int number) const {
    std::string text;
    for (const Setting setting : ConfirmSettings(history_.Spec())) {
      const Group group = GroupOf(number, setting);
      const std::string where = Where(history_.Spec(), setting);
      if (WasTuned(number, setting) && losses_.At(number, setting).empty()) {
        text += " Fails " + where + ".";
      } else if (std::ranges::any_of(group, &Comparison::IsWorse)) {
        text += " Worse " + where + ": " + GapTo(Closest(group)) + ".";
      } else if (BeatsAll(group) && setting != Setting::kFair) {
        text += " Better " + where + ": " + GapTo(Closest(group)) + ".";
      }
    }
    return text;
  }

  std::string Against(const Comparison& comparison) const {
    const Difference& difference = comparison.difference;
    if (difference.seeds < 2) {
      return GapTo(comparison) + "'s (one seed, of which no test can be made)";
    }
    std::string text = GapTo(comparison) + "'s (paired t over " +
                       std::to_string(difference.seeds) + " seeds";
    if (difference.units > 0) text += " and " + std::to_string(difference.units) + " units";
    return text + " of the final split, p " + Digits(comparison.p_adjusted) +
           " after Holm's correction for " + std::to_string(comparisons_.size()) +
           (comparisons_.size() == 1 ? " comparison)" : " comparisons)");
  }

  // "Better than gelu, relu; not told apart from silu."
  std::string Others(const Group& group) const {
    if (group.size() < 2) return "";
    std::string better, open, worse;
    for (const Comparison* comparison : group) {
      std::string& names = comparison->IsBetter() ? better : comparison->IsWorse() ? worse : open;
      names += (names.empty() ? "" : ", ") + Name(comparison->baseline);
    }
    std::string text;
    if (!better.empty()) text += " Better than " + better + ".";
    if (!open.empty()) text += " Not told apart from " + open + ".";
    if (!worse.empty()) text += " Worse than " + worse + ".";
    return text;
  }

  std::string WhatWouldTell(const Comparison& closest) const {
    const Difference& difference = closest.difference;
    std::string text;
    if (difference.least > 0) {
      text = " However many the seeds, this split shows no difference below " +
             Digits(difference.least) + ".";
    }
    const auto open = std::ranges::count_if(comparisons_, [](const Comparison& comparison) {
      return comparison.p_adjusted >= kSignificance;
    });
    constexpr double kPower = 0.8;
    const std::optional<int> seeds =
        SeedsToSee(difference, difference.mean, static_cast<int>(open), kPower);
    if (seeds && *seeds > difference.seeds) {
      text += " A true difference of this size would show, four times in five, with ";
      text += *seeds > kMostSeeds ? "more than " + std::to_string(kMostSeeds) + " seeds."
                                  : "about " + std::to_string(*seeds) + " seeds (finals.seeds).";
    }
    return text;
  }

  const History& history_;
  const FinalLosses& losses_;
  const std::vector<Comparison>& comparisons_;
};

}  // namespace

Verdict VerdictOn(int entrant, const History& history, const FinalLosses& losses,
                  const std::vector<Comparison>& comparisons) {
  return Judge(history, losses, comparisons).Of(entrant);
}

}  // namespace actsearch::plan
