#include <cmath>
#include <numbers>
#include <utility>

#include "evaluators/datasets/functions.h"
#include "evaluators/datasets/harmonics.row.h"

namespace actsearch::datasets {
namespace {

struct Tone {
  double amplitude = 1;
  double phase = 0;
  std::vector<double> frequencies;  // radians a unit, one a variable
};

std::vector<Tone> DrawTones(const Source& source, std::size_t variables) {
  Rng rng(static_cast<std::uint64_t>(FieldOf<std::int64_t>(source.fields, "seed")));
  rng = rng.Fork("tones");
  const auto highest = FieldOf<double>(source.fields, "highest");
  std::vector<Tone> tones(static_cast<std::size_t>(FieldOf<std::int64_t>(source.fields, "tones")));
  for (Tone& tone : tones) {
    tone.amplitude = rng.Uniform(0.5, 1);
    tone.phase = rng.Uniform(0, 2 * std::numbers::pi);
    for (std::size_t k = 0; k < variables; ++k) {
      tone.frequencies.push_back(rng.Uniform(1, highest) * (rng.Below(2) == 0 ? 1 : -1));
    }
  }
  return tones;
}

}  // namespace

Result<std::unique_ptr<const Dataset>> LoadHarmonics(const Source& source) {
  const auto variables =
      static_cast<std::size_t>(FieldOf<std::int64_t>(source.fields, "variables"));
  const std::vector<Tone> tones = DrawTones(source, variables);
  const Variable variable{.name = "x",
                          .low = -std::numbers::pi,
                          .high = std::numbers::pi,
                          .both_sides = true};
  const Function function{.name = "harmonics",
                          .variables = std::vector<Variable>(variables, variable),
                          .value = [&tones](std::span<const double> x) {
                            double sum = 0;
                            for (const Tone& tone : tones) {
                              double angle = tone.phase;
                              for (std::size_t k = 0; k < x.size(); ++k) {
                                angle += tone.frequencies[k] * x[k];
                              }
                              sum += tone.amplitude * std::sin(angle);
                            }
                            return sum;
                          }};
  return Sampled(function, source);
}

}  // namespace actsearch::datasets
