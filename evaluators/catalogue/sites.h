// Which part stands at which site of a task's network: the wishes of a job file (SiteSpec)
// resolved against the sites that the task offers. Pure; any thread.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "evaluators/catalogue/tasks.h"
#include "search_spaces/base/error.h"
#include "search_spaces/site.h"
#include "search_spaces/trial.h"

namespace actsearch::catalogue {

struct SitePlan {
  std::vector<std::string> searched;            // names of sites, in network order
  // Part by site, where none is searched; sites inside a part that has none such are not there.
  std::map<std::string, std::string> standing;

  std::set<std::string> centred;  // those of all that are there where Site::centres

  // Candidates of the space that one candidate of the job consists of.
  int slots = 1;

  // What makes no difference to a training at the searched sites: one for each slot. Empty: all
  // does.
  std::vector<Absorbs> absorbs;
};

// `fields` are complete. `role` is that of the searched space; sites that it cannot fill may not be
// searched, nor a site inside another that is. kInvalid names sites.searched or sites.fill, the
// value and what there is.
Result<SitePlan> PlanSites(const TaskInfo& task, const Fields& fields, const SiteSpec& wishes,
                           Role role);

}  // namespace actsearch::catalogue
