#include "search_spaces/trial.h"

#include <array>
#include <utility>

namespace actsearch {
namespace {

using namespace std::string_view_literals;

constexpr std::array kSplits = {"search"sv, "select"sv, "final"sv};
constexpr std::array kStatuses = {"SCORED"sv,      "REJECTED"sv,  "DUPLICATE"sv,
                                  "LOST"sv,        "PREEMPTED"sv, "TIMED_OUT"sv,
                                  "OUT_OF_MEMORY"sv, "QUARANTINED"sv, "CANCELLED"sv};
static_assert(kStatuses.size() == static_cast<std::size_t>(Status::kCancelled) + 1);

template <class Enum, std::size_t N>
std::optional<Enum> Named(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::vector<int> HiddenOf(const TaskSpec& task) {
  if (!task.hidden.empty()) return task.hidden;
  if (task.name == "mlp") return {128, 128};
  if (task.name == "cnn") return {8, 16, 32};
  return {};
}

bool SaysNothing(Status status) {
  return status == Status::kLost || status == Status::kPreempted || status == Status::kCancelled;
}

std::string_view Name(Split split) { return kSplits[static_cast<std::size_t>(split)]; }
std::string_view Name(Status status) { return kStatuses[static_cast<std::size_t>(status)]; }
std::optional<Split> SplitNamed(std::string_view name) { return Named<Split>(kSplits, name); }
std::optional<Status> StatusNamed(std::string_view name) { return Named<Status>(kStatuses, name); }

}  // namespace actsearch
