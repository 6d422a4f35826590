// A Space says which candidates exist and how to move among them. Strategies know
// candidates only through this interface, so every strategy serves every space.
// A Space is immutable after it is made and safe from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/base/absorbs.h"
#include "search_spaces/base/choices.h"
#include "search_spaces/base/error.h"
#include "search_spaces/base/registry.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/fingerprint.h"
#include "search_spaces/site.h"

namespace actsearch {

// A point of a space, in canonical text of the candidate language: equal
// candidates have equal text.
struct Candidate {
  std::string text;

  bool operator==(const Candidate&) const = default;
};

// What a job file says of its space.
struct SpaceSpec {
  std::string name = "activations";
  int max_nodes = 16;                   // of a candidate's graph, 1 to 64
  int max_parameters = 3;               // learnable parameters of a candidate, 0 to 8
  std::string parameter_shape = "channel";  // layer | channel
  std::vector<std::string> operators;   // allowed rows of the space's operator table; empty: all
  // In place of `operators`, by arity: rows of that table or primitives of the
  // language; empty: all rows of that arity.
  std::vector<std::string> unary;
  std::vector<std::string> binary;
  // A formula with slots, such as binary(unary(x), unary(x)): the candidates are
  // its fillings, finitely many. Empty: formulas of any form.
  std::string shape;
  int slots = 1;                        // of a candidate: one for all searched sites, or one for
                                        // each (slots_space.h); follows from SiteSpec
  // What the layers after the searched sites absorb, one for each slot; follows from SiteSpec.
  // Empty: nothing.
  std::vector<Absorbs> absorbs;

  bool operator==(const SpaceSpec&) const = default;
};

// What a candidate costs to write down and to compute.
struct Complexity {
  int cost = 0;        // of the graph, in additions (expr/cost.h)
  int nodes = 0;
  int parameters = 0;  // learnable

  bool operator==(const Complexity&) const = default;
};

class Space {
 public:
  virtual ~Space() = default;

  virtual std::string_view Name() const = 0;

  // Each returns a candidate inside the space's limits.
  virtual Candidate Sample(Rng& rng) const = 0;
  virtual Candidate Mutate(const Candidate& parent, Rng& rng) const = 0;
  virtual Candidate Cross(const Candidate& a, const Candidate& b, Rng& rng) const = 0;

  // Reads text of people or of the wire under the language's limits and brings
  // it to canonical form. kInvalid with position and remedy otherwise.
  virtual Result<Candidate> Parse(std::string_view text) const = 0;

  virtual expr::Fingerprint FingerprintOf(const Candidate& candidate) const = 0;

  // The key of what is left of a candidate, also of one beyond the space's limits, when the layers
  // after it absorb so much.
  virtual std::uint64_t KeyUpTo(const Candidate& candidate, const Absorbs& absorbs) const = 0;

  // Equal keys: one candidate, at the sites that the spec is for (SpaceSpec::absorbs).
  virtual std::uint64_t KeyOf(const Candidate& candidate) const {
    return KeyUpTo(candidate, absorbs_);
  }
  void SetAbsorbs(const Absorbs& absorbs) { absorbs_ = absorbs; }  // before the first use

  virtual Complexity ComplexityOf(const Candidate& candidate) const = 0;

  // Known good candidates inside the limits, to start from.
  virtual std::vector<Candidate> Seeds() const = 0;

  // The kinds of questions by whose answers a candidate can be built; not empty.
  virtual std::span<const ChoiceKind> ChoiceKinds() const = 0;

  // Asks finitely many questions, each depending only on the answers before it. Nothing
  // when the answers lead to no candidate (it would be constant, beyond a limit, ...).
  virtual std::optional<Candidate> Build(Chooser& chooser) const = 0;

  // Finite numbers to learn from, always as many: equal functions have equal features,
  // similar ones similar features.
  virtual std::vector<double> FeaturesOf(const Candidate& candidate) const = 0;

  // A candidate like `parent`, moved by the entropy correction of EAFO; nothing when there
  // is none in the space.
  virtual std::optional<Candidate> Correct(const Candidate& parent, Rng& rng) const = 0;

  // A finite space numbers its points from 0; several may be the same candidate.
  // Nothing: the space is infinite.
  virtual std::optional<std::uint64_t> Size() const { return std::nullopt; }

  // The point with this number, below Size(). Nothing when it is no candidate: it
  // would be constant, not finite around 0, or beyond a limit.
  virtual std::optional<Candidate> At(std::uint64_t) const { return std::nullopt; }

 private:
  Absorbs absorbs_;
};

// A function that people named, whatever the limits of a SpaceSpec.
struct NamedFunction {
  std::string text;  // canonical, as in a Candidate
  Complexity complexity;
  expr::Fingerprint fingerprint;
};

struct SpaceRow {
  std::string_view name;
  std::string_view doc;
  Role role;  // that candidates fill in a network
  // Functions from the literature that can be baselines of jobs.
  std::vector<std::string_view> (*known)();
  // A formula or a known name. kInvalid or kNotFound with position and remedy.
  Result<NamedFunction> (*read)(std::string_view text);
  Result<std::unique_ptr<Space>> (*make)(const SpaceSpec& spec);
};

const Registry<SpaceRow>& Spaces();
Result<std::unique_ptr<Space>> MakeSpace(const SpaceSpec& spec);

}  // namespace actsearch
