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
       {1.90713,
        {{"b", 0.0644365, 0.0105911, 0.0671355},
         {"bias", 0.238199, 0.026158, 0.0666923},
         {"weight", 3.32615, -0.0139051, 1.992}}}},
      {"parameters by layer, and results repaired in double",
       MlpTrial("log(1 + exp(8 * x)) * a where a: layer = 0.2"),
       {1.95909,
        {{"a", 4.17884, -4.17884, 0.0119055},
         {"bias", 0.233669, 0.0210841, 0.0668454},
         {"weight", 3.38245, -0.0115616, 1.98462}}}},
      {"functions through LibTorch's operations",
       MlpTrial("relu(x + normal(0, 0))"),
       {1.96557,
        {{"bias", 0.233217, 0.0219159, 0.065855},
         {"weight", 3.31064, -0.00694553, 1.96453}}}},
      {"convolutions",
       CnnTrial("x * normal_cdf(x)", "none"),
       {1.29311,
        {{"bias", 0.384984, -0.0657625, 0.12974},
         {"weight", 2.48173, 0.0106855, 5.71239}}}},
      {"batch normalization with an activation in one",
       CnnTrial("x * tanh(b * softplus(x)) where b: channel = 1", "batch_norm"),
       {1.20589,
        {{"b", 0.0709449, 0.034599, 0.123652},
         {"bias", 0.215176, 0.0514941, 0.0324012},
         {"scale", 0.453207, 0.11109, 0.115643},
         {"shift", 0.371948, 0.158711, 0.125693},
         {"weight", 2.2881, 0.0151137, 5.86938}}}},
      {"batch normalization and LibTorch's operations",
       CnnTrial("relu(x + normal(0, 0))", "batch_norm"),
       {1.24942,
        {{"bias", 0.213305, 0.0497127, 0.0308968},
         {"scale", 0.444299, 0.12638, 0.130936},
         {"shift", 0.406343, 0.1922, 0.144516},
         {"weight", 2.17582, 0.0147884, 5.83319}}}},
      {"layer normalization",
       CnnTrial("x * sigmoid(x)", "layer_norm"),
       {1.19186,
        {{"bias", 0.385182, -0.0435882, 0.0971369},
         {"scale", 0.497989, -0.066195, 0.103683},
         {"shift", 0.317619, 0.0285312, 0.106959},
         {"weight", 2.13305, 0.0200786, 6.43422}}}},
      {"residual blocks, parameters by group",
       ResNetTrial(),
       {2.1249,
        {{"bias", 0.204419, 0.0251883, 0.147284},
         {"g", 0.266486, -0.10724, 0.169484},
         {"scale", 0.614267, 0.0791766, 0.352258},
         {"shift", 1.12891, 0.074745, 0.323739},
         {"weight", 2.0322, 0.0597484, 11.8898}}}},
      {"attention and feed-forward parts, weight decay beside the step",
       TextTrial("x * normal_cdf(x)", {},
                 {{"optimizer", std::string("adamw")},
                  {"weight_decay", 0.1},
                  {"schedule", std::string("cosine")}}),
       {2.26862,
        {{"bias", 0.581388, -0.0486381, 0.763534},
         {"places", 0.136401, 0.00171551, 0.656621},
         {"scale", 0.34563, 0.0749783, 0.374378},
         {"shift", 0.450589, -0.0074823, 0.359591},
         {"weight", 1.22223, -0.00668849, 4.81059}}}},
      {"gates and root mean squares, momentum",
       TextTrial("x * sigmoid(b * x) where b: channel = 1", {"linear=gated", "norm=rms_norm"},
                 {{"optimizer", std::string("sgd")}, {"warmup", 0.25}}),
       {2.94724,
        {{"b", 0.033853, 0.010965, 0.0110652},
         {"bias", 0.633215, 0.000959714, 0.218748},
         {"places", 0.157141, -0.00286236, 0.0421523},
         {"scale", 0.392136, 0.114314, 0.139765},
         {"weight", 1.38962, -0.00588845, 0.697706}}}},
      {"squared errors, noise",
       FitTrial("tanh(x)", {{"noise", 0.1}}),
       {0.570728,
        {{"bias", 2.7621, 0.597427, 0.15173},
         {"weight", 5.69755, -0.620279, 0.335497}}}},
      {"mirrored and moved images, smoothed labels",
       AugmentedTrial(),
       {1.74683,
        {{"bias", 0.403415, -0.0967068, 0.114805},
         {"weight", 2.16353, 0.014019, 5.64561}}}},
  };
}

}  // namespace

std::span<const Song> Songs() {
  static const std::vector<Song> songs = MakeSongs();
  return songs;
}

}  // namespace actsearch::evaluators
