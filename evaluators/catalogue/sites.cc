#include "evaluators/catalogue/sites.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "evaluators/catalogue/parts.h"
#include "evaluators/catalogue/recipe.h"
#include "search_spaces/base/names.h"
#include "search_spaces/slots_space.h"

namespace actsearch::catalogue {
namespace {

std::unexpected<Error> Wrong(const std::string& field, const std::string& what) {
  return Fail(ErrorCode::kInvalid, field + ": " + what);
}

const Site* Find(std::span<const Site> sites, std::string_view name) {
  const auto at = std::ranges::find(sites, name, &Site::name);
  return at == sites.end() ? nullptr : &*at;
}

// Names of sites, then the roles and kinds among them: what job files may write.
std::vector<std::string_view> Offered(std::span<const Site> sites) {
  std::vector<std::string_view> names;
  for (const Site& site : sites) names.push_back(site.name);
  const auto add = [&](std::string_view name) {
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  for (const Site& site : sites) add(Name(site.role));
  for (const Site& site : sites) add(KindOfSite(site.name));
  return names;
}

// "task 'mlp' has no site 'norms'; did you mean 'norm'? there are: ..."
std::string NoSite(const TaskInfo& task, std::span<const Site> sites, const std::string& name) {
  std::string message =
      "task '" + std::string(task.name) + "' has no site '" + name.substr(0, 80) + "'; ";
  const std::vector<std::string_view> offered = Offered(sites);
  if (const std::string_view near = Nearest(name, offered); !near.empty()) {
    message += "did you mean '" + std::string(near) + "'? ";
  }
  return message + "there are: " + ListNames(offered);
}

// A name of a site, or of a role or a kind (gate): all its sites.
std::vector<const Site*> Named(std::span<const Site> sites, std::string_view name) {
  std::vector<const Site*> found;
  if (const Site* site = Find(sites, name)) return {site};
  const std::optional<Role> role = RoleNamed(name);
  for (const Site& site : sites) {
    if (role == site.role || KindOfSite(site.name) == name) found.push_back(&site);
  }
  return found;
}

Result<void> CheckNames(const std::vector<std::string>& searched) {
  if (searched.empty()) return Wrong("sites.searched", "no site is named; give [activation]");
  for (const std::string& name : searched) {
    if (std::ranges::count(searched, name) == 1) continue;
    return Wrong("sites.searched", "'" + name.substr(0, 80) + "' is given twice; leave one");
  }
  return {};
}

Result<std::set<std::string>> Searched(const TaskInfo& task, std::span<const Site> sites,
                                       const SiteSpec& wishes, Role role) {
  std::set<std::string> searched;
  for (const std::string& wish : wishes.searched) {
    const std::vector<const Site*> found = Named(sites, wish);
    if (found.empty()) return Wrong("sites.searched", NoSite(task, sites, wish));
    for (const Site* site : found) {
      if (site->role == role) {
        searched.insert(site->name);
        continue;
      }
      return Wrong("sites.searched", "'" + wish + "' is for parts of role " +
                                         std::string(Name(site->role)) +
                                         "; the job's space makes " + std::string(Name(role)));
    }
  }
  return searched;
}

struct Filling {
  std::string name;  // of a site or role
  std::string part;
};

std::string Trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string::npos ? ""
                                    : text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

Result<Filling> ReadFilling(const TaskInfo& task, std::span<const Site> sites,
                            const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) {
    return Wrong("sites.fill",
                 "'" + text.substr(0, 80) + "' is not SITE=PART, as in norm=batch_norm");
  }
  Filling filling{Trimmed(text.substr(0, equals)), Trimmed(text.substr(equals + 1))};
  const std::vector<const Site*> found = Named(sites, filling.name);
  if (found.empty()) return Wrong("sites.fill", NoSite(task, sites, filling.name));
  Result<std::string> part = ReadPart(found.front()->role, filling.part);
  if (!part) return Wrong("sites.fill", part.error().message);
  filling.part = *std::move(part);
  return filling;
}

Result<std::vector<Filling>> ReadFillings(const TaskInfo& task, std::span<const Site> sites,
                                          const std::vector<std::string>& texts) {
  std::vector<Filling> fillings;
  for (const std::string& text : texts) {
    Result<Filling> filling = ReadFilling(task, sites, text);
    if (!filling) return std::unexpected(filling.error());
    const auto before = std::ranges::find(fillings, filling->name, &Filling::name);
    if (before != fillings.end()) {
      return Wrong("sites.fill", "'" + filling->name + "' is given twice, as " + before->part +
                                     " and " + filling->part + "; leave one");
    }
    fillings.push_back(*std::move(filling));
  }
  return fillings;
}

// By name a site's own wish stands before its role's; both before what the task has there.
Result<std::map<std::string, std::string>> Standing(std::span<const Site> sites,
                                                    std::span<const Filling> fillings) {
  std::map<std::string, std::string> standing;
  for (const Site& site : sites) {
    const Result<std::string> initial = ReadPart(site.role, site.initial);
    if (!initial) return std::unexpected(initial.error());
    standing[site.name] = *initial;
  }
  for (const bool whole_role : {true, false}) {
    for (const Filling& filling : fillings) {
      if ((Find(sites, filling.name) == nullptr) != whole_role) continue;
      for (const Site* site : Named(sites, filling.name)) standing[site->name] = filling.part;
    }
  }
  return standing;
}

// A part at a searched site would never stand there. That of a role goes to its other sites.
Result<void> CheckFilled(const std::set<std::string>& searched, std::span<const Filling> fillings,
                         std::span<const Site> sites) {
  for (const Filling& filling : fillings) {
    const std::vector<const Site*> found = Named(sites, filling.name);
    const bool used = std::ranges::any_of(
        found, [&](const Site* site) { return !searched.contains(site->name); });
    if (used) continue;
    return Wrong("sites.fill", "'" + filling.name + "' is searched, so that nothing else can stand "
                                   "there; leave it out, or name the sites to search in "
                                   "sites.searched");
  }
  return {};
}

// Whether a part has a site of this kind in it.
bool Has(std::string_view part, std::string_view kind) {
  const auto row = Parts().Find(part);
  return row && std::ranges::find((*row)->inside, kind) != (*row)->inside.end();
}

// A site that stands alone, or inside a part that has such a site, is there.
bool IsThere(const std::string& name, const std::map<std::string, std::string>& standing) {
  const std::string_view kind = KindOfSite(name);
  if (kind.empty()) return true;
  const auto outer = standing.find(OuterSite(name));
  return outer != standing.end() && Has(outer->second, kind);
}

// What would have to stand around the site for it to be there.
std::string Missing(const std::string& name, const std::map<std::string, std::string>& standing) {
  const auto outer = standing.find(OuterSite(name));
  if (outer == standing.end()) return "'" + name + "' is inside a site that is searched";
  std::string message = "'" + name + "' is not there: '" + outer->first + "' has " + outer->second;
  for (const PartInfo& part : Parts().Rows()) {
    if (!Has(part.name, KindOfSite(name))) continue;
    message += "; sites.fill: [" + outer->first + "=" + std::string(part.name) + "] has one";
    break;
  }
  return message;
}

// Sites that are not there stand nowhere. What was named alone must be there; of roles and
// kinds those that are.
Result<void> KeepPresent(std::span<const Site> sites, const SiteSpec& wishes,
                         std::span<const Filling> fillings, std::set<std::string>& searched,
                         std::map<std::string, std::string>& standing) {
  std::set<std::string> absent;
  for (const Site& site : sites) {
    if (!IsThere(site.name, standing)) absent.insert(site.name);
  }
  const auto is_gone = [&](const Site* site) { return absent.contains(site->name); };
  for (const std::string& wish : wishes.searched) {
    const std::vector<const Site*> found = Named(sites, wish);
    if (!std::ranges::all_of(found, is_gone)) continue;
    return Wrong("sites.searched", Missing(found.front()->name, standing));
  }
  for (const Filling& filling : fillings) {
    const std::vector<const Site*> found = Named(sites, filling.name);
    if (!std::ranges::all_of(found, is_gone)) continue;
    return Wrong("sites.fill", Missing(found.front()->name, standing));
  }
  for (const std::string& name : absent) {
    searched.erase(name);
    standing.erase(name);
  }
  return {};
}

Result<void> CheckSlots(int slots) {
  if (slots <= kMaxSlots) return {};
  return Wrong("sites.share", std::to_string(slots) +
                                  " searched sites with a candidate each; at most " +
                                  std::to_string(kMaxSlots) +
                                  ": name fewer in sites.searched, or share one");
}

// At a fair start; shared candidates are one only where every site absorbs their difference.
std::vector<Absorbs> AbsorbedBySlots(std::span<const Site> sites,
                                     const std::set<std::string>& searched, int slots) {
  std::vector<Absorbs> each;
  for (const Site& site : sites) {
    if (!searched.contains(site.name)) continue;
    each.push_back(site.absorbs);
    each.back().shift |= site.centres;
  }
  if (std::cmp_equal(each.size(), slots)) return each;
  Absorbs all = each.front();
  for (const Absorbs& one : each) all = all & one;
  return {all};
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
  if (Result<void> ok = CheckSlots(plan.slots); !ok) return std::unexpected(ok.error());
  if (task.one_candidate && plan.slots > 1) {
    return Wrong("sites.share", "task '" + std::string(task.name) +
                                    "' knows one function at a time; give true");
  }
  return plan;
}

}  // namespace

Result<SitePlan> PlanSites(const TaskInfo& task, const Fields& fields, const SiteSpec& wishes,
                           Role role) {
  if (Result<void> ok = CheckNames(wishes.searched); !ok) return std::unexpected(ok.error());
  if (task.sketch == nullptr) return PlanWithoutNetwork(task, wishes);
  // Names and roles do not depend on the data.
  const Result<Blueprint> blueprint = task.sketch(fields, PublishedFacts(*FirstFitting(task)));
  if (!blueprint) return std::unexpected(blueprint.error());
  auto searched = Searched(task, blueprint->sites, wishes, role);
  if (!searched) return std::unexpected(searched.error());
  const auto fillings = ReadFillings(task, blueprint->sites, wishes.fill);
  if (!fillings) return std::unexpected(fillings.error());
  auto standing = Standing(blueprint->sites, *fillings);
  if (!standing) return std::unexpected(standing.error());
  for (const std::string& name : *searched) standing->erase(name);
  if (Result<void> ok = KeepPresent(blueprint->sites, wishes, *fillings, *searched, *standing);
      !ok) {
    return std::unexpected(ok.error());
  }
  if (Result<void> ok = CheckFilled(*searched, *fillings, blueprint->sites); !ok) {
    return std::unexpected(ok.error());
  }
  SitePlan plan{.searched = {}, .standing = *std::move(standing)};
  for (const Site& site : blueprint->sites) {
    if (searched->contains(site.name)) plan.searched.push_back(site.name);
    if (site.centres) plan.centred.insert(site.name);
  }
  if (!wishes.share) plan.slots = static_cast<int>(plan.searched.size());
  if (Result<void> ok = CheckSlots(plan.slots); !ok) return std::unexpected(ok.error());
  // At other starts, what is absorbed in the end makes a difference all the same.
  const bool is_fair = StartOf(fields) == StartKind::kFair;
  if (is_fair) plan.absorbs = AbsorbedBySlots(blueprint->sites, *searched, plan.slots);
  return plan;
}

}  // namespace actsearch::catalogue
