#include "evaluators/catalogue/recipe.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace actsearch::catalogue {
namespace {

constexpr std::string_view kOptimizers[] = {"adam", "adamw", "sgd"};
constexpr std::string_view kSchedules[] = {"constant", "linear", "cosine"};
constexpr std::string_view kStarts[] = {"fair", "scaled", "user"};

std::vector<std::string_view> OptimizerNames() {
  return {std::begin(kOptimizers), std::end(kOptimizers)};
}
std::vector<std::string_view> ScheduleNames() {
  return {std::begin(kSchedules), std::end(kSchedules)};
}

std::vector<std::string_view> StartNames() { return {std::begin(kStarts), std::end(kStarts)}; }

FieldRow NumberRow(std::string_view name, double low, double high, double initial,
                   std::string_view doc) {
  return {.name = name,
          .kind = FieldKind::kNumber,
          .low = low,
          .high = high,
          .initial = initial,
          .doc = doc};
}

FieldRow ChoiceRow(std::string_view name, std::vector<std::string_view> (*known)(),
                   std::string_view initial, std::string_view doc) {
  return {.name = name,
          .kind = FieldKind::kText,
          .min_size = 1,
          .max_size = 16,
          .known = known,
          .initial = std::string(initial),
          .doc = doc};
}

std::vector<FieldRow> Rows() {
  return {
      ChoiceRow("optimizer", OptimizerNames, "adam",
                "adam; adamw: weight decay beside the step; sgd: with momentum"),
      NumberRow("momentum", 0, 0.999, 0.9, "of sgd"),
      ChoiceRow("schedule", ScheduleNames, "cosine",
                "of the learning rate, after the warm-up: constant, or linear or as half a cosine "
                "to 0 behind the last step"),
      NumberRow("warmup", 0, 0.9, 0.05, "share of the steps over which the rate rises from 0"),
      ChoiceRow("start", StartNames, "fair",
                "fair: weights scaled to the functions, and functions without their mean where the "
                "layers around them absorb it; scaled: functions as written; user: as PyTorch "
                "starts, functions as written"),
      NumberRow("parameter_rate", 0.001, 1000, 1,
                "of candidates' own parameters, times the learning rate"),
      NumberRow("weight_decay", 0, 10, 0,
                "of weights, as PyTorch's optimizer of that name has it, in units of their start "
                "before it is scaled to the function; never of biases, normalizations and "
                "parameters of candidates"),
      NumberRow("label_smoothing", 0, 0.9, 0,
                "share of each target that is spread evenly over all classes in training (Szegedy "
                "et al. 2016); scores are without"),
      {.name = "flip",
       .kind = FieldKind::kFlag,
       .initial = false,
       .doc = "mirror half of the training images, left and right"},
      {.name = "crop",
       .kind = FieldKind::kInteger,
       .low = 0,
       .high = 64,
       .initial = std::int64_t{0},
       .doc = "move training images by up to so many pixels each way; the border is filled with "
              "the mean colour"},
      NumberRow("noise", 0, 10, 0,
                "normal noise on training inputs, in standard deviations of the inputs"),
  };
}

template <class Enum, std::size_t kCount>
Enum EnumOf(const Fields& fields, std::string_view name,
            const std::string_view (&names)[kCount]) {
  const auto at = std::ranges::find(names, FieldOf<std::string>(fields, name));
  return static_cast<Enum>(at - std::begin(names));
}

std::unexpected<Error> Wrong(const std::string& field, const std::string& what) {
  return Fail(ErrorCode::kInvalid, "task." + field + ": " + what + "; leave it out");
}

}  // namespace

std::span<const FieldRow> RecipeRows() {
  static const std::vector<FieldRow> rows = Rows();
  return rows;
}

Recipe RecipeOf(const Fields& fields) {
  return {.optimizer = EnumOf<Optimizer>(fields, "optimizer", kOptimizers),
          .momentum = FieldOf<double>(fields, "momentum"),
          .schedule = EnumOf<RateSchedule>(fields, "schedule", kSchedules),
          .warmup = FieldOf<double>(fields, "warmup"),
          .start = StartOf(fields),
          .parameter_rate = FieldOf<double>(fields, "parameter_rate"),
          .weight_decay = FieldOf<double>(fields, "weight_decay"),
          .label_smoothing = FieldOf<double>(fields, "label_smoothing"),
          .flip = FieldOf<bool>(fields, "flip"),
          .crop = FieldOf<std::int64_t>(fields, "crop"),
          .noise = FieldOf<double>(fields, "noise")};
}

StartKind StartOf(const Fields& fields) {
  return fields.contains("start") ? EnumOf<StartKind>(fields, "start", kStarts) : Recipe().start;
}

void PutStart(StartKind start, Fields& fields) {
  fields["start"] = std::string(kStarts[static_cast<std::size_t>(start)]);
}

Result<void> CheckRecipe(const Recipe& recipe, const Wants& wants, const Signature& inputs) {
  if (recipe.label_smoothing > 0 && wants.targets != ValueKind::kTokens) {
    return Wrong("label_smoothing", "the targets are numbers, not classes");
  }
  const bool is_unknown = Numbers(inputs.shape) == 0;
  const bool has_planes = is_unknown || inputs.shape.kind == Shape::Kind::kSpatial;
  if (recipe.flip && !has_planes) {
    return Wrong("flip", "the inputs are " + ToText(inputs) + ", no images");
  }
  if (recipe.crop > 0 && !has_planes) {
    return Wrong("crop", "the inputs are " + ToText(inputs) + ", no images");
  }
  if (recipe.noise > 0 && wants.inputs != ValueKind::kNumbers) {
    return Wrong("noise", "the inputs are " + ToText(inputs));
  }
  const std::int64_t side = std::min(inputs.shape.height, inputs.shape.width);
  if (has_planes && !is_unknown && recipe.crop >= side) {
    return Fail(ErrorCode::kInvalid, "task.crop: " + std::to_string(recipe.crop) +
                                         " pixels; the images have " + ToText(inputs.shape) +
                                         ": give at most " + std::to_string(side - 1));
  }
  return {};
}

double RateAt(const Recipe& recipe, int step, int steps) {
  const double rising = std::floor(recipe.warmup * steps + 1e-9);  // 0.29 of 100 are 29
  if (step <= rising) return step / rising;
  const double done = (step - 1 - rising) / (steps - rising);  // in [0, 1)
  switch (recipe.schedule) {
    case RateSchedule::kConstant:
      return 1;
    case RateSchedule::kLinear:
      return 1 - done;
    case RateSchedule::kCosine:
      break;
  }
  return 0.5 * (1 + std::cos(std::numbers::pi * done));
}

}  // namespace actsearch::catalogue
