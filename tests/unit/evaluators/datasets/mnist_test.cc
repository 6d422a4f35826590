#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "evaluators/datasets/dataset.h"
#include "tests/unit/evaluators/datasets/folder.h"
#include "tests/unit/evaluators/datasets/subset_values.h"

namespace actsearch::datasets {
namespace {

constexpr char kTrainImages[] = "train-images-idx3-ubyte";
constexpr char kTrainLabels[] = "train-labels-idx1-ubyte";
constexpr char kTestImages[] = "t10k-images-idx3-ubyte";
constexpr char kTestLabels[] = "t10k-labels-idx1-ubyte";

void WriteSet(const Folder& folder, const std::string& prefix = "") {
  folder.Write(prefix + kTrainImages, IdxImages(40, 4));
  folder.Write(prefix + kTrainLabels, IdxLabels(40));
  folder.Write(prefix + kTestImages, IdxImages(12, 4));
  folder.Write(prefix + kTestLabels, IdxLabels(12));
}

TEST(Mnist, TakesSizesFromTheHeaders) {
  const Folder folder;
  WriteSet(folder);
  const auto data = LoadDataset("mnist", {.dir = folder.Path()});
  ASSERT_TRUE(data) << data.error().message;
  const catalogue::DataFacts& facts = (*data)->Facts();
  EXPECT_THAT(facts.Rows(), testing::ElementsAre(30, 5, 5, 12));
  EXPECT_EQ(facts.inputs.shape, Spatial(1, 4, 4));
  EXPECT_EQ(facts.targets.classes, 10);
  EXPECT_THAT(ValuesOf(**data, Subset::kFinal).labels,
              testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1));
}

TEST(Mnist, ReadsGzipDottedNamesAndSubFolders) {
  const Folder plain;
  WriteSet(plain);
  const auto expected = LoadDataset("mnist", {.dir = plain.Path()});
  ASSERT_TRUE(expected) << expected.error().message;

  const Folder packed;
  packed.WriteGzip("train-images.idx3-ubyte.gz", IdxImages(40, 4));
  packed.WriteGzip("train-labels-idx1-ubyte.gz", IdxLabels(40));
  packed.Write("t10k-images.idx3-ubyte", IdxImages(12, 4));
  packed.Write("t10k-labels-idx1-ubyte", IdxLabels(12));
  const auto unpacked = LoadDataset("mnist", {.dir = packed.Path()});
  ASSERT_TRUE(unpacked) << unpacked.error().message;
  EXPECT_EQ((*unpacked)->Facts().digest, (*expected)->Facts().digest);

  const Folder parent;
  WriteSet(parent, "mnist/");
  const auto nested = LoadDataset("mnist", {.dir = parent.Path()});
  ASSERT_TRUE(nested) << nested.error().message;
  EXPECT_EQ((*nested)->Facts().digest, (*expected)->Facts().digest);
}

TEST(Mnist, TheDigestSeesEveryByte) {
  const Folder folder;
  WriteSet(folder);
  const auto before = LoadDataset("mnist", {.dir = folder.Path()});
  std::string images = folder.Read(kTestImages);
  images.back() = static_cast<char>(images.back() ^ 1);
  folder.Write(kTestImages, images);
  const auto after = LoadDataset("mnist", {.dir = folder.Path()});
  ASSERT_TRUE(before && after);
  EXPECT_NE((*before)->Facts().digest, (*after)->Facts().digest);
}

struct Damage {
  const char* name;
  ErrorCode code;
  std::vector<std::string> message;  // parts of it
  std::function<void(const Folder&)> apply;
};

void Change(const Folder& folder, const char* name, std::function<void(std::string&)> edit) {
  std::string bytes = folder.Read(name);
  edit(bytes);
  folder.Write(name, bytes);
}

class DamagedMnist : public testing::TestWithParam<Damage> {};

TEST_P(DamagedMnist, IsAnErrorThatNamesFilePlaceAndExpectation) {
  const Folder folder;
  WriteSet(folder);
  GetParam().apply(folder);
  const auto data = LoadDataset("mnist", {.dir = folder.Path()});
  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().code, GetParam().code) << data.error().message;
  for (const std::string& part : GetParam().message) {
    EXPECT_THAT(data.error().message, testing::HasSubstr(part));
  }
}

constexpr ErrorCode kCorrupt = ErrorCode::kCorrupt;

INSTANTIATE_TEST_SUITE_P(
    Mnist, DamagedMnist,
    testing::Values(
        Damage{"Missing",
               ErrorCode::kNotFound,
               {"no file named t10k-labels-idx1-ubyte, t10k-labels-idx1-ubyte.gz", "--data"},
               [](const Folder& f) { f.Remove(kTestLabels); }},
        Damage{"Empty",
               kCorrupt,
               {kTrainImages, "byte 0: the file ends", "16 bytes"},
               [](const Folder& f) { f.Write(kTrainImages, ""); }},
        Damage{"ShortHeader",
               kCorrupt,
               {kTrainLabels, "byte 7: the file ends", "8 bytes"},
               [](const Folder& f) { Change(f, kTrainLabels, [](auto& b) { b.resize(7); }); }},
        Damage{"Magic",
               kCorrupt,
               {kTrainImages, "byte 0: magic number 0x00000801, expected 0x00000803 (IDX images)"},
               [](const Folder& f) { f.Write(kTrainImages, IdxLabels(40)); }},
        Damage{"Swapped",
               kCorrupt,
               {kTestLabels, "byte 0: magic number 0x00000803"},
               [](const Folder& f) { f.Write(kTestLabels, IdxImages(12, 4)); }},
        Damage{"Truncated",
               kCorrupt,
               {kTrainImages, "byte 600: the file ends, expected 656 bytes", "40 x 4 x 4"},
               [](const Folder& f) { Change(f, kTrainImages, [](auto& b) { b.resize(600); }); }},
        Damage{"Trailing",
               kCorrupt,
               {kTestLabels, "byte 20: 2 bytes too many, expected 20 bytes"},
               [](const Folder& f) { Change(f, kTestLabels, [](auto& b) { b += "zz"; }); }},
        Damage{"Label",
               ErrorCode::kInvalid,
               {kTrainLabels, "labels up to 10: more than the 10 classes of mnist"},
               [](const Folder& f) { Change(f, kTrainLabels, [](auto& b) { b[11] = 10; }); }},
        Damage{"Counts",
               kCorrupt,
               {kTestLabels, "byte 4: 11 labels, expected 12", kTestImages},
               [](const Folder& f) { f.Write(kTestLabels, IdxLabels(11)); }},
        Damage{"ZeroSide",
               kCorrupt,
               {kTestImages, "byte 8: image side 0, expected 1 to 1024"},
               [](const Folder& f) {
                 Change(f, kTestImages, [](auto& b) { b.replace(8, 4, BigEndian(0)); });
               }},
        Damage{"HugeSide",
               kCorrupt,
               {kTestImages, "byte 12: image side 4294967295"},
               [](const Folder& f) {
                 Change(f, kTestImages, [](auto& b) { b.replace(12, 4, BigEndian(~0U)); });
               }},
        Damage{"HugeCount",
               kCorrupt,
               {kTestImages, "the file ends", "4294967295 x 4 x 4"},
               [](const Folder& f) {
                 Change(f, kTestImages, [](auto& b) { b.replace(4, 4, BigEndian(~0U)); });
               }},
        Damage{"OtherShape",
               ErrorCode::kInvalid,
               {"1 x 4 x 4", "1 x 5 x 5"},
               [](const Folder& f) { f.Write(kTestImages, IdxImages(12, 5)); }},
        Damage{"TooFew",
               ErrorCode::kInvalid,
               {"7 training and 12 test images"},
               [](const Folder& f) {
                 f.Write(kTrainImages, IdxImages(7, 4));
                 f.Write(kTrainLabels, IdxLabels(7));
               }},
        Damage{"TruncatedGzip",
               kCorrupt,
               {"train-images-idx3-ubyte.gz", "damaged or truncated gzip"},
               [](const Folder& f) {
                 f.Remove(kTrainImages);
                 f.WriteGzip("train-images-idx3-ubyte.gz", IdxImages(40, 4));
                 Change(f, "train-images-idx3-ubyte.gz", [](auto& b) { b.resize(b.size() - 9); });
               }},
        Damage{"GzipChecksum",
               kCorrupt,
               {"train-images-idx3-ubyte.gz", "damaged or truncated gzip"},
               [](const Folder& f) {
                 f.Remove(kTrainImages);
                 f.WriteGzip("train-images-idx3-ubyte.gz", IdxImages(40, 4));
                 Change(f, "train-images-idx3-ubyte.gz", [](auto& b) { b[b.size() - 6] ^= 0x40; });
               }},
        Damage{"NotGzipAtAll",
               kCorrupt,
               {"train-images-idx3-ubyte.gz", "is a web page"},
               [](const Folder& f) {
                 f.Remove(kTrainImages);
                 f.Write("train-images-idx3-ubyte.gz", "<html>no such page</html>");
               }}),
    [](const auto& info) { return info.param.name; });

TEST(Mnist, MissingFoldersAreNamed) {
  const auto none = LoadDataset("mnist", {.dir = ""});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(none.error().message, testing::HasSubstr("--data"));
  const auto missing = LoadDataset("mnist", {.dir = "/no/such/folder"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, testing::HasSubstr("/no/such/folder"));
}

}  // namespace
}  // namespace actsearch::datasets
