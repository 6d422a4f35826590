#include "search_spaces/activations/activations.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "search_spaces/activations/candidate_graph.h"
#include "search_spaces/activations/core_units.h"
#include "search_spaces/activations/domain.h"
#include "search_spaces/activations/eafo/space_correction.h"
#include "search_spaces/activations/moves.h"
#include "search_spaces/activations/scalar_features.h"
#include "search_spaces/activations/shaped_space.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/activations/zoo_names.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::activations {
namespace {

using expr::Expr;

// Draws until one lies inside the limits and is new; small spaces need many.
constexpr int kAttempts = 64;

class Activations final : public Space {
 public:
  explicit Activations(Domain domain)
      : domain_(std::move(domain)), units_(domain_.Operators()) {}

  std::string_view Name() const override { return "activations"; }

  // x itself, which is inside any limits, when nothing else was found.
  Candidate Sample(Rng& rng) const override {
    for (int i = 0; i < kAttempts; ++i) {
      PriorChooser chooser(units_.Kinds(), rng);
      if (auto candidate = Build(chooser)) return *std::move(candidate);
    }
    GraphEdit edit;
    const NodeIndex x = edit.AddInput();
    for (int i = 0; i < kAttempts; ++i) {
      const NodeIndex unary = domain_.Operators().ApplyUnary(edit, x, rng);
      if (auto e = domain_.Admit(edit.Output(unary))) return TextOf(*e);
    }
    return {"x"};
  }

  Candidate Mutate(const Candidate& parent, Rng& rng) const override {
    const Expr e = GraphOf(parent);
    for (int i = 0; i < kAttempts; ++i) {
      auto child = TryMutate(domain_, e, rng);
      if (!child) continue;
      Candidate candidate = TextOf(*child);
      if (candidate != parent) return candidate;
    }
    return SampleOther(parent, rng);
  }

  Candidate Cross(const Candidate& a, const Candidate& b, Rng& rng) const override {
    const Expr taker = GraphOf(a);
    const Expr giver = GraphOf(b);
    for (int i = 0; i < kAttempts; ++i) {
      auto child = TryCross(domain_, taker, giver, rng);
      if (!child) continue;
      Candidate candidate = TextOf(*child);
      if (candidate != a && candidate != b) return candidate;
    }
    return Mutate(a, rng);
  }

  Result<Candidate> Parse(std::string_view text) const override {
    const Result<Expr> e = expr::ParseScalar(text);
    if (!e) return std::unexpected(e.error());
    const Expr canonical = expr::Canonical(*e);
    if (Result<void> ok = domain_.Check(canonical); !ok) return std::unexpected(ok.error());
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

  std::vector<Candidate> Seeds() const override {
    std::vector<Candidate> seeds;
    for (const ZooRow& row : Zoo().Rows()) {
      if (!IsPlain(row)) continue;
      const auto e = domain_.Admit(GraphOf({std::string(row.formula)}));
      if (!e) continue;
      Candidate seed = TextOf(*e);
      if (std::ranges::find(seeds, seed) == seeds.end()) seeds.push_back(std::move(seed));
    }
    return seeds;
  }

  std::span<const ChoiceKind> ChoiceKinds() const override { return units_.Kinds(); }

  std::optional<Candidate> Build(Chooser& chooser) const override {
    const auto e = domain_.Admit(units_.Build(domain_.Operators(), chooser));
    if (!e) return std::nullopt;
    return TextOf(*e);
  }

  std::vector<double> FeaturesOf(const Candidate& candidate) const override {
    return ScalarFeatures(GraphOf(candidate));
  }

  std::optional<Candidate> Correct(const Candidate& parent, Rng& rng) const override {
    const auto child = eafo::CorrectedFormula(
        GraphOf(parent), rng, [this](Expr raw) { return domain_.Admit(std::move(raw)); });
    if (!child || TextOf(*child) == parent) return std::nullopt;
    return TextOf(*child);
  }

 private:
  Candidate SampleOther(const Candidate& known, Rng& rng) const {
    Candidate sample = Sample(rng);
    for (int i = 0; i < kAttempts && sample == known; ++i) sample = Sample(rng);
    return sample;
  }

  Domain domain_;
  CoreUnits units_;
};

// Of a text that can only be a name, what it may have meant says more than where it ends.
bool IsName(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

}  // namespace

Result<NamedFunction> ReadActivation(std::string_view text) {
  const Result<Expr> written = ReadFunction(text);
  if (!written && IsName(text)) return std::unexpected(FindZooRow(text).error());
  if (!written) return std::unexpected(written.error());
  const Expr canonical = expr::Canonical(*written);
  const Candidate candidate = TextOf(canonical);
  if (const Result<Expr> ok = expr::ParseScalar(candidate.text); !ok) {
    return std::unexpected(ok.error());
  }
  return NamedFunction{candidate.text, ComplexityOfGraph(canonical),
                       expr::FingerprintOf(canonical)};
}

Result<std::unique_ptr<Space>> MakeActivations(const SpaceSpec& spec) {
  if (!spec.shape.empty()) return MakeShapedSpace(spec);
  Result<Domain> domain = Domain::Make(spec);
  if (!domain) return std::unexpected(domain.error());
  return std::make_unique<Activations>(std::move(*domain));
}

}  // namespace actsearch::activations
