#include "evaluators/datasets/cifar10.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/evaluators/datasets/folder.h"

namespace actsearch::datasets {
namespace {

using testing::HasSubstr;

void WriteSet(const Folder& folder) {
  folder.Write("data_batch_1.bin", CifarRecords(20));
  folder.Write("data_batch_4.bin", CifarRecords(12));
  folder.Write("test_batch.bin", CifarRecords(10));
}

Error ErrorOf(const Folder& folder) {
  const auto data = LoadCifar10(folder.Path());
  EXPECT_FALSE(data);
  return data ? Error{} : data.error();
}

TEST(Cifar10, ReadsAsManyBatchesAsThereAre) {
  const Folder folder;
  WriteSet(folder);
  const auto data = LoadCifar10(folder.Path());
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_EQ(data->train.Count(), 24U);
  EXPECT_EQ(data->search.Count(), 4U);
  EXPECT_EQ(data->select.Count(), 4U);
  EXPECT_EQ(data->final.Count(), 10U);
  EXPECT_EQ(data->train.channels, 3);
  EXPECT_EQ(data->train.height, 32);
  EXPECT_EQ(data->train.width, 32);
  EXPECT_EQ(data->class_names.size(), 10U);
  EXPECT_EQ(data->class_names[9], "truck");
}

TEST(Cifar10, StandardisesEachChannel) {
  const Folder folder;
  WriteSet(folder);
  const auto data = LoadCifar10(folder.Path());
  ASSERT_TRUE(data) << data.error().message;
  for (int c = 0; c < 3; ++c) {
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 0; i < data->train.Count(); ++i) {
      for (int p = 0; p < 1024; ++p) {
        const double v = data->train.pixels[i * 3072 + c * 1024 + p];
        sum += v;
        squares += v * v;
      }
    }
    const double count = 1024.0 * static_cast<double>(data->train.Count());
    EXPECT_NEAR(sum / count, 0, 1e-5) << "channel " << c;
    EXPECT_NEAR(squares / count, 1, 1e-4) << "channel " << c;
  }
}

TEST(Cifar10, TakesClassNamesFromTheirFile) {
  const Folder folder;
  WriteSet(folder);
  folder.Write("batches.meta.txt", "a\r\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
  const auto data = LoadCifar10(folder.Path());
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_EQ(data->class_names[0], "a");
  EXPECT_EQ(data->class_names[9], "j");

  folder.Write("batches.meta.txt", "a\nb\n");
  EXPECT_THAT(ErrorOf(folder).message, HasSubstr("batches.meta.txt: byte 4: 2 names of classes"));
}

TEST(Cifar10, NeedsATrainingAndATestBatch) {
  const Folder folder;
  WriteSet(folder);
  folder.Remove("test_batch.bin");
  EXPECT_EQ(ErrorOf(folder).code, ErrorCode::kNotFound);
  EXPECT_THAT(ErrorOf(folder).message, HasSubstr("no file named test_batch.bin"));
  WriteSet(folder);
  folder.Remove("data_batch_1.bin");
  folder.Remove("data_batch_4.bin");
  EXPECT_EQ(ErrorOf(folder).code, ErrorCode::kNotFound);
  EXPECT_THAT(ErrorOf(folder).message, HasSubstr("data_batch_5.bin"));
}

TEST(Cifar10, DamagedBatchesAreNamedWithTheirOffset) {
  const Folder folder;
  WriteSet(folder);
  folder.Write("data_batch_4.bin", CifarRecords(12).substr(0, 3073 * 11 + 100));
  EXPECT_EQ(ErrorOf(folder).code, ErrorCode::kCorrupt);
  EXPECT_THAT(ErrorOf(folder).message, testing::AllOf(HasSubstr("data_batch_4.bin: byte 33803"),
                                                      HasSubstr("100 bytes, expected 3073")));
  std::string bytes = CifarRecords(12);
  bytes[3073 * 2] = 10;
  folder.Write("data_batch_4.bin", bytes);
  EXPECT_THAT(ErrorOf(folder).message, HasSubstr("byte 6146: label 10, expected 0 to 9"));
  folder.Write("data_batch_4.bin", CifarRecords(12) + "x");
  EXPECT_THAT(ErrorOf(folder).message, HasSubstr("byte 36876: the last record has 1 bytes"));
  folder.Write("data_batch_4.bin", "");
  EXPECT_THAT(ErrorOf(folder).message, HasSubstr("the file is empty"));
}

}  // namespace
}  // namespace actsearch::datasets
