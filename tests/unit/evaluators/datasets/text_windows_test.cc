#include "evaluators/datasets/text_windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "tests/unit/evaluators/datasets/subset_values.h"

namespace actsearch::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::u32string Repeated(const std::u32string& part, int times) {
  std::u32string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

TextParts Parts(const std::u32string& train, const std::u32string& other) {
  return {.train = train, .search = other, .select = other, .final = other};
}

TEST(DecodeText, ReadsUtf8WithoutMarkAndWithPlainLineEnds) {
  EXPECT_EQ(*DecodeText("t", "\xEF\xBB\xBFG\xC3\xBC\xE2\x82\xAC\xF0\x9F\x99\x82\r\nx\ry\n"),
            U"Gü€🙂\nx\ry\n");
}

TEST(DecodeText, NamesTheByteThatIsNoText) {
  for (const std::string bad : {"\xFC", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82",
                                "\x80"}) {
    const auto text = DecodeText("file", "abc" + bad + "x");
    ASSERT_FALSE(text) << bad;
    EXPECT_EQ(text.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(text.error().message, HasSubstr("file: byte 3: not UTF-8"));
  }
  EXPECT_FALSE(DecodeText("file", std::string("a\0b", 3)));
}

TEST(CutText, TakesTheScoringPartsOffTheEnd) {
  std::u32string text;
  for (char32_t c = 0; c < 1600; ++c) text += c + 100;
  const TextParts parts = CutText(text);
  EXPECT_EQ(parts.train + parts.search + parts.select + parts.final, text);
  EXPECT_EQ(parts.train.size(), 1300U);
  EXPECT_EQ(parts.search.size(), 100U);
  EXPECT_EQ(parts.final.size(), 100U);
}

TEST(Windows, TargetsAreTheSymbolsBehind) {
  const auto data = MakeWindows("t", Parts(Repeated(U"abcd", 20), Repeated(U"bcda", 70)), 8);
  ASSERT_TRUE(data) << data.error().message;
  const catalogue::DataFacts& facts = (*data)->Facts();
  EXPECT_EQ(facts.inputs.shape, Sequence(8, 1));
  EXPECT_EQ(facts.inputs, facts.targets);
  EXPECT_EQ(facts.targets.classes, 5);  // and the unknown one
  // 80 symbols: the windows of train begin at each of the first 73, less one target.
  EXPECT_THAT(facts.Rows(), ElementsAre(72, 32, 32, 32));
  for (const Subset subset : {Subset::kTrain, Subset::kSearch, Subset::kFinal}) {
    const SubsetValues values = ValuesOf(**data, subset);
    for (std::size_t i = 0; i < values.tokens.size(); ++i) {
      ASSERT_EQ(values.labels[i], (values.tokens[i] + 1) % 4);
    }
  }
}

TEST(Windows, ScoringWindowsLieOneBehindTheOther) {
  std::u32string text;
  for (int i = 0; i < 600; ++i) text += U"abcdefghijklmnopqrstuvwxyz"[i * i % 26];
  const auto data = MakeWindows("t", Parts(text, text), 64);
  ASSERT_TRUE(data) << data.error().message;
  const SubsetValues values = ValuesOf(**data, Subset::kSelect);
  ASSERT_EQ(values.tokens.size(), 512U);  // two units of 256
  for (std::size_t i = 0; i + 1 < values.tokens.size(); ++i) {
    EXPECT_EQ(values.labels[i], values.tokens[i + 1]);
  }
}

TEST(Windows, SymbolsThatTheTrainingHasNotAreOneToken) {
  const auto data =
      MakeWindows("t", Parts(Repeated(U"ab", 100), Repeated(U"aYbZ", 100)), 8);
  ASSERT_TRUE(data);
  const SubsetValues values = ValuesOf(**data, Subset::kFinal);
  EXPECT_THAT(std::vector<std::int64_t>(values.tokens.begin(), values.tokens.begin() + 4),
              ElementsAre(0, 2, 1, 2));
}

// Of a cycle each symbol follows from the one before; of four that are equally frequent the
// share says ln 4.
TEST(Windows, EntropiesAreThoseOfTheText) {
  const auto data = MakeWindows("t", Parts(Repeated(U"abcd", 5000), Repeated(U"abcd", 70)), 8);
  ASSERT_TRUE(data);
  const auto& references = (*data)->Facts().references;
  ASSERT_EQ(references.size(), 2U);
  EXPECT_EQ(references[0].name, "unigram");
  EXPECT_EQ(references[1].name, "bigram");
  for (const std::size_t subset : {0, 1, 2, 3}) {
    EXPECT_NEAR(references[0].losses[subset], std::log(4), 1e-3);
    EXPECT_NEAR(references[1].losses[subset], 0, 1e-3);
  }
}

// Shares 2/3 and 1/3, independent: both references are the entropy.
TEST(Windows, AnIndependentSourceHasOneEntropy) {
  std::u32string text;
  std::uint64_t state = 1;
  for (int i = 0; i < 60000; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    text += (state >> 33) % 3 == 0 ? U'b' : U'a';
  }
  const auto data = MakeWindows("t", Parts(text, text.substr(0, 30000)), 8);
  ASSERT_TRUE(data);
  const double entropy = std::log(3) - 2.0 / 3 * std::numbers::ln2;
  for (const auto& reference : (*data)->Facts().references) {
    EXPECT_NEAR(reference.losses[1], entropy, 0.01) << reference.name;
  }
}

TEST(Windows, AUnitHoldsWholeWindowsOf256SymbolsOrMore) {
  const auto facts_of = [](std::int64_t context) {
    const auto data =
        MakeWindows("t", Parts(Repeated(U"abcde", 1000), Repeated(U"abcde", 200)), context);
    return (*data)->Facts();
  };
  EXPECT_EQ(catalogue::RowsPerUnit(facts_of(64)), 4);
  EXPECT_EQ(catalogue::RowsPerUnit(facts_of(100)), 3);
  EXPECT_EQ(catalogue::RowsPerUnit(facts_of(300)), 1);
  EXPECT_EQ(facts_of(100).rows[1], 9);  // 999 symbols with a target: three units of 300
}

TEST(Windows, LongTextsHaveAtMostAMillionStarts) {
  const auto data =
      MakeWindows("t", Parts(Repeated(U"abcdefgh", 300'000), Repeated(U"abcdefgh", 100)), 8);
  ASSERT_TRUE(data);
  EXPECT_GT((*data)->Rows(Subset::kTrain), 700'000);
  EXPECT_LE((*data)->Rows(Subset::kTrain), 1 << 20);
  const std::int64_t last[] = {(*data)->Rows(Subset::kTrain) - 1};
  std::vector<std::int64_t> tokens(8), labels(8);
  (*data)->Fill(Subset::kTrain, last,
                {.inputs = {}, .tokens = tokens, .labels = labels, .targets = {}});
  EXPECT_EQ(labels[7], (tokens[0] + 8) % 8);
}

TEST(Windows, RareSymbolsBeyondTheMostAreUnknown) {
  std::u32string train;
  for (char32_t c = 0; c < 9000; ++c) train += {c + 0x4E00, c < 100 ? c + 0x4E00 : U'x'};
  const auto data = MakeWindows("t", Parts(train, train), 8);
  ASSERT_TRUE(data);
  EXPECT_EQ((*data)->Facts().inputs.classes, static_cast<int>(kMostSymbols) + 1);
}

}  // namespace
}  // namespace actsearch::datasets
