#include "search_spaces/activations/activations.h"

#include <optional>
#include <string>
#include <utility>

#include "search_spaces/activations/core_units.h"
#include "search_spaces/activations/domain.h"
#include "search_spaces/activations/moves.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/base/check.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::activations {
namespace {

using expr::Expr;

// Draws until one lies inside the limits and is new; small spaces need many.
constexpr int kAttempts = 64;

Expr ParseCandidate(const Candidate& candidate) {
  Result<Expr> e = expr::Parse(candidate.text);
  ACTSEARCH_CHECK(e.has_value(), "candidate '" + candidate.text +
                                     "' is not of the language: " + (e ? "" : e.error().message));
  return std::move(*e);
}

class Activations final : public Space {
 public:
  explicit Activations(Domain domain) : domain_(std::move(domain)) {}

  std::string_view Name() const override { return "activations"; }

  // x itself, which is inside any limits, when nothing else was found.
  Candidate Sample(Rng& rng) const override {
    for (int i = 0; i < kAttempts; ++i) {
      if (auto e = domain_.Admit(SampleCoreUnits(domain_.Operators(), rng))) return Text(*e);
    }
    GraphEdit edit;
    const NodeIndex x = edit.AddInput();
    for (int i = 0; i < kAttempts; ++i) {
      const NodeIndex unary = domain_.Operators().ApplyUnary(edit, x, rng);
      if (auto e = domain_.Admit(edit.Output(unary))) return Text(*e);
    }
    return {"x"};
  }

  Candidate Mutate(const Candidate& parent, Rng& rng) const override {
    const Expr e = ParseCandidate(parent);
    for (int i = 0; i < kAttempts; ++i) {
      auto child = TryMutate(domain_, e, rng);
      if (!child) continue;
      Candidate candidate = Text(*child);
      if (candidate != parent) return candidate;
    }
    return SampleOther(parent, rng);
  }

  Candidate Cross(const Candidate& a, const Candidate& b, Rng& rng) const override {
    const Expr taker = ParseCandidate(a);
    const Expr giver = ParseCandidate(b);
    for (int i = 0; i < kAttempts; ++i) {
      auto child = TryCross(domain_, taker, giver, rng);
      if (!child) continue;
      Candidate candidate = Text(*child);
      if (candidate != a && candidate != b) return candidate;
    }
    return Mutate(a, rng);
  }

  Result<Candidate> Parse(std::string_view text) const override {
    const Result<Expr> e = expr::ParseScalar(text);
    if (!e) return std::unexpected(e.error());
    const Expr canonical = expr::Canonical(*e);
    if (Result<void> ok = domain_.Check(canonical); !ok) return std::unexpected(ok.error());
    return Text(canonical);
  }

  expr::Fingerprint FingerprintOf(const Candidate& candidate) const override {
    return expr::FingerprintOf(ParseCandidate(candidate));
  }

  std::vector<Candidate> Seeds() const override {
    std::vector<Candidate> seeds;
    for (const ZooRow& row : Zoo().Rows()) {
      if (auto e = domain_.Admit(ParseCandidate({std::string(row.formula)}))) {
        seeds.push_back(Text(*e));
      }
    }
    return seeds;
  }

 private:
  static Candidate Text(const Expr& canonical) { return {expr::Print(canonical)}; }

  Candidate SampleOther(const Candidate& known, Rng& rng) const {
    Candidate sample = Sample(rng);
    for (int i = 0; i < kAttempts && sample == known; ++i) sample = Sample(rng);
    return sample;
  }

  Domain domain_;
};

}  // namespace

Result<std::unique_ptr<Space>> MakeActivations(const SpaceSpec& spec) {
  Result<Domain> domain = Domain::Make(spec);
  if (!domain) return std::unexpected(domain.error());
  return std::make_unique<Activations>(std::move(*domain));
}

}  // namespace actsearch::activations
