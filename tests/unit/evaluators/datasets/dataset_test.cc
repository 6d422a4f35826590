#include "evaluators/datasets/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <set>

#include "evaluators/datasets/divide.h"
#include "tests/unit/evaluators/datasets/subset_values.h"

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;

// Image i has the value i in its one pixel: parts can be told apart after the division.
ByteImages Numbered(int count) {
  ByteImages images{1, 1, 1, {}, {}};
  for (int i = 0; i < count; ++i) {
    images.pixels.push_back(static_cast<std::uint8_t>(i));
    images.labels.push_back(static_cast<std::uint16_t>(i % 2));
  }
  return images;
}

ImagePieces Pieces(int train, int test, int valid = 0) {
  return {.train = Numbered(train), .valid = Numbered(valid), .test = Numbered(test)};
}

TEST(Divide, PartsAreDisjointAndCoverThePool) {
  const auto data = Divide("numbers", 2, Pieces(80, 3));
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_THAT((*data)->Facts().Rows(), testing::ElementsAre(60, 10, 10, 3));
  std::vector<float> values;
  for (const Subset subset : {Subset::kTrain, Subset::kSearch, Subset::kSelect}) {
    const SubsetValues of_subset = ValuesOf(**data, subset);
    values.insert(values.end(), of_subset.inputs.begin(), of_subset.inputs.end());
  }
  std::ranges::sort(values);
  ASSERT_EQ(values.size(), 80U);
  EXPECT_EQ(std::ranges::adjacent_find(values), values.end());
}

TEST(Divide, IsTheSameEveryTime) {
  const auto one = Divide("numbers", 2, Pieces(80, 3));
  const auto two = Divide("numbers", 2, Pieces(80, 3));
  ASSERT_TRUE(one && two);
  EXPECT_EQ(ValuesOf(**one, Subset::kSearch).inputs, ValuesOf(**two, Subset::kSearch).inputs);
  EXPECT_EQ(ValuesOf(**one, Subset::kTrain).labels, ValuesOf(**two, Subset::kTrain).labels);
  EXPECT_EQ((*one)->Facts(), (*two)->Facts());
}

TEST(Divide, LabelsGoWithTheirImages) {
  const auto data = Divide("numbers", 2, Pieces(80, 3));
  ASSERT_TRUE(data);
  // The final subset keeps its order: value 1 is the odd one, and standardising keeps order.
  const SubsetValues final = ValuesOf(**data, Subset::kFinal),
                     train = ValuesOf(**data, Subset::kTrain);
  const float even = final.inputs[0];
  const float step = final.inputs[1] - even;
  for (std::size_t i = 0; i < train.Count(); ++i) {
    const long value = std::lround((train.inputs[i] - even) / step);
    EXPECT_EQ(value % 2, train.labels[i]);
  }
}

TEST(Divide, PiecesOfTheirOwnAreScoredOn) {
  const auto data = Divide("numbers", 2, Pieces(80, 3, 21));
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_THAT((*data)->Facts().Rows(), testing::ElementsAre(80, 10, 10, 3));
}

TEST(Divide, WithoutATestPieceTheFinalSplitComesOutOfThePool) {
  const auto data = Divide("numbers", 2, Pieces(80, 0));
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_THAT((*data)->Facts().Rows(), testing::ElementsAre(50, 10, 10, 10));
  std::set<float> values;
  for (const Subset subset : {Subset::kTrain, Subset::kSearch, Subset::kSelect, Subset::kFinal}) {
    for (const float value : ValuesOf(**data, subset).inputs) values.insert(value);
  }
  EXPECT_EQ(values.size(), 80U);
}

TEST(Divide, ScoringSplitsHaveAnUpperLimit) {
  ByteImages pool{1, 1, 1, std::vector<std::uint8_t>(48000, 7), std::vector<std::uint16_t>(48000)};
  pool.pixels[0] = 9;
  const auto data = Divide("many", 2, {.train = pool, .valid = {}, .test = Numbered(1)});
  ASSERT_TRUE(data);
  EXPECT_THAT((*data)->Facts().Rows(),
              testing::ElementsAre(38000, kLargestSplit, kLargestSplit, 1));
}

TEST(Divide, ABlankChannelIsNotDividedByZero) {
  const ByteImages pool{1, 1, 1, std::vector<std::uint8_t>(16, 7), std::vector<std::uint16_t>(16)};
  const auto data = Divide("blank", 2, {.train = pool, .valid = {}, .test = Numbered(1)});
  ASSERT_TRUE(data);
  for (const float value : ValuesOf(**data, Subset::kTrain).inputs) EXPECT_EQ(value, 0);
}

TEST(Datasets, EachIsExplained) {
  for (const auto& row : catalogue::Datasets().Rows()) EXPECT_FALSE(row.doc.empty()) << row.name;
}

TEST(Datasets, UnknownNamesAreExplained) {
  const auto data = LoadDataset("minst", {});
  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(data.error().message, testing::HasSubstr("did you mean 'mnist'?"));
}

// ACTSEARCH_DATA, or the folder beside the checkout where real files may lie.
std::string RealData() {
  const char* named = std::getenv("ACTSEARCH_DATA");
  return named != nullptr ? named : std::string(ACTSEARCH_SOURCE_DIR "/../shared/data");
}

// What every near subset must be, whatever the data.
void ExpectSound(const Dataset& data, Subset subset) {
  const SubsetValues values = ValuesOf(data, subset);
  const catalogue::DataFacts& facts = data.Facts();
  ASSERT_GT(values.Count(), 0U);
  for (const auto label : values.labels) {
    ASSERT_TRUE(label >= 0 && label < facts.targets.classes);
  }
  for (const auto token : values.tokens) ASSERT_TRUE(token >= 0 && token < facts.inputs.classes);
  if (facts.targets.shape == Features(1) && facts.targets.classes > 0) {
    const std::set<std::int64_t> seen(values.labels.begin(), values.labels.end());
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(facts.targets.classes));
  }
  for (const std::vector<float>* numbers : {&values.inputs, &values.targets}) {
    if (numbers->empty()) continue;
    const auto count = static_cast<double>(numbers->size());
    const double mean = std::accumulate(numbers->begin(), numbers->end(), 0.0) / count;
    double squares = 0;
    for (const float v : *numbers) squares += (v - mean) * (v - mean);
    EXPECT_NEAR(mean, 0, 0.15);
    EXPECT_NEAR(std::sqrt(squares / count), 1, 0.15);
  }
}

class EveryDataset : public testing::TestWithParam<catalogue::DatasetInfo> {};

TEST_P(EveryDataset, IsSoundAndTheSameEachTime) {
  const catalogue::DatasetInfo& row = GetParam();
  const std::string dir = RealData();
  if (!row.generated && !fs::is_directory(fs::path(dir) / row.name)) {
    GTEST_SKIP() << "no real files: " << dir << "/" << row.name
                 << " is not there; name their parent folder in ACTSEARCH_DATA";
  }
  const Source source{.dir = dir, .fields = *CompleteFields("task", row.fields, {})};
  const auto data = LoadDataset(row.name, source);
  ASSERT_TRUE(data) << data.error().message;
  for (const Subset subset : {Subset::kTrain, Subset::kSearch, Subset::kSelect, Subset::kFinal}) {
    ExpectSound(**data, subset);
  }
  EXPECT_EQ((*data)->Facts().inputs.shape, row.inputs.shape);
  EXPECT_EQ((*data)->Facts().targets, row.targets);
  const auto again = LoadDataset(row.name, source);
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->Facts(), (*data)->Facts());
}

INSTANTIATE_TEST_SUITE_P(All, EveryDataset,
                         testing::ValuesIn(catalogue::Datasets().Rows().begin(),
                                           catalogue::Datasets().Rows().end()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace actsearch::datasets
