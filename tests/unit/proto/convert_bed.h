// Messages for tests of their conversion.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "proto/convert.h"
#include "search_spaces/base/half.h"

namespace actsearch::proto {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

inline const std::string kDigest = "0123456789abcdef";

inline Trial SomeTrial() {
  return {.space = "activations",
          .candidate = "x * sigmoid(x)",
          .sites = {.searched = {"layer1.activation"}, .share = false, .fill = {"norm=batch_norm"}},
          .task = {.name = "cnn",
                   .dataset = "mnist",
                   .data_dir = "data",
                   .digest = kDigest,
                   .steps = 7,
                   .batch = 3,
                   .learning_rate = 0.25,
                   .fields = {{"hidden", std::vector<std::int64_t>{4, 5, 6}},
                              {"residual", true},
                              {"depth", std::int64_t{-3}},
                              {"width", 0.5},
                              {"mode", std::string("thin")},
                              {"shares", std::vector<double>{0.5, 1}},
                              {"names", std::vector<std::string>{"a", "b"}}}},
          .split = Split::kFinal,
          .seed = 0xffff'ffff'ffff'fff1ULL,
          .replicate = 4,
          .gates = {.probes = false, .chance = true, .chance_steps = 9, .chance_margin = 0.5},
          .hurdles = {{10, 2.5}, {20, kInfinity}, {10, 1.5, 1}},
          .stops = {15, 30},
          .unit_losses = true};
}

inline Outcome Rejected() {
  Outcome outcome;
  outcome.status = Status::kRejected;
  outcome.rungs = {{10, 2.25, {{"accuracy", 0.5}, {"bits", 3}}}, {20, kInfinity, {}, 1}};
  outcome.rejection = {"hurdle", "rung", "2.5 > 2.0"};
  outcome.data_digest = kDigest;
  outcome.measured = true;
  outcome.timing = {1.5, 0.001, "host-1"};
  return outcome;
}

inline v1::Outcome ScoredMessage() {
  v1::Outcome message;
  message.set_status(v1::STATUS_SCORED);
  message.add_losses(0.5);
  message.add_metrics()->set_name("accuracy");
  message.mutable_metrics(0)->set_value(0.75);
  return message;
}

}  // namespace actsearch::proto
