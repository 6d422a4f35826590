#include "search_spaces/base/registry.h"

#include <algorithm>
#include <numeric>

#include "search_spaces/base/names.h"

namespace actsearch {
namespace {

// Levenshtein distance with two rows.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  std::iota(previous.begin(), previous.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
    }
    std::swap(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

std::string_view Nearest(std::string_view name, std::span<const std::string_view> known) {
  constexpr std::size_t kLongestName = 64;  // hostile names are not worth the work
  if (name.size() > kLongestName) return {};
  std::string_view best;
  std::size_t best_distance = std::min<std::size_t>(3, name.size());
  for (const std::string_view candidate : known) {
    const std::size_t distance = EditDistance(name, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string ListNames(std::span<const std::string_view> names) {
  constexpr std::size_t kMost = 50;    // longer lists are cut,
  constexpr std::size_t kShown = 12;   // to so many
  const std::size_t shown = names.size() > kMost ? kShown : names.size();
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    text += i == 0 ? "" : ", ";
    text += names[i];
  }
  if (shown < names.size()) {
    text += " and ";
    text += std::to_string(names.size() - shown);
    text += " more";
  }
  return text;
}

Error UnknownName(std::string_view kind, std::string_view name,
                  std::span<const std::string_view> known) {
  std::string message =
      "unknown " + std::string(kind) + " '" + std::string(name.substr(0, 64)) + "'";
  const std::string_view nearest = Nearest(name, known);
  if (!nearest.empty()) message += "; did you mean '" + std::string(nearest) + "'?";
  message += nearest.empty() ? "; known: " : " known: ";
  message += ListNames(known);
  return {ErrorCode::kNotFound, std::move(message)};
}

}  // namespace actsearch
