// How networks are trained: what a recipe's fields do, and what is refused. Steps themselves are
// compared with PyTorch's (tests/conformance/evaluators/pytorch_step.py).
#include "evaluators/catalogue/recipe.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "evaluators/training/augment.h"
#include "tests/support/networks.h"
#include "tests/unit/evaluators/autograd_rules/networks.h"

namespace actsearch {
namespace {

using catalogue::Recipe;
using catalogue::Signature;
using testing::HasSubstr;

Fields RecipeFields(const Fields& given) {
  return CompleteFields("task", catalogue::RecipeRows(), given).value();
}

std::string Refusal(const Fields& given, const std::string& task, const std::string& dataset) {
  TaskSpec spec{.name = task, .dataset = dataset};
  spec.fields = given;
  const auto checked = catalogue::CheckTask(spec);
  return checked ? "none" : checked.error().message;
}

TEST(RecipeRows, SayWhatTheInitialRecipeIs) {
  const Recipe recipe = catalogue::RecipeOf(RecipeFields({}));
  const Recipe usual;
  EXPECT_EQ(recipe.optimizer, usual.optimizer);
  EXPECT_EQ(recipe.schedule, usual.schedule);
  EXPECT_EQ(recipe.momentum, usual.momentum);
  EXPECT_EQ(recipe.weight_decay, 0);
  EXPECT_FALSE(recipe.Augments());
  for (const FieldRow& row : catalogue::RecipeRows()) EXPECT_FALSE(row.doc.empty()) << row.name;
}

TEST(RecipeRows, BoundsAndNamesAreTold) {
  const auto refusal = [](const Fields& given) { return Refusal(given, "mlp", "glyphs"); };
  EXPECT_THAT(refusal({{"optimizer", std::string("adan")}}), HasSubstr("did you mean 'adam'?"));
  EXPECT_THAT(refusal({{"schedule", std::string("cosin")}}), HasSubstr("did you mean 'cosine'?"));
  EXPECT_THAT(refusal({{"momentum", 1.0}}), HasSubstr("task.momentum: 1 is out of bounds"));
  EXPECT_THAT(refusal({{"warmup", 0.95}}), HasSubstr("task.warmup"));
  EXPECT_THAT(refusal({{"weight_decay", -0.1}}), HasSubstr("task.weight_decay"));
  EXPECT_THAT(refusal({{"label_smoothing", 1.0}}), HasSubstr("task.label_smoothing"));
  EXPECT_THAT(refusal({{"crop", std::int64_t{65}}}), HasSubstr("task.crop"));
  EXPECT_THAT(refusal({{"noise", 11.0}}), HasSubstr("task.noise"));
  EXPECT_THAT(refusal({{"flip", 1.0}}), HasSubstr("task.flip"));
}

TEST(RecipeRows, WhatHasNoMeaningForTheDataIsRefused) {
  const Fields flip = {{"flip", true}}, crop = {{"crop", std::int64_t{4}}};
  const Fields noise = {{"noise", 0.1}}, smoothing = {{"label_smoothing", 0.1}};
  for (const Fields& fields : {flip, crop, noise, smoothing}) {
    EXPECT_EQ(Refusal(fields, "mlp", "glyphs"), "none");
  }
  EXPECT_THAT(Refusal(flip, "fit", "harmonics"), HasSubstr("task.flip: the inputs are 1 numbers"));
  EXPECT_THAT(Refusal(crop, "text", "sentences"), HasSubstr("task.crop"));
  EXPECT_THAT(Refusal(noise, "text", "sentences"),
              HasSubstr("task.noise: the inputs are 64 token"));
  EXPECT_THAT(Refusal(smoothing, "fit", "harmonics"), HasSubstr("numbers, not classes"));
  EXPECT_EQ(Refusal(smoothing, "text", "sentences"), "none");
  EXPECT_THAT(Refusal({{"crop", std::int64_t{28}}}, "mlp", "glyphs"), HasSubstr("at most 27"));
  EXPECT_THAT(Refusal(flip, "noop", "glyphs"), HasSubstr("flip")) << "it trains nothing";
}

// Linear from 0 over the warm-up, then to almost 0 at the last step.
TEST(RateAt, RisesAndFalls) {
  const auto rates = [](const std::string& schedule, double warmup, int steps) {
    const Recipe recipe = catalogue::RecipeOf(
        RecipeFields({{"schedule", schedule}, {"warmup", warmup}}));
    std::vector<double> rates;
    for (int step = 1; step <= steps; ++step)
      rates.push_back(catalogue::RateAt(recipe, step, steps));
    return rates;
  };
  using testing::DoubleNear;
  using testing::ElementsAre;
  EXPECT_THAT(rates("constant", 0, 3), ElementsAre(1, 1, 1));
  EXPECT_THAT(rates("constant", 0.5, 4), ElementsAre(0.5, 1, 1, 1));
  EXPECT_THAT(rates("linear", 0, 4), ElementsAre(1, 0.75, 0.5, 0.25));
  EXPECT_THAT(rates("cosine", 0, 4),
              ElementsAre(DoubleNear(1, 1e-12), DoubleNear(0.8535533905932737, 1e-12),
                          DoubleNear(0.5, 1e-12), DoubleNear(0.1464466094067263, 1e-12)));
  EXPECT_THAT(rates("linear", 0.4, 5), ElementsAre(0.5, 1, 1, DoubleNear(2.0 / 3, 1e-12),
                                                   DoubleNear(1.0 / 3, 1e-12)));
}

// The start scales weights to the function; that factor is neither learned nor decayed.
TEST(Optimizer, FunctionsOfAnyScaleTrainAlike) {
  const test::MadeUpRows data(400);
  const std::vector<training::Examples> batches = test::TakeBatches(data, 32, 10, 1);
  for (const std::string optimizer : {"adam", "adamw", "sgd"}) {
    for (const std::string task : {"mlp", "cnn"}) {
      std::vector<double> losses;
      for (const std::string factor : {"1", "0.001", "1000"}) {
        test::NetworkSpec spec =
            test::SmallSpec(task, "none", factor + " * (x * sigmoid(x))");
        spec.fields["optimizer"] = optimizer;
        spec.fields["weight_decay"] = 0.1;
        test::Trainee trainee(spec, data.Facts(), optimizer == "sgd" ? 0.05 : 0.01);
        trainee.Initialize(1, batches[0].inputs);
        for (const training::Examples& batch : batches) trainee.Step(batch);
        losses.push_back(trainee.Loss(batches[0]).item<double>());
      }
      EXPECT_NEAR(losses[1], losses[0], 1e-4 * losses[0]) << optimizer << " " << task;
      EXPECT_NEAR(losses[2], losses[0], 1e-4 * losses[0]) << optimizer << " " << task;
    }
  }
}

TEST(Optimizer, OnlyWeightsDecay) {
  for (const auto& [name, spec] : test::EveryNetwork()) {
    const test::MadeUpRows data = test::RowsFor(spec, 8);
    const modules::Network network = test::MakeNetwork(spec, data.Facts());
    for (const modules::Parameter& p : network.Parameters()) {
      EXPECT_EQ(p.decays, p.name.ends_with("weight")) << name << " " << p.name;
    }
  }
}

// Pixels count up along rows, columns and images, so that each says where it came from.
at::Tensor Numbered(std::int64_t images, std::int64_t side) {
  return at::arange(images * side * side, at::kFloat)
      .view({images, 1, side, side})
      .contiguous(at::MemoryFormat::ChannelsLast);
}

TEST(Augmenter, MirrorsAboutHalf) {
  const at::Tensor before = Numbered(400, 5);
  at::Tensor images = before.clone();
  training::Augmenter({.flip = true}, Rng(1)).Apply(images);
  const at::Tensor mirrored = before.flip(3);
  int flipped = 0;
  for (std::int64_t i = 0; i < images.size(0); ++i) {
    const bool is_same = images[i].equal(before[i]);
    EXPECT_TRUE(is_same || images[i].equal(mirrored[i]));
    flipped += is_same ? 0 : 1;
  }
  EXPECT_NEAR(flipped, 200, 40);
}

TEST(Augmenter, MovesByUpToTheGivenPixelsAndFillsWithTheMean) {
  const at::Tensor before = Numbered(500, 6) + 1;
  at::Tensor images = before.clone();
  training::Augmenter({.crop = 2}, Rng(1)).Apply(images);
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  const at::Tensor padded = at::constant_pad_nd(before, {2, 2, 2, 2}, 0);
  for (std::int64_t i = 0; i < images.size(0); ++i) {
    bool found = false;
    for (std::int64_t down = 0; down <= 4; ++down) {
      for (std::int64_t right = 0; right <= 4; ++right) {
        if (!images[i].equal(padded[i].narrow(1, down, 6).narrow(2, right, 6))) continue;
        found = true;
        seen.insert({down, right});
      }
    }
    EXPECT_TRUE(found) << i;
  }
  EXPECT_EQ(seen.size(), 25U);
}

TEST(Augmenter, NoiseHasTheGivenDeviation) {
  at::Tensor rows = at::zeros({200, 50});
  training::Augmenter({.noise = 0.3}, Rng(1)).Apply(rows);
  EXPECT_NEAR(rows.mean().item<double>(), 0, 0.01);
  EXPECT_NEAR(rows.std().item<double>(), 0.3, 0.01);
}

TEST(Augmenter, DrawsComeFromTheRunAlone) {
  const Recipe recipe{.flip = true, .crop = 1, .noise = 0.1};
  std::vector<at::Tensor> results;
  for (const std::uint64_t global : {1, 2}) {
    at::manual_seed(global);
    at::Tensor images = Numbered(20, 4);
    training::Augmenter augmenter(recipe, Rng(7));
    augmenter.Apply(images);
    augmenter.Apply(images);
    results.push_back(images);
  }
  EXPECT_TRUE(results[0].equal(results[1]));
}

}  // namespace
}  // namespace actsearch
