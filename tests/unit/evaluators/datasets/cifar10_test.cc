#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluators/datasets/dataset.h"
#include "tests/unit/evaluators/datasets/folder.h"
#include "tests/unit/evaluators/datasets/subset_values.h"

namespace actsearch::datasets {
namespace {

using testing::HasSubstr;

void WriteSet(const Folder& folder) {
  folder.Write("data_batch_1.bin", CifarRecords(20));
  folder.Write("data_batch_2.bin", CifarRecords(12));
  folder.Write("test_batch.bin", CifarRecords(10));
}

Error ErrorOf(const Folder& folder) {
  const auto data = LoadDataset("cifar10", {.dir = folder.Path()});
  EXPECT_FALSE(data);
  return data ? Error{} : data.error();
}

TEST(Cifar10, ReadsAsManyBatchesAsThereAre) {
  const Folder folder;
  WriteSet(folder);
  const auto data = LoadDataset("cifar10", {.dir = folder.Path()});
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_THAT((*data)->Facts().Rows(), testing::ElementsAre(24, 4, 4, 10));
  EXPECT_EQ((*data)->Facts().inputs.shape, Spatial(3, 32, 32));
  EXPECT_EQ((*data)->Facts().targets.classes, 10);
}

// The file has a plane for each colour, a batch the three colours of a pixel side by side.
TEST(Cifar10, AGapAmongTheBatchesIsNamed) {
  const Folder folder;
  WriteSet(folder);
  folder.Write("data_batch_4.bin", CifarRecords(12));
  EXPECT_THAT(ErrorOf(folder).message, HasSubstr("data_batch_4.bin is there, but no data_batch_3"));
}

TEST(Cifar10, PixelsKeepTheirColours) {
  const Folder folder;
  WriteSet(folder);
  std::string records = CifarRecords(1);
  for (int p = 0; p < 1024; ++p) {
    for (int c = 0; c < 3; ++c) records[1 + c * 1024 + p] = static_cast<char>(40 * c + p % 32);
  }
  folder.Write("test_batch.bin", records);
  const auto data = LoadDataset("cifar10", {.dir = folder.Path()});
  ASSERT_TRUE(data) << data.error().message;
  const SubsetValues image = ValuesOf(**data, Subset::kFinal);
  for (int c = 0; c < 3; ++c) {
    const float first = image.inputs[c], step = image.inputs[3 + c] - first;
    for (int p = 0; p < 1024; ++p) {
      EXPECT_NEAR(image.inputs[3 * p + c], first + step * static_cast<float>(p % 32), 1e-4);
    }
  }
}

TEST(Cifar10, StandardisesEachChannel) {
  const Folder folder;
  WriteSet(folder);
  const auto data = LoadDataset("cifar10", {.dir = folder.Path()});
  ASSERT_TRUE(data) << data.error().message;
  const SubsetValues train = ValuesOf(**data, Subset::kTrain);
  for (int c = 0; c < 3; ++c) {
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 0; i < train.Count(); ++i) {
      for (int p = 0; p < 1024; ++p) {
        const double v = train.inputs[i * 3072 + 3 * p + c];
        sum += v;
        squares += v * v;
      }
    }
    const double count = 1024.0 * static_cast<double>(train.Count());
    EXPECT_NEAR(sum / count, 0, 1e-5) << "channel " << c;
    EXPECT_NEAR(squares / count, 1, 1e-4) << "channel " << c;
  }
}

TEST(Cifar10, NeedsATrainingAndATestBatch) {
  const Folder folder;
  WriteSet(folder);
  folder.Remove("test_batch.bin");
  EXPECT_EQ(ErrorOf(folder).code, ErrorCode::kNotFound);
  EXPECT_THAT(ErrorOf(folder).message, HasSubstr("no file named test_batch.bin"));
  WriteSet(folder);
  folder.Remove("data_batch_1.bin");
  folder.Remove("data_batch_2.bin");
  EXPECT_EQ(ErrorOf(folder).code, ErrorCode::kNotFound);
  EXPECT_THAT(ErrorOf(folder).message, HasSubstr("data_batch_5.bin"));
}

TEST(Cifar10, DamagedBatchesAreNamedWithTheirOffset) {
  const Folder folder;
  WriteSet(folder);
  folder.Write("data_batch_2.bin", CifarRecords(12).substr(0, 3073 * 11 + 100));
  EXPECT_EQ(ErrorOf(folder).code, ErrorCode::kCorrupt);
  EXPECT_THAT(ErrorOf(folder).message, testing::AllOf(HasSubstr("data_batch_2.bin: byte 33803"),
                                                      HasSubstr("100 bytes, expected 3073")));
  std::string bytes = CifarRecords(12);
  bytes[3073 * 2] = 10;
  folder.Write("data_batch_2.bin", bytes);
  EXPECT_THAT(ErrorOf(folder).message, HasSubstr("byte 6146: label 10, expected 0 to 9"));
  folder.Write("data_batch_2.bin", CifarRecords(12) + "x");
  EXPECT_THAT(ErrorOf(folder).message, HasSubstr("byte 36876: the last record has 1 bytes"));
  folder.Write("data_batch_2.bin", "");
  EXPECT_THAT(ErrorOf(folder).message, HasSubstr("the file is empty"));
}

}  // namespace
}  // namespace actsearch::datasets
