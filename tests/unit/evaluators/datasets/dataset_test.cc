#include "evaluators/datasets/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>

#include "evaluators/datasets/divide.h"
#include "search_spaces/trial.h"

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;

// Image i has the value i in its one pixel: parts can be told apart after the division.
ByteImages Numbered(int count) {
  ByteImages images{1, 1, 1, {}, {}};
  for (int i = 0; i < count; ++i) {
    images.pixels.push_back(static_cast<std::uint8_t>(i));
    images.labels.push_back(static_cast<std::uint8_t>(i % 2));
  }
  return images;
}

TEST(Divide, PartsAreDisjointAndCoverThePool) {
  const auto data = Divide("numbers", {"even", "odd"}, Numbered(80), Numbered(3));
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_EQ(data->search.Count(), 10U);
  EXPECT_EQ(data->select.Count(), 10U);
  std::vector<float> values;
  for (const Images* part : {&data->train, &data->search, &data->select}) {
    values.insert(values.end(), part->pixels.begin(), part->pixels.end());
  }
  std::ranges::sort(values);
  ASSERT_EQ(values.size(), 80U);
  EXPECT_EQ(std::ranges::adjacent_find(values), values.end());
}

TEST(Divide, IsTheSameEveryTime) {
  const auto one = Divide("numbers", {"even", "odd"}, Numbered(80), Numbered(3));
  const auto two = Divide("numbers", {"even", "odd"}, Numbered(80), Numbered(3));
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->search.pixels, two->search.pixels);
  EXPECT_EQ(one->train.labels, two->train.labels);
  EXPECT_EQ(one->digest, two->digest);
}

TEST(Divide, LabelsGoWithTheirImages) {
  const auto data = Divide("numbers", {"even", "odd"}, Numbered(80), Numbered(3));
  ASSERT_TRUE(data);
  // The final part keeps its order: value 1 is the odd one, and standardising keeps order.
  const float even = data->final.pixels[0];
  const float step = data->final.pixels[1] - even;
  for (std::size_t i = 0; i < data->train.Count(); ++i) {
    const long value = std::lround((data->train.pixels[i] - even) / step);
    EXPECT_EQ(value % 2, data->train.labels[i]);
  }
}

TEST(Divide, ScoringSplitsHaveAnUpperLimit) {
  ByteImages pool{1, 1, 1, std::vector<std::uint8_t>(48000, 7), std::vector<std::uint8_t>(48000)};
  pool.pixels[0] = 9;
  const auto data = Divide("many", {"one"}, pool, Numbered(1));
  ASSERT_TRUE(data);
  EXPECT_EQ(data->search.Count(), kLargestSplit);
  EXPECT_EQ(data->train.Count(), 38000U);
}

TEST(Divide, ABlankChannelIsNotDividedByZero) {
  const ByteImages pool{1, 1, 1, std::vector<std::uint8_t>(16, 7), std::vector<std::uint8_t>(16)};
  const auto data = Divide("blank", {"one"}, pool, Numbered(1));
  ASSERT_TRUE(data);
  for (const float value : data->train.pixels) EXPECT_EQ(value, 0);
}

TEST(Datasets, TheTableHasTheNamesThatJobFilesMayUse) {
  EXPECT_THAT(Datasets().Names(), testing::ElementsAreArray(kDatasetNames));
  for (const DatasetRow& row : Datasets().Rows()) EXPECT_FALSE(row.doc.empty()) << row.name;
}

TEST(Datasets, UnknownNamesAreExplained) {
  const auto data = LoadDataset("minst", "");
  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(data.error().message, testing::HasSubstr("did you mean 'mnist'?"));
}

// ACTSEARCH_DATA, or the folder beside the checkout where real files may lie.
std::string RealData() {
  const char* named = std::getenv("ACTSEARCH_DATA");
  return named != nullptr ? named : std::string(ACTSEARCH_SOURCE_DIR "/../shared/data");
}

// What every part must be, whatever the data.
void ExpectSound(const Images& images) {
  ASSERT_GT(images.Count(), 0U);
  ASSERT_EQ(images.pixels.size(), images.Count() * images.ImageSize());
  std::vector<int> seen(images.classes);
  for (const auto label : images.labels) {
    ASSERT_LT(label, images.classes);
    ++seen[label];
  }
  EXPECT_THAT(seen, testing::Each(testing::Gt(0)));
  const auto count = static_cast<double>(images.pixels.size());
  const double mean = std::accumulate(images.pixels.begin(), images.pixels.end(), 0.0) / count;
  double squares = 0;
  for (const float v : images.pixels) squares += (v - mean) * (v - mean);
  EXPECT_NEAR(mean, 0, 0.05);
  EXPECT_NEAR(std::sqrt(squares / count), 1, 0.05);
}

class EveryDataset : public testing::TestWithParam<DatasetRow> {};

TEST_P(EveryDataset, IsSoundAndTheSameEachTime) {
  const DatasetRow& row = GetParam();
  const std::string dir = RealData();
  if (!row.generated && !fs::is_directory(fs::path(dir) / row.name)) {
    GTEST_SKIP() << "no real files: " << dir << "/" << row.name
                 << " is not there; name their parent folder in ACTSEARCH_DATA";
  }
  const auto data = LoadDataset(row.name, dir);
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_EQ(data->name, row.name);
  EXPECT_EQ(data->class_names.size(), static_cast<std::size_t>(data->train.classes));
  for (const Images* part : {&data->train, &data->search, &data->select, &data->final}) {
    ExpectSound(*part);
  }
  const auto again = LoadDataset(row.name, dir);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->digest, data->digest);
}

INSTANTIATE_TEST_SUITE_P(All, EveryDataset,
                         testing::ValuesIn(Datasets().Rows().begin(), Datasets().Rows().end()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace actsearch::datasets
