#include "coordinator/strategies/policy_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

namespace actsearch::strategies {
namespace {

ChoiceKind Kind(std::string name, const std::vector<double>& weights) {
  std::vector<std::string> options;
  for (std::size_t i = 0; i < weights.size(); ++i) options.push_back(std::to_string(i));
  return MakeChoiceKind(std::move(name), std::move(options), weights);
}

const std::vector<ChoiceKind>& Kinds() {
  static const std::vector<ChoiceKind> kinds = {
      Kind("skewed", {0.7, 0.2, 0.1}), Kind("coin", {0.5, 0.5}), Kind("four", {1, 1, 1, 1})};
  return kinds;
}

constexpr int kSkewed = 0, kCoin = 1, kFour = 2;

PolicyNetwork Network(const PolicySettings& settings, std::uint64_t seed = 1) {
  Rng rng(seed);
  return PolicyNetwork(Kinds(), settings, rng);
}

Answers Asked(const PolicyNetwork& network, const std::vector<int>& kinds, Rng& rng,
              double prior_share = 0) {
  PolicyNetwork::Session session(network, rng, prior_share);
  for (const int kind : kinds) session.Choose(kind);
  return session.answers;
}

double ProbabilityOf(const PolicyNetwork& network, const Answers& answers) {
  double probability = 1;
  Answers before;
  for (const Answer& answer : answers) {
    const std::vector<double> options = network.Probabilities(before, answer.kind);
    probability *= options[static_cast<std::size_t>(answer.option)];
    before.push_back(answer);
  }
  return probability;
}

// Away from the start, where the head is zero and hides most of the gradient.
void Shake(PolicyNetwork& network, double deviation) {
  const Answers one = {{.kind = kCoin}};
  const Episode episode{&one};
  std::vector<double> step(network.DerivativesOf({&episode, 1}).size());
  Rng rng(5);
  for (double& s : step) s = deviation * rng.Normal();
  network.Shift(step);
}

TEST(PolicyNetwork, UntrainedAnswersByThePriors) {
  const PolicyNetwork network = Network({});
  constexpr int kDraws = 20000;
  std::vector<std::vector<int>> counts(3, std::vector<int>(4));
  Rng rng(3);
  for (int i = 0; i < kDraws; ++i) {
    for (const Answer& a : Asked(network, {kSkewed, kCoin, kFour}, rng)) {
      ++counts[static_cast<std::size_t>(a.kind)][static_cast<std::size_t>(a.option)];
    }
  }
  for (std::size_t kind = 0; kind < 3; ++kind) {
    for (std::size_t i = 0; i < Kinds()[kind].prior.size(); ++i) {
      const double p = Kinds()[kind].prior[i];
      EXPECT_NEAR(counts[kind][i], kDraws * p, 4 * std::sqrt(kDraws * p * (1 - p)))
          << Kinds()[kind].name << " " << i;
    }
  }
}

TEST(PolicyNetwork, ASessionNotesTheProbabilitiesItDrewBy) {
  PolicyNetwork network = Network({.hidden = 8});
  Shake(network, 0.7);
  Rng rng(3);
  for (const double prior_share : {0.0, 0.3, 1.0}) {
    Answers before;
    for (const Answer& answer : Asked(network, {kSkewed, kFour, kSkewed}, rng, prior_share)) {
      const auto option = static_cast<std::size_t>(answer.option);
      const double policy = network.Probabilities(before, answer.kind)[option];
      const double prior = Kinds()[static_cast<std::size_t>(answer.kind)].prior[option];
      EXPECT_NEAR(std::exp(answer.log_probability),
                  prior_share * prior + (1 - prior_share) * policy, 1e-5);
      before.push_back(answer);
    }
  }
}

// Episodes of unequal length, of both signs, imitated or not, inside the clip and beyond.
class PolicyGradient : public ::testing::Test {
 protected:
  PolicyGradient() : network_(Network({.hidden = 5, .entropy = 0.3})) {
    Shake(network_, 0.6);
    Rng rng(8);
    for (const std::vector<int>& kinds :
         std::vector<std::vector<int>>{{kFour}, {kSkewed, kFour, kCoin}, {kCoin, kCoin},
                                       {kFour, kSkewed, kSkewed, kFour, kCoin}, {kSkewed}}) {
      answers_.push_back(Asked(network_, kinds, rng));
    }
    const double moved[] = {0.05, -0.1, 1, -1, 0};
    const double advantages[] = {1.5, -2, -0.8, 1, 0.7};
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      for (Answer& answer : answers_[i]) answer.log_probability += moved[i];
      episodes_.push_back({&answers_[i], advantages[i], i == 4});
    }
  }

  PolicyNetwork network_;
  std::vector<Answers> answers_;
  std::vector<Episode> episodes_;
};

TEST_F(PolicyGradient, AgreesWithFiniteDifferences) {
  constexpr double kStep = 1e-2;
  const std::vector<double> derivatives = network_.DerivativesOf(episodes_);
  std::vector<double> step(derivatives.size());
  double largest = 0;
  for (std::size_t i = 0; i < derivatives.size(); ++i) {
    step[i] = kStep;
    network_.Shift(step);
    const double above = network_.LossOf(episodes_);
    step[i] = -2 * kStep;
    network_.Shift(step);
    const double below = network_.LossOf(episodes_);
    step[i] = kStep;
    network_.Shift(step);
    step[i] = 0;
    EXPECT_NEAR(derivatives[i], (above - below) / (2 * kStep), 2e-4) << "weight " << i;
    largest = std::max(largest, std::abs(derivatives[i]));
  }
  EXPECT_GT(largest, 0.05);
}

TEST_F(PolicyGradient, EveryEpisodeCountsByItself) {
  std::vector<double> sum(network_.DerivativesOf(episodes_).size());
  double answers = 0;
  for (const Episode& episode : episodes_) {
    const auto length = static_cast<double>(episode.answers->size());
    const std::vector<double> own = network_.DerivativesOf({&episode, 1});
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += length * own[i];
    answers += length;
  }
  const std::vector<double> together = network_.DerivativesOf(episodes_);
  for (std::size_t i = 0; i < sum.size(); ++i) EXPECT_NEAR(together[i], sum[i] / answers, 1e-5);
}

TEST(PolicyNetwork, HasNoGradientBeyondTheClipOnTheSideThatAlreadyMoved) {
  PolicyNetwork network = Network({.hidden = 5, .entropy = 0});
  Shake(network, 0.6);
  Rng rng(8);
  const auto largest = [&](double ratio, double advantage) {
    Answers answers = Asked(network, {kFour, kSkewed}, rng);
    for (Answer& answer : answers) answer.log_probability -= std::log(ratio);
    const Episode episode{&answers, advantage};
    double size = 0;
    for (const double d : network.DerivativesOf({&episode, 1})) size = std::max(size, std::abs(d));
    return size;
  };
  EXPECT_EQ(largest(1.3, 1), 0);
  EXPECT_GT(largest(1.3, -1), 0.01);
  EXPECT_EQ(largest(0.7, -1), 0);
  EXPECT_GT(largest(0.7, 1), 0.01);
}

TEST(PolicyNetwork, LearnsTheOneSequenceThatPays) {
  PolicyNetwork network = Network({.hidden = 16, .learning_rate = 1e-2});
  const Answers wanted = {{.kind = kFour, .option = 2},
                          {.kind = kSkewed, .option = 1},
                          {.kind = kFour, .option = 0}};
  EXPECT_LT(ProbabilityOf(network, wanted), 0.02);
  Rng rng(4);
  for (int update = 0; update < 150; ++update) {
    std::vector<Answers> batch;
    std::vector<double> rewards;
    for (int i = 0; i < 32; ++i) {
      batch.push_back(Asked(network, {kFour, kSkewed, kFour}, rng));
      bool right = true;
      for (std::size_t t = 0; t < 3; ++t) right &= batch.back()[t].option == wanted[t].option;
      rewards.push_back(right ? 1 : 0);
    }
    const double mean = std::accumulate(rewards.begin(), rewards.end(), 0.0) / 32;
    std::vector<Episode> episodes;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      episodes.push_back({&batch[i], rewards[i] - mean});
    }
    network.Update(episodes);
  }
  EXPECT_GT(ProbabilityOf(network, wanted), 0.8);
}

// The answer that is right depends on the one before: a policy without memory reaches 1/2.
TEST(PolicyNetwork, RemembersTheAnswerBefore) {
  PolicyNetwork network = Network({.hidden = 16, .learning_rate = 1e-2});
  Rng rng(4);
  for (int update = 0; update < 60; ++update) {
    std::vector<Answers> batch;
    for (int i = 0; i < 16; ++i) batch.push_back(Asked(network, {kCoin, kCoin}, rng));
    std::vector<Episode> episodes;
    for (const Answers& a : batch) {
      episodes.push_back({&a, a[0].option == a[1].option ? 0.5 : -0.5});
    }
    network.Update(episodes);
  }
  EXPECT_GT(network.Probabilities({{.kind = kCoin, .option = 0}}, kCoin)[0], 0.85);
  EXPECT_GT(network.Probabilities({{.kind = kCoin, .option = 1}}, kCoin)[1], 0.85);
}

TEST(PolicyNetwork, ManyUpdatesWithOneBatchStayNearTheOldPolicy) {
  const auto ratio_after = [](double clip) {
    PolicyNetwork network = Network({.hidden = 16, .clip = clip, .entropy = 0});
    Rng rng(2);
    const Answers answers = Asked(network, {kFour}, rng);
    const Episode episode{&answers, 1};
    for (int i = 0; i < 50; ++i) network.Update({&episode, 1});
    return ProbabilityOf(network, answers) / std::exp(answers[0].log_probability);
  };
  EXPECT_GT(ratio_after(0.2), 1.1);
  EXPECT_LT(ratio_after(0.2), 2);  // Adam's momentum carries it a little beyond 1.2
  EXPECT_GT(ratio_after(10), 3.5);
}

TEST(PolicyNetwork, ImitationGoesAnyWay) {
  PolicyNetwork network = Network({.hidden = 16});
  const Answers elite = {{.kind = kSkewed, .option = 2, .log_probability = -30},
                         {.kind = kFour, .option = 1, .log_probability = 0}};
  const double before = ProbabilityOf(network, elite);
  const Episode episode{&elite, 0.25, true};
  for (int i = 0; i < 20; ++i) network.Update({&episode, 1});
  EXPECT_GT(ProbabilityOf(network, elite), 10 * before);
}

TEST(PolicyNetwork, TheBonusKeepsAPolicyOpen) {
  PolicyNetwork network = Network({.hidden = 16, .entropy = 1});
  const Answers answers = {{.kind = kSkewed, .option = 0, .log_probability = std::log(0.7)}};
  const Episode episode{&answers, 0};
  for (int i = 0; i < 50; ++i) network.Update({&episode, 1});
  for (const double p : network.Probabilities({}, kSkewed)) EXPECT_NEAR(p, 1.0 / 3, 0.05);
}

// Neither what was asked in between nor another network matters.
TEST(PolicyNetwork, AnUpdateDependsOnTheBatchAlone) {
  PolicyNetwork one = Network({.hidden = 16});
  PolicyNetwork other = Network({.hidden = 16});
  PolicyNetwork seeded_otherwise = Network({.hidden = 16}, 2);
  Rng rng(6);
  Rng own(7);
  for (int update = 0; update < 5; ++update) {
    const Answers a = Asked(one, {kFour, kCoin}, rng);
    const Answers b = Asked(one, {kSkewed}, rng);
    const Episode episodes[] = {{&a, 0.6}, {&b, -0.4}};
    for (int i = 0; i < 3 * update; ++i) Asked(other, {kSkewed, kFour, kCoin}, own);
    for (PolicyNetwork* network : {&one, &other, &seeded_otherwise}) network->Update(episodes);
  }
  const Answers before = {{.kind = kFour, .option = 3}};
  EXPECT_EQ(one.Probabilities(before, kSkewed), other.Probabilities(before, kSkewed));
  EXPECT_NE(one.Probabilities(before, kSkewed), seeded_otherwise.Probabilities(before, kSkewed));
}

TEST(PolicyNetwork, NoAnswersNoUpdate) {
  PolicyNetwork network = Network({.hidden = 16});
  Shake(network, 0.5);
  const std::vector<double> before = network.Probabilities({}, kFour);
  const Answers none;
  const Episode episode{&none, 1};
  network.Update({});
  network.Update({&episode, 1});
  EXPECT_EQ(network.Probabilities({}, kFour), before);
}

}  // namespace
}  // namespace actsearch::strategies
