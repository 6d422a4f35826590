// What the canary trains, and what came of it. Renewed by `actsearch-evaluate --canary-answers`,
// and only together with the reason why an answer has changed.
#include <cstdint>
#include <utility>
#include <vector>

#include "evaluators/canary.h"

namespace actsearch::evaluators {
namespace {

Trial MlpTrial(const char* candidate) {
  Trial trial;
  trial.candidate = candidate;
  trial.task = {.name = "mlp",
                .dataset = "glyphs",
                .steps = 20,
                .batch = 64,
                .learning_rate = 3e-3,
                .fields = {{"hidden", std::vector<std::int64_t>{24}}}};
  trial.gates = {.probes = false, .chance = false};
  trial.seed = 1;
  return trial;
}

Trial PlaneTrial(const char* task, std::vector<std::int64_t> hidden, const char* candidate,
                 const char* norm) {
  Trial trial = MlpTrial(candidate);
  trial.task.name = task;
  trial.task.steps = 16;
  trial.task.batch = 32;
  trial.task.learning_rate = 1e-2;
  trial.task.fields = {{"hidden", std::move(hidden)}};
  trial.sites.fill = {std::string("norm=") + norm};
  return trial;
}

Trial CnnTrial(const char* candidate, const char* norm) {
  return PlaneTrial("cnn", {4, 8}, candidate, norm);
}

Trial ResNetTrial() {
  Trial trial =
      PlaneTrial("resnet", {8, 16}, "x * sigmoid(g * x) where g: group(2) = 1", "batch_norm");
  trial.task.steps = 32;  // its running statistics need some
  trial.task.batch = 24;
  return trial;
}

Trial TextTrial(const char* candidate, std::vector<std::string> fill, Fields recipe) {
  Trial trial = MlpTrial(candidate);
  trial.task = {.name = "text",
                .dataset = "sentences",
                .steps = 16,
                .batch = 16,
                .learning_rate = 1e-2,
                .fields = std::move(recipe)};
  for (const auto& [name, value] : {std::pair("context", 20), {"width", 16}, {"heads", 2}}) {
    trial.task.fields[name] = std::int64_t{value};
  }
  trial.sites.fill = std::move(fill);
  return trial;
}

Trial FitTrial(const char* candidate, Fields recipe) {
  Trial trial = MlpTrial(candidate);
  trial.task.name = "fit";
  trial.task.dataset = "polynomials";
  trial.task.fields.merge(recipe);
  return trial;
}

Trial AugmentedTrial() {
  Trial trial = CnnTrial("x * sigmoid(x)", "none");
  trial.task.fields.merge(
      Fields{{"flip", true}, {"crop", std::int64_t{2}}, {"label_smoothing", 0.1}});
  return trial;
}

std::vector<Song> MakeSongs() {
  return {
      {"linear layers, parameters by channel",
       MlpTrial("x * sigmoid(b * x) where b: channel = 1"),
       {1.54111,
        {{"b", 0.0637169, 0.0117638, 0.141934},
         {"bias", 0.248191, 0.0337306, 0.11409},
         {"weight", 3.15892, -0.0140973, 2.88067}}}},
      {"parameters by layer, and results repaired in double",
       MlpTrial("log(1 + exp(8 * x)) * a where a: layer = 0.2"),
       {1.63985,
        {{"a", 3.91876, -3.91876, 0.00129545},
         {"bias", 0.254988, 0.0339667, 0.133525},
         {"weight", 3.09494, -0.0127523, 2.97478}}}},
      {"functions through LibTorch's operations",
       MlpTrial("relu(x + normal(0, 0))"),
       {1.67509,
        {{"bias", 0.254256, 0.0344656, 0.131307}, {"weight", 2.90713, -0.00839651, 2.94196}}}},
      {"convolutions",
       CnnTrial("x * normal_cdf(x)", "none"),
       {0.911898,
        {{"bias", 0.667145, -0.129337, 0.221331}, {"weight", 3.16669, -0.0203755, 9.14111}}}},
      {"batch normalization with an activation in one",
       CnnTrial("x * tanh(b * softplus(x)) where b: channel = 1", "batch_norm"),
       {0.847312,
        {{"b", 0.0852255, 0.0395292, 0.173902},
         {"bias", 0.248024, -0.0837039, 0.165426},
         {"scale", 0.503105, 0.0976544, 0.227176},
         {"shift", 0.445366, 0.113165, 0.2095},
         {"weight", 2.63096, 0.00500696, 8.35437}}}},
      {"batch normalization and LibTorch's operations",
       CnnTrial("relu(x + normal(0, 0))", "batch_norm"),
       {1.04722,
        {{"bias", 0.258052, -0.0758615, 0.143149},
         {"scale", 0.463472, 0.088125, 0.245834},
         {"shift", 0.426065, 0.129663, 0.23699},
         {"weight", 2.89632, 0.00202133, 7.17889}}}},
      {"layer normalization",
       CnnTrial("x * sigmoid(x)", "layer_norm"),
       {0.829916,
        {{"bias", 0.520516, -0.0547182, 0.134609},
         {"scale", 0.709992, 0.0312396, 0.148124},
         {"shift", 0.532912, 0.0395617, 0.19471},
         {"weight", 2.515, -0.00728024, 9.73778}}}},
      {"residual blocks, parameters by group",
       ResNetTrial(),
       {2.52271,
        {{"bias", 0.196721, 0.0342086, 0.222563},
         {"g", 0.218289, 0.0958499, 0.286135},
         {"scale", 0.416615, -0.0437997, 0.51053},
         {"shift", 0.653696, -0.121116, 0.469206},
         {"weight", 1.01311, 0.0346183, 11.0229}}}},
      {"attention and feed-forward parts, weight decay beside the step",
       TextTrial("x * normal_cdf(x)", {},
                 {{"optimizer", std::string("adamw")},
                  {"weight_decay", 0.1},
                  {"schedule", std::string("cosine")}}),
       {2.31997,
        {{"bias", 0.532669, -0.0658786, 0.71606},
         {"places", 0.117445, 0.00111237, 0.637368},
         {"scale", 0.336743, 0.0901772, 0.384307},
         {"shift", 0.420301, -0.0233904, 0.355593},
         {"weight", 1.33004, -0.00743637, 4.56802}}}},
      {"gates and root mean squares, momentum",
       TextTrial("x * sigmoid(b * x) where b: channel = 1", {"linear=gated", "norm=rms_norm"},
                 {{"optimizer", std::string("sgd")}, {"warmup", 0.25}}),
       {2.71019,
        {{"b", 0.033853, 0.010965, 0.0177372},
         {"bias", 0.633215, 0.000959715, 0.360035},
         {"places", 0.157141, -0.00286236, 0.0672641},
         {"scale", 0.392136, 0.114314, 0.226359},
         {"weight", 1.38962, -0.00588844, 1.14521}}}},
      {"squared errors, noise",
       FitTrial("tanh(x)", {{"noise", 0.1}}),
       {0.275538,
        {{"bias", 2.7621, 0.597427, 0.247502}, {"weight", 5.69755, -0.620279, 0.541101}}}},
      {"mirrored and moved images, smoothed labels",
       AugmentedTrial(),
       {1.42125,
        {{"bias", 0.667273, -0.14737, 0.215128}, {"weight", 2.72219, -0.00705898, 8.81825}}}},
  };
}

}  // namespace

std::span<const Song> Songs() {
  static const std::vector<Song> songs = MakeSongs();
  return songs;
}

}  // namespace actsearch::evaluators
