#include "search_spaces/trial.h"

#include <array>
#include <limits>

namespace actsearch {
namespace {

using namespace std::string_view_literals;

constexpr std::array<std::string_view, kSplits> kSplitNames = {"search"sv, "select"sv, "final"sv};
constexpr std::array kStatuses = {"SCORED"sv, "REJECTED"sv, "DUPLICATE"sv, "QUARANTINED"sv,
                                  "CANCELLED"sv};
static_assert(kStatuses.size() == static_cast<std::size_t>(Status::kCancelled) + 1);
constexpr std::array kEnds = {"LOST"sv, "PREEMPTED"sv, "TIMED_OUT"sv, "OUT_OF_MEMORY"sv,
                              "ERROR"sv};
static_assert(kEnds.size() == static_cast<std::size_t>(AttemptEnd::kError) + 1);

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

template <class Enum, std::size_t N>
std::optional<Enum> Named(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

double ValueOf(const std::vector<Metric>& metrics, std::string_view name) {
  for (const Metric& metric : metrics) {
    if (metric.name == name) return metric.value;
  }
  return kNone;
}

double Outcome::Loss() const {
  double sum = 0;
  for (const double loss : losses) sum += loss;
  return losses.empty() ? kNone : sum / static_cast<double>(losses.size());
}

std::string_view Name(Split split) { return kSplitNames[static_cast<std::size_t>(split)]; }
std::string_view Name(Status status) { return kStatuses[static_cast<std::size_t>(status)]; }
std::string_view Name(AttemptEnd end) { return kEnds[static_cast<std::size_t>(end)]; }
std::optional<Split> SplitNamed(std::string_view name) { return Named<Split>(kSplitNames, name); }
std::optional<Status> StatusNamed(std::string_view name) { return Named<Status>(kStatuses, name); }
std::optional<AttemptEnd> AttemptEndNamed(std::string_view name) {
  return Named<AttemptEnd>(kEnds, name);
}

}  // namespace actsearch
