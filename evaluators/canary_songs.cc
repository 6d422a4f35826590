// What the canary trains, and what came of it. Renewed by `actsearch-evaluate --canary-answers`,
// and only together with the reason why an answer has changed.
#include "evaluators/canary.h"

#include <cstdint>
#include <utility>
#include <vector>

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

std::vector<Song> MakeSongs() {
  return {
      {"linear layers, parameters by channel",
       MlpTrial("x * sigmoid(b * x) where b: channel = 1"),
       {1.51948,
         {{"b", 0.0497713, 0.00393989, 0.145902},
          {"bias", 0.20943, 0.0121656, 0.0978777},
          {"weight", 4.39353, -0.0236484, 2.53509}}}},
      {"parameters by layer, and results repaired in double",
       MlpTrial("log(1 + exp(8 * x)) * a where a: layer = 0.2"),
       {1.4773,
         {{"a", 4.58034, -4.58034, 0.00614884},
          {"bias", 0.247852, 0.0353864, 0.123},
          {"weight", 4.05644, -0.0276167, 2.59802}}}},
      {"functions through LibTorch's operations", MlpTrial("relu(x + normal(0, 0))"),
       {1.63289,
         {{"bias", 0.243194, 0.0332193, 0.129101},
          {"weight", 4.06735, -0.0270501, 2.56685}}}},
      {"convolutions", CnnTrial("x * normal_cdf(x)", "none"),
       {1.18642,
         {{"bias", 0.667145, -0.129337, 0.213539},
          {"weight", 3.16669, -0.0203755, 5.25043}}}},
      {"batch normalization with an activation in one",
       CnnTrial("x * tanh(b * softplus(x)) where b: channel = 1", "batch_norm"),
       {1.21707,
         {{"b", 0.0852255, 0.0395292, 0.211205},
          {"bias", 0.248024, -0.0837039, 0.170874},
          {"scale", 0.503105, 0.0976544, 0.223064},
          {"shift", 0.445366, 0.113165, 0.20017},
          {"weight", 2.63096, 0.00500697, 4.75475}}}},
      {"batch normalization and LibTorch's operations",
       CnnTrial("relu(x + normal(0, 0))", "batch_norm"),
       {1.31104,
         {{"bias", 0.258052, -0.0758614, 0.142632},
          {"scale", 0.463472, 0.0881249, 0.240791},
          {"shift", 0.426065, 0.129663, 0.233066},
          {"weight", 2.89632, 0.00202134, 4.45682}}}},
      {"layer normalization", CnnTrial("x * sigmoid(x)", "layer_norm"),
       {1.14936,
         {{"bias", 0.520516, -0.0547183, 0.137271},
          {"scale", 0.709992, 0.0312396, 0.163267},
          {"shift", 0.532912, 0.0395617, 0.141901},
          {"weight", 2.515, -0.00728025, 5.19605}}}},
      {"residual blocks, parameters by group", ResNetTrial(),
       {2.50068,
         {{"bias", 0.196721, 0.0342086, 0.470608},
          {"g", 0.218289, 0.09585, 0.353654},
          {"scale", 0.416615, -0.0437997, 0.618529},
          {"shift", 0.653696, -0.121116, 0.58421},
          {"weight", 1.01311, 0.0346182, 5.70438}}}},
  };
}

}  // namespace

std::span<const Song> Songs() {
  static const std::vector<Song> songs = MakeSongs();
  return songs;
}

}  // namespace actsearch::evaluators
