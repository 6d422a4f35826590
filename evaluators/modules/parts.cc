#include "evaluators/modules/parts.h"

#include <algorithm>
#include <utility>

#include "evaluators/modules/activation.h"
#include "evaluators/modules/rows.h"
#include "search_spaces/base/check.h"
#include "search_spaces/slots_space.h"
#include "search_spaces/space.h"

namespace actsearch::modules {

// MakeNAME(parts, site), each in its own file.
#define ACTSEARCH_ROW(Name) std::shared_ptr<Module> Make##Name(Parts& parts, const Site& site);
ACTSEARCH_PARTS(ACTSEARCH_ROW)
#undef ACTSEARCH_ROW

namespace {

struct PartRow {
  std::string_view name;
  Role role;
  MakePart make;
};

// Null: no row, so that a function of a space stands there.
const PartRow* FindRow(Role role, std::string_view name) {
#define ACTSEARCH_ROW(Name) PartRow{Name##Row().name, Name##Row().role, Make##Name},
  static const std::vector<PartRow> rows = {ACTSEARCH_PARTS(ACTSEARCH_ROW)};
#undef ACTSEARCH_ROW
  const auto row = std::ranges::find_if(
      rows, [&](const PartRow& each) { return each.role == role && each.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

// Of the space whose text this is, among those that fill the role.
MakeCandidate MakerFor(Role role, std::string_view text) {
  for (const CandidateRow& row : CandidateRows().Rows()) {
    if ((*Spaces().Find(row.name))->role == role && row.check(text)) return row.make;
  }
  ACTSEARCH_CHECK(false, "no part " + std::string(text));
  return nullptr;
}

std::string Which(std::size_t at, std::size_t count) {
  return count == 1 ? "" : "candidate " + std::to_string(at + 1) + ": ";
}

}  // namespace

const Registry<CandidateRow>& CandidateRows() {
  static const Registry<CandidateRow> rows(
      "space", {{"activations", CheckActivation, MakeActivation, CheckActivationGates}});
  return rows;
}

Parts::Parts(catalogue::SitePlan plan, std::string space, std::vector<std::string> candidates,
             const at::Device& device, catalogue::StartKind start)
    : plan_(std::move(plan)),
      space_(std::move(space)),
      candidates_(std::move(candidates)),
      device_(device),
      start_(start) {}

bool Parts::IsSearched(const std::string& name) const {
  return std::ranges::find(plan_.searched, name) != plan_.searched.end();
}

const std::string* Parts::Find(const std::string& name) const {
  const auto standing = plan_.standing.find(name);
  if (standing != plan_.standing.end()) return &standing->second;
  const auto searched = std::ranges::find(plan_.searched, name);
  if (searched == plan_.searched.end()) return nullptr;
  const auto at = static_cast<std::size_t>(searched - plan_.searched.begin());
  return candidates_.size() == 1 ? &candidates_.front() : &candidates_[at];
}

const std::string& Parts::TextAt(const std::string& name) const {
  const std::string* text = Find(name);
  ACTSEARCH_CHECK(text != nullptr, "no site " + name);
  return *text;
}

bool Parts::TakesBiases(const std::string& place) const {
  const std::string* norm = Find(InsideSite(place, Role::kNorm));
  return norm != nullptr && *norm == BatchNormRow().name;
}

std::shared_ptr<Module> Parts::At(const std::string& name, Role role, const Shape& shape) {
  const bool centres =
      start_ == catalogue::StartKind::kFair && plan_.centred.contains(name);
  const Site site{.name = name,
                  .role = role,
                  .in = shape,
                  .out = shape,
                  .absorbs = {},
                  .centres = centres,
                  .initial = {}};
  made_.push_back(site);
  const std::string& text = TextAt(name);
  if (IsSearched(name)) {
    const MakeCandidate make =
        make_candidate_ != nullptr ? make_candidate_ : (*CandidateRows().Find(space_))->make;
    return make(text, site, device_);
  }
  if (const PartRow* row = FindRow(site.role, text)) return row->make(*this, site);
  return MakerFor(site.role, text)(text, site, device_);
}

Result<std::vector<std::string>> ReadCandidates(const Trial& trial, int slots) {
  const auto space = CandidateRows().Find(trial.space);
  if (!space) return std::unexpected(space.error());
  const std::vector<std::string_view> texts = SplitSlots(trial.candidate);
  if (texts.size() != 1 && texts.size() != static_cast<std::size_t>(slots)) {
    return Fail(ErrorCode::kInvalid, std::to_string(texts.size()) + " candidates for " +
                                         std::to_string(slots) +
                                         " searched sites; give one, or one for each");
  }
  std::vector<std::string> candidates;
  for (const std::string_view text : texts) {
    if (const Result<void> ok = (*space)->check(text); !ok) {
      return Fail(ok.error().code, Which(candidates.size(), texts.size()) + ok.error().message);
    }
    candidates.emplace_back(text);
  }
  return candidates;
}

std::optional<Rejection> CheckGates(const CandidateRow& space,
                                    std::span<const std::string> candidates) {
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    std::optional<Rejection> rejection = space.gates(candidates[i]);
    if (!rejection) continue;
    rejection->detail = Which(i, candidates.size()) + rejection->detail;
    return rejection;
  }
  return std::nullopt;
}

}  // namespace actsearch::modules
