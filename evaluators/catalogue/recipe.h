// How networks are trained, the same for every entrant of a job: fields of job files that all
// tasks with a network have. Plain values and pure functions; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "evaluators/catalogue/datasets.h"
#include "evaluators/catalogue/tasks.h"
#include "search_spaces/base/error.h"
#include "search_spaces/base/fields.h"

namespace actsearch::catalogue {

enum class Optimizer {
  kAdam,   // Kingma and Ba 2015; weight decay is added to gradients
  kAdamW,  // Loshchilov and Hutter 2019: weight decay beside the step
  kSgd,    // with momentum (Polyak 1964); weight decay is added to gradients
};
enum class RateSchedule { kConstant, kLinear, kCosine };

// How a training begins.
enum class StartKind {
  kFair,    // as kScaled, and functions without their mean where the site says so: what the layers
            // around a site absorb makes no difference
  kScaled,  // weights scaled so that what arrives at each site has mean square 1 (LSUV, Mishkin
            // and Matas 2016), functions as they are written
  kUser,    // PyTorch's own: weights and biases uniform within 1 / sqrt(fan_in), functions as they
            // are written
};

struct Recipe {
  Optimizer optimizer = Optimizer::kAdam;
  double momentum = 0.9;  // of kSgd
  RateSchedule schedule = RateSchedule::kCosine;
  double warmup = 0.05;  // share of the steps
  StartKind start = StartKind::kFair;
  double parameter_rate = 1;  // of candidates' own parameters, times the learning rate
  double weight_decay = 0;
  double label_smoothing = 0;
  bool flip = false;
  std::int64_t crop = 0;  // pixels
  double noise = 0;       // standard deviations of the inputs

  bool Augments() const { return flip || crop > 0 || noise > 0; }
};

std::span<const FieldRow> RecipeRows();

// `fields` are complete.
Recipe RecipeOf(const Fields& fields);

// The initial one where `fields` do not say.
StartKind StartOf(const Fields& fields);
void PutStart(StartKind start, Fields& fields);

// kInvalid names the field that the task or such inputs give no meaning.
Result<void> CheckRecipe(const Recipe& recipe, const Wants& wants, const Signature& inputs);

// Factor of the learning rate at a step, from 1 to `steps`: linear from 0 over the warm-up, then
// as scheduled towards 0 behind the last step.
double RateAt(const Recipe& recipe, int step, int steps);

}  // namespace actsearch::catalogue
