#include "cli/site_table.h"

#include <algorithm>
#include <optional>

#include "evaluators/catalogue/datasets.h"
#include "evaluators/catalogue/sites.h"
#include "search_spaces/space.h"

namespace actsearch::cli {
namespace {

using catalogue::SitePlan;

std::string AbsorbedText(const Absorbs& absorbs) {
  std::string text;
  if (absorbs.shift) text += " shift";
  if (absorbs.scale) text += " scale";
  if (absorbs.sign) text += " sign";
  return text.empty() ? "nothing" : text.substr(1);
}

// "candidate", "candidate 2" of several, or a part.
std::string StandsAt(const SitePlan& plan, const std::string& site) {
  const auto part = plan.standing.find(site);
  if (part != plan.standing.end()) return part->second;
  if (plan.slots == 1) return "candidate";
  const auto at = std::ranges::find(plan.searched, site) - plan.searched.begin();
  return "candidate " + std::to_string(at + 1);
}

Result<SiteTable> Tabulate(const catalogue::TaskInfo& task, const Fields& fields,
                           const catalogue::DatasetInfo& dataset, const SitePlan* plan) {
  SiteTable sites{.text = "", .document = Document::array()};
  if (task.sketch == nullptr) return sites;
  const auto blueprint = task.sketch(fields, catalogue::PublishedFacts(dataset));
  if (!blueprint) return std::unexpected(blueprint.error());
  Table table(
      {{"SITE"}, {"ROLE"}, {"ARRIVES"}, {plan ? "STANDS" : "INITIAL"}, {"ABSORBED BEHIND IT"}});
  const bool is_unknown = Numbers(dataset.inputs.shape) == 0;
  for (const Site& site : blueprint->sites) {
    const bool is_there = plan == nullptr || plan->standing.contains(site.name) ||
                          std::ranges::find(plan->searched, site.name) != plan->searched.end();
    if (!is_there) continue;
    const std::string role(Name(site.role)), absorbed = AbsorbedText(site.absorbs);
    const std::string stands = plan ? StandsAt(*plan, site.name) : site.initial;
    const std::string arrives = is_unknown ? "as the files say" : ToText(site.in);
    table.Add({site.name, role, arrives, stands, absorbed});
    sites.document.push_back({{"site", site.name},
                              {"role", role},
                              {"in", arrives},
                              {plan ? "stands" : "initial", stands},
                              {"absorbed", absorbed}});
  }
  sites.text = table.ToText();
  return sites;
}

std::string Joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

}  // namespace

Result<SiteTable> SitesOf(const catalogue::TaskInfo& task, const catalogue::DatasetInfo& dataset) {
  const Result<Fields> fields =
      CompleteFields("task", catalogue::FieldsOf(task, &dataset), {});
  if (!fields) return std::unexpected(fields.error());
  return Tabulate(task, *fields, dataset, nullptr);
}

Result<SiteTable> SitesOf(const plan::JobSpec& spec) {
  const auto task = catalogue::Tasks().Find(spec.task.name);
  if (!task) return std::unexpected(task.error());
  const auto dataset = catalogue::Datasets().Find(spec.task.dataset);
  if (!dataset) return std::unexpected(dataset.error());
  const auto space = Spaces().Find(spec.space.name);
  if (!space) return std::unexpected(space.error());
  const auto plan = catalogue::PlanSites(**task, spec.task.fields, spec.sites, (*space)->role);
  if (!plan) return std::unexpected(plan.error());
  return Tabulate(**task, spec.task.fields, **dataset, &*plan);
}

std::string SitesSummary(const SiteSpec& sites) {
  std::string text = Joined(sites.searched) + ": ";
  text += sites.share ? "one candidate for all" : "a candidate for each";
  return sites.fill.empty() ? text : text + "; " + Joined(sites.fill);
}

}  // namespace actsearch::cli
