// What stands at the sites of a network under construction: a searched candidate's module or
// a part of the table. One thread at a time.
#pragma once

#include <c10/core/Device.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluators/catalogue/recipe.h"
#include "evaluators/catalogue/sites.h"
#include "evaluators/modules/module.h"
#include "search_spaces/base/error.h"
#include "search_spaces/site.h"
#include "search_spaces/trial.h"

namespace actsearch::modules {

// The module of a function of a space, for `site`; `text` is canonical.
using MakeCandidate = std::shared_ptr<Module> (*)(std::string_view text, const Site& site,
                                                  const at::Device& device);

class Parts {
 public:
  // `candidates`: one for all searched sites, or one for each in their order; texts of
  // `space` that CheckCandidates has accepted.
  Parts(catalogue::SitePlan plan, std::string space, std::vector<std::string> candidates,
        const at::Device& device,
        catalogue::StartKind start = catalogue::StartKind::kFair);

  // The module for the site of this name, whose inputs have this shape; asked for once each.
  std::shared_ptr<Module> At(const std::string& name, Role role, const Shape& shape);

  // As catalogue::Sketch::Place: a normalization and an activation, or one part for both.
  std::shared_ptr<Module> Place(const std::string& name, const Shape& shape) {
    return At(name, Role::kNormActivation, shape);
  }

  // What stands there: the text of a candidate or part.
  const std::string& TextAt(const std::string& name) const;

  // Whether what follows a layer takes the mean of each channel away, so that a bias there would
  // move by rounding alone.
  bool TakesBiases(const std::string& place) const;

  // For references in tests: `make` stands in for the space's own maker of candidates.
  void MakeCandidatesBy(MakeCandidate make) { make_candidate_ = make; }

  // Sites that were asked for, in order.
  std::span<const Site> Made() const { return made_; }
  const at::Device& device() const { return device_; }

 private:
  bool IsSearched(const std::string& name) const;
  const std::string* Find(const std::string& name) const;  // null: nothing stands there

  catalogue::SitePlan plan_;
  std::string space_;
  std::vector<std::string> candidates_;
  at::Device device_;
  catalogue::StartKind start_;
  MakeCandidate make_candidate_ = nullptr;
  std::vector<Site> made_;
};

// The module of a row of the part table, for `site`.
using MakePart = std::shared_ptr<Module> (*)(Parts& parts, const Site& site);

// The half with LibTorch of a row of the table of spaces (search_spaces/space.h): candidates as
// modules, and the gates before training.
struct CandidateRow {
  std::string_view name;  // of the space
  // kInvalid when the text is no candidate.
  Result<void> (*check)(std::string_view text);
  MakeCandidate make;
  std::optional<Rejection> (*gates)(std::string_view text);
};
const Registry<CandidateRow>& CandidateRows();

// Splits the trial's text into candidates and checks that each is one; as many as `slots`, or
// one for all.
Result<std::vector<std::string>> ReadCandidates(const Trial& trial, int slots);

// The first rejection by the space's gates; its detail says which candidate of several.
std::optional<Rejection> CheckGates(const CandidateRow& space,
                                    std::span<const std::string> candidates);

}  // namespace actsearch::modules
