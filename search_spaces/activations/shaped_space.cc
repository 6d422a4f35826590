#include "search_spaces/activations/shaped_space.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "search_spaces/activations/candidate_graph.h"
#include "search_spaces/activations/domain.h"
#include "search_spaces/activations/eafo/space_correction.h"
#include "search_spaces/activations/fillings.h"
#include "search_spaces/activations/recovery.h"
#include "search_spaces/activations/scalar_features.h"
#include "search_spaces/activations/similarity.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/base/recent_map.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::activations {
namespace {

using expr::Expr;

constexpr int kAttempts = 64;               // of a change or a crossing
constexpr int kSampleAttempts = 1024;       // before the first candidate must do
constexpr std::uint64_t kFirstLook = 4096;  // fillings that may all be inadmissible at the start
constexpr double kSecondChange = 0.2;       // chance that a mutation changes two slots
constexpr std::size_t kFewSeeds = 8;
constexpr std::size_t kRemembered = 1024;   // candidates whose fillings were looked for
constexpr std::size_t kNeighbours = 24;     // looked at by a correction

class ShapedSpace final : public Space {
 public:
  ShapedSpace(std::string shape, Domain domain, Fillings fillings)
      : shape_(std::move(shape)), domain_(std::move(domain)), fillings_(std::move(fillings)) {
    for (std::size_t slot = 0; slot < fillings_.Shape().slots.size(); ++slot) AddKindOf(slot);
  }

  // Remembers a candidate to fall back on. False: there is none among the first.
  bool FindFirst() {
    Rng rng(1);
    for (std::uint64_t i = 0; i < kFirstLook; ++i) {
      for (const std::uint64_t index : {i, std::uint64_t{rng.Below(Size().value())}}) {
        if (index >= *Size()) continue;
        if (auto candidate = At(index)) {
          first_ = *std::move(candidate);
          return true;
        }
      }
    }
    return false;
  }

  std::string_view Name() const override { return "activations"; }

  std::optional<std::uint64_t> Size() const override { return fillings_.Size(); }

  std::optional<Candidate> At(std::uint64_t index) const override {
    return Admit(fillings_.At(index));
  }

  // Uniform over the fillings that are candidates.
  Candidate Sample(Rng& rng) const override {
    for (int i = 0; i < kSampleAttempts; ++i) {
      if (auto candidate = At(rng.Below(fillings_.Size()))) return *std::move(candidate);
    }
    return first_;
  }

  // Another operator in one slot, sometimes in two.
  Candidate Mutate(const Candidate& parent, Rng& rng) const override {
    const std::optional<Choices> choices = ChoicesOf(parent);
    for (int i = 0; choices && i < kAttempts; ++i) {
      Choices changed = *choices;
      ChangeSlot(changed, rng);
      if (rng.Chance(kSecondChange)) ChangeSlot(changed, rng);
      auto child = Admit(changed);
      if (child && *child != parent) return *std::move(child);
    }
    return SampleOther(parent, rng);
  }

  // Each slot from either parent.
  Candidate Cross(const Candidate& a, const Candidate& b, Rng& rng) const override {
    const std::optional<Choices> one = ChoicesOf(a);
    const std::optional<Choices> other = ChoicesOf(b);
    for (int i = 0; one && other && one != other && i < kAttempts; ++i) {
      Choices mixed = *one;
      for (std::size_t slot = 0; slot < mixed.size(); ++slot) {
        if (rng.Chance(0.5)) mixed[slot] = (*other)[slot];
      }
      auto child = Admit(mixed);
      if (child && *child != a && *child != b) return *std::move(child);
    }
    return Mutate(a, rng);
  }

  Result<Candidate> Parse(std::string_view text) const override {
    const Result<Expr> e = expr::ParseScalar(text);
    if (!e) return std::unexpected(e.error());
    const Expr canonical = expr::Canonical(*e);
    if (Result<void> ok = domain_.Check(canonical); !ok) return std::unexpected(ok.error());
    if (!Find({{canonical}}).front()) {
      return Fail(ErrorCode::kInvalid,
                  "no filling of space.shape, " + shape_ +
                      ", is this function; write it with operators of space.unary and "
                      "space.binary in its slots");
    }
    return TextOf(canonical);
  }

  expr::Fingerprint FingerprintOf(const Candidate& candidate) const override {
    return expr::FingerprintOf(GraphOf(candidate));
  }

  std::uint64_t KeyUpTo(const Candidate& candidate, const Absorbs& absorbs) const override {
    return expr::KeyUpTo(GraphOf(candidate), absorbs);
  }

  Complexity ComplexityOf(const Candidate& candidate) const override {
    return ComplexityOfGraph(GraphOf(candidate));
  }

  // The known functions among the candidates; where they are few, others beside them,
  // spread over the space.
  std::vector<Candidate> Seeds() const override {
    std::vector<Expr> known;
    for (const ZooRow& row : Zoo().Rows()) {
      if (!IsPlain(row)) continue;
      if (auto e = domain_.Admit(GraphOf({std::string(row.formula)}))) {
        known.push_back(*std::move(e));
      }
    }
    const auto found = Find(known);
    std::vector<Candidate> seeds;
    const auto add = [&seeds](Candidate candidate) {
      if (std::ranges::find(seeds, candidate) == seeds.end()) seeds.push_back(std::move(candidate));
    };
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (found[i]) add(TextOf(known[i]));
    }
    Rng rng(1);
    for (int i = 0; i < kAttempts && seeds.size() < kFewSeeds; ++i) add(Sample(rng));
    return seeds;
  }

  std::span<const ChoiceKind> ChoiceKinds() const override { return kinds_; }

  // One question a slot.
  std::optional<Candidate> Build(Chooser& chooser) const override {
    Choices choices;
    for (const int kind : kind_of_) {
      choices.push_back(static_cast<std::size_t>(chooser.Choose(kind)));
    }
    return Admit(choices);
  }

  std::vector<double> FeaturesOf(const Candidate& candidate) const override {
    return ScalarFeatures(GraphOf(candidate));
  }

  // Of some changes of one slot the one that moves the function most in the direction of
  // its correction.
  std::optional<Candidate> Correct(const Candidate& parent, Rng& rng) const override {
    const std::optional<Choices> choices = ChoicesOf(parent);
    if (!choices) return std::nullopt;
    const auto judge = eafo::CorrectionJudge::Make(GraphOf(parent), rng);
    if (!judge) return std::nullopt;
    std::vector<std::pair<double, Choices>> ranked;
    for (Choices& changed : SomeNeighbours(*choices, rng)) {
      const auto agreement = judge->Agreement(fillings_.Build(changed));
      if (agreement && *agreement > 0) ranked.emplace_back(*agreement, std::move(changed));
    }
    std::ranges::stable_sort(ranked, std::ranges::greater(), &std::pair<double, Choices>::first);
    for (const auto& [agreement, changed] : ranked) {
      auto child = Admit(changed);
      if (child && *child != parent) return child;
    }
    return std::nullopt;
  }

 private:
  // Up to kNeighbours of those with another operator in one slot, each once.
  std::vector<Choices> SomeNeighbours(const Choices& choices, Rng& rng) const {
    std::vector<Choices> all;
    for (std::size_t slot = 0; slot < choices.size(); ++slot) {
      for (std::size_t other = 0; other < fillings_.OperatorsOf(slot).size(); ++other) {
        if (other == choices[slot]) continue;
        all.push_back(choices);
        all.back()[slot] = other;
      }
    }
    rng.Shuffle(all);
    if (all.size() > kNeighbours) all.resize(kNeighbours);
    return all;
  }

  // Slots of one arity ask questions of one kind.
  void AddKindOf(std::size_t slot) {
    const auto arity = fillings_.Shape().slots[slot].args.size();
    const std::string_view name = arity == 1 ? "unary" : "binary";
    const auto at = std::ranges::find(kinds_, name, &ChoiceKind::name);
    kind_of_.push_back(static_cast<int>(at - kinds_.begin()));
    if (at != kinds_.end()) return;
    const auto operators = fillings_.OperatorsOf(slot);
    kinds_.push_back(OperatorKind(name, operators, std::vector<double>(operators.size(), 1)));
  }

  std::optional<Candidate> Admit(const Choices& choices) const {
    const auto e = domain_.Admit(fillings_.Build(choices));
    if (!e) return std::nullopt;
    return TextOf(*e);
  }

  // Numbers of the fillings whose canonical forms these are.
  std::vector<std::optional<std::uint64_t>> Find(const std::vector<Expr>& canonical) const {
    return FindFillings(fillings_, canonical, [&](std::uint64_t index, std::size_t i) {
      return domain_.Admit(fillings_.Build(fillings_.At(index))) == canonical[i];
    });
  }

  // Finding is slow and parents are asked for again and again.
  std::optional<Choices> ChoicesOf(const Candidate& candidate) const {
    std::optional<std::optional<std::uint64_t>> index = found_.Find(candidate.text);
    if (!index) {
      index = Find({GraphOf(candidate)}).front();
      found_.Add(candidate.text, *index);
    }
    if (!*index) return std::nullopt;
    return fillings_.At(**index);
  }

  // Leaves slots alone that have one operator only.
  void ChangeSlot(Choices& choices, Rng& rng) const {
    std::vector<std::size_t> open;
    for (std::size_t slot = 0; slot < choices.size(); ++slot) {
      if (fillings_.OperatorsOf(slot).size() > 1) open.push_back(slot);
    }
    if (open.empty()) return;
    const std::size_t slot = rng.Pick(open);
    const std::size_t other = rng.Below(fillings_.OperatorsOf(slot).size() - 1);
    choices[slot] = other < choices[slot] ? other : other + 1;
  }

  Candidate SampleOther(const Candidate& known, Rng& rng) const {
    Candidate sample = Sample(rng);
    for (int i = 0; i < kAttempts && sample == known; ++i) sample = Sample(rng);
    return sample;
  }

  std::string shape_;  // as the job file says it
  Domain domain_;
  Fillings fillings_;
  std::vector<ChoiceKind> kinds_;
  std::vector<int> kind_of_;  // by slot
  Candidate first_;
  mutable RecentMap<std::optional<std::uint64_t>> found_{kRemembered};  // fillings, by text
};

}  // namespace

Result<std::unique_ptr<Space>> MakeShapedSpace(const SpaceSpec& spec) {
  // The slots say which operators there are; what simplification makes of them is free.
  SpaceSpec limits = spec;
  limits.operators.clear();
  limits.unary.clear();
  limits.binary.clear();
  Result<Domain> domain = Domain::Make(limits);
  if (!domain) return std::unexpected(domain.error());
  Result<OperatorChoice> operators = ChooseOperators(spec);
  if (!operators) return std::unexpected(operators.error());
  Result<FormulaShape> shape = ParseShape(spec.shape);
  if (!shape) return Fail(ErrorCode::kInvalid, "space.shape: " + shape.error().message);
  Result<Fillings> fillings = Fillings::Make(*std::move(shape), *std::move(operators));
  if (!fillings) return std::unexpected(fillings.error());
  auto space = std::make_unique<ShapedSpace>(spec.shape, *std::move(domain), *std::move(fillings));
  if (!space->FindFirst()) {
    return Fail(ErrorCode::kInvalid,
                "space.shape: no filling of " + spec.shape +
                    " varies with x, is finite around 0 and keeps to space.max_nodes and "
                    "space.max_parameters; raise them or allow other operators");
  }
  return space;
}

}  // namespace actsearch::activations
