#include "coordinator/plan/entrants.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "coordinator/plan/standings.h"
#include "search_spaces/base/check.h"
#include "search_spaces/likeness.h"

namespace actsearch::plan {
namespace {

NamedFunction Read(const SpaceSpec& spec, const std::string& text) {
  Result<NamedFunction> function = (*Spaces().Find(spec.name))->read(text);
  ACTSEARCH_CHECK(function.has_value(), text);  // the job was checked
  return *std::move(function);
}

// A function that people named, in every slot the same.
Record Named(const JobSpec& spec, const Space& space, const std::string& text) {
  const NamedFunction function = Read(spec.space, text);
  Record entrant;
  entrant.name = text;
  entrant.candidate = function.text;
  entrant.cost = spec.space.slots * function.complexity.cost;
  entrant.fingerprint = space.KeyOf({function.text});
  return entrant;
}

std::vector<Record> NamedEntrants(const JobSpec& spec, const Space& space) {
  std::vector<Record> entrants;
  for (const std::string& text : spec.finals.functions) {
    entrants.push_back(Named(spec, space, text));
    entrants.back().given = true;
  }
  for (const std::string& text : spec.finals.baselines) {
    entrants.push_back(Named(spec, space, text));
  }
  return entrants;
}

std::vector<std::uint64_t> Finalists(const JobSpec& spec, const Space& space,
                                     std::span<const Record> search,
                                     std::span<const Record> named) {
  std::set<std::uint64_t> keys;
  for (const Record& record : named) keys.insert(record.fingerprint);
  std::optional<Likeness> likeness;
  if (spec.finals.apart > 0 && spec.finals.finalists > 1) likeness.emplace(space);
  PointsApart points(spec.finals.apart);
  std::vector<std::uint64_t> finalists;
  const Standings standings(search);
  for (const auto& [loss, index] : standings.BestFirst()) {
    if (std::cmp_equal(finalists.size(), spec.finals.finalists)) break;
    if (!keys.insert(search[index].fingerprint).second) continue;
    const bool is_apart = !likeness || points.Add(likeness->PointOf({search[index].candidate}));
    if (is_apart) finalists.push_back(index);
  }
  return finalists;
}

}  // namespace

std::vector<std::uint64_t> FinalistsOf(const JobSpec& spec, const Space& space,
                                       std::span<const Record> search) {
  return Finalists(spec, space, search, NamedEntrants(spec, space));
}

std::vector<Record> EntrantsOf(const JobSpec& spec, const Space& space,
                               std::span<const Record> search) {
  const std::vector<Record> named = NamedEntrants(spec, space);
  std::vector<Record> entrants;
  for (const std::uint64_t index : Finalists(spec, space, search, named)) {
    Record& entrant = entrants.emplace_back();
    entrant.original = index;
    entrant.candidate = search[index].candidate;
    entrant.cost = search[index].cost;
    entrant.fingerprint = search[index].fingerprint;
  }
  entrants.insert(entrants.end(), named.begin(), named.end());
  for (std::size_t i = 0; i < entrants.size(); ++i) entrants[i].entrant = static_cast<int>(i);
  return entrants;
}

}  // namespace actsearch::plan
