#include "evaluators/catalogue/sites.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "evaluators/catalogue/parts.h"
#include "search_spaces/base/names.h"
#include "search_spaces/slots_space.h"

namespace actsearch::catalogue {
namespace {

constexpr std::string_view kPair = "pair";

std::unexpected<Error> Wrong(const std::string& field, const std::string& what) {
  return Fail(ErrorCode::kInvalid, field + ": " + what);
}

const Site* Find(std::span<const Site> sites, std::string_view name) {
  const auto at = std::ranges::find(sites, name, &Site::name);
  return at == sites.end() ? nullptr : &*at;
}

// Names of sites, then the roles among them: what job files may write.
std::string Offered(std::span<const Site> sites) {
  std::vector<std::string_view> names;
  for (const Site& site : sites) names.push_back(site.name);
  for (const Site& site : sites) {
    if (std::ranges::find(names, Name(site.role)) == names.end()) names.push_back(Name(site.role));
  }
  return ListNames(names);
}

// A name of a site, or of a role: all its sites.
std::vector<const Site*> Named(std::span<const Site> sites, std::string_view name) {
  std::vector<const Site*> found;
  if (const Site* site = Find(sites, name)) return {site};
  const std::optional<Role> role = RoleNamed(name);
  for (const Site& site : sites) {
    if (role == site.role) found.push_back(&site);
  }
  return found;
}

Result<std::set<std::string>> Searched(const TaskInfo& task, std::span<const Site> sites,
                                       const SiteSpec& wishes, Role role) {
  std::set<std::string> searched;
  for (const std::string& wish : wishes.searched) {
    const std::vector<const Site*> found = Named(sites, wish);
    if (found.empty()) {
      return Wrong("sites.searched", "task '" + std::string(task.name) + "' has no site '" +
                                         wish.substr(0, 80) + "'; there are: " + Offered(sites));
    }
    for (const Site* site : found) {
      if (site->role != role) {
        return Wrong("sites.searched", "'" + wish + "' is for parts of role " +
                                           std::string(Name(site->role)) +
                                           "; the job's space makes " + std::string(Name(role)));
      }
      searched.insert(site->name);
    }
  }
  return searched;
}

struct Filling {
  std::string name;  // of a site or role
  std::string part;
};

Result<Filling> ReadFilling(std::span<const Site> sites, const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) {
    return Wrong("sites.fill", "'" + text.substr(0, 80) + "' is not SITE=PART, as in norm=batch_norm");
  }
  Filling filling{text.substr(0, equals), text.substr(equals + 1)};
  const std::vector<const Site*> found = Named(sites, filling.name);
  if (found.empty()) {
    return Wrong("sites.fill", "there is no site '" + filling.name.substr(0, 80) +
                                   "'; there are: " + Offered(sites));
  }
  Result<std::string> part = ReadPart(found.front()->role, filling.part);
  if (!part) return Wrong("sites.fill", part.error().message);
  filling.part = *std::move(part);
  return filling;
}

// By name a site's own wish stands before its role's.
Result<std::map<std::string, std::string>> Standing(std::span<const Site> sites,
                                                    const SiteSpec& wishes) {
  std::map<std::string, std::string> standing;
  for (const Site& site : sites) {
    const Result<std::string> initial = ReadPart(site.role, site.initial);
    if (!initial) return std::unexpected(initial.error());
    standing[site.name] = *initial;
  }
  std::vector<Filling> fillings;
  for (const std::string& text : wishes.fill) {
    Result<Filling> filling = ReadFilling(sites, text);
    if (!filling) return std::unexpected(filling.error());
    fillings.push_back(*std::move(filling));
  }
  for (const bool whole_role : {true, false}) {
    for (const Filling& filling : fillings) {
      if ((Find(sites, filling.name) == nullptr) != whole_role) continue;
      for (const Site* site : Named(sites, filling.name)) standing[site->name] = filling.part;
    }
  }
  return standing;
}

// The site that NAME.norm and NAME.activation are inside of.
std::string OuterOf(const std::string& name) { return name.substr(0, name.rfind('.')); }

// A searched site inside one that something else fills would not be there.
Result<void> CheckInside(const SitePlan& plan) {
  for (const std::string& name : plan.searched) {
    const auto outer = plan.standing.find(OuterOf(name));
    if (outer == plan.standing.end() || outer->first == name || outer->second == kPair) continue;
    return Wrong("sites.searched", "'" + name + "' is inside '" + outer->first +
                                       "', which sites.fill gives to " + outer->second);
  }
  return {};
}

// Without a network the names of searched sites are only counted, and nothing else stands
// anywhere.
Result<SitePlan> PlanWithoutNetwork(const TaskInfo& task, const SiteSpec& wishes) {
  if (!wishes.fill.empty()) {
    return Wrong("sites.fill", "task '" + std::string(task.name) +
                                   "' has no network, so that nothing can stand at '" +
                                   wishes.fill.front() + "'; leave it out");
  }
  SitePlan plan{.searched = wishes.searched, .standing = {}, .slots = 1};
  if (!wishes.share) plan.slots = static_cast<int>(wishes.searched.size());
  if (task.one_candidate && plan.slots > 1) {
    return Wrong("sites.share", "task '" + std::string(task.name) +
                                    "' knows one function at a time; give true");
  }
  return plan;
}

}  // namespace

Result<SitePlan> PlanSites(const TaskInfo& task, const Fields& fields, const SiteSpec& wishes,
                           Role role) {
  if (wishes.searched.empty()) return Wrong("sites.searched", "no site is named; give [activation]");
  if (task.draw == nullptr) return PlanWithoutNetwork(task, wishes);
  // Names and roles do not depend on the data.
  const Result<Blueprint> blueprint = task.draw(fields, PublishedFacts(Datasets().Rows().front()));
  if (!blueprint) return std::unexpected(blueprint.error());
  const auto searched = Searched(task, blueprint->sites, wishes, role);
  if (!searched) return std::unexpected(searched.error());
  auto standing = Standing(blueprint->sites, wishes);
  if (!standing) return std::unexpected(standing.error());
  SitePlan plan;
  plan.standing = *std::move(standing);
  for (const Site& site : blueprint->sites) {
    if (!searched->contains(site.name)) continue;
    plan.searched.push_back(site.name);
    plan.standing.erase(site.name);
  }
  if (Result<void> ok = CheckInside(plan); !ok) return std::unexpected(ok.error());
  if (!wishes.share) plan.slots = static_cast<int>(plan.searched.size());
  if (plan.slots > kMaxSlots) {
    return Wrong("sites.share", std::to_string(plan.slots) + " searched sites with a candidate each; at most " +
                                    std::to_string(kMaxSlots) + ": name fewer in sites.searched, or share one");
  }
  return plan;
}

}  // namespace actsearch::catalogue
