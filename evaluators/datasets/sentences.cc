// Text without files: subjects in singular or plural, between them and their verb a phrase of
// varying length, so that the verb's ending follows from something several words back.
#include <string>

#include "evaluators/datasets/sentences.row.h"
#include "evaluators/datasets/text_windows.h"
#include "search_spaces/base/rng.h"

namespace actsearch::datasets {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr std::size_t kLength = 400'000;  // characters
constexpr std::string_view kOnsets[] = {"b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "t"};
constexpr std::string_view kVowels[] = {"a", "e", "i", "o", "u"};
constexpr std::string_view kPlaces[] = {" of the ", " near the ", " with a "};

using Words = std::vector<std::string>;

Words MakeWords(Rng rng, std::size_t count) {
  Words words;
  while (words.size() < count) {
    std::string word;
    const std::size_t syllables = 1 + rng.Below(3);
    for (std::size_t i = 0; i < syllables; ++i) {
      word += kOnsets[rng.Below(std::size(kOnsets))];
      word += kVowels[rng.Below(std::size(kVowels))];
    }
    words.push_back(word);
  }
  return words;
}

// A few words are frequent, most are rare.
const std::string& Choose(const Words& words, Rng& rng) {
  const double u = rng.Uniform(0, 1);
  return words[static_cast<std::size_t>(u * u * static_cast<double>(words.size()))];
}

class Writer {
 public:
  explicit Writer(const Rng& rng)
      : nouns_(MakeWords(rng.Fork("nouns"), 120)),
        verbs_(MakeWords(rng.Fork("verbs"), 60)),
        rng_(rng.Fork("sentences")) {}

  std::string Sentence() {
    const bool plural = rng_.Below(2) == 1;
    std::string text = "the " + Choose(nouns_, rng_) + (plural ? "s" : "");
    for (std::size_t more = rng_.Below(3); more > 0; --more) {
      text += kPlaces[rng_.Below(std::size(kPlaces))];
      text += Choose(nouns_, rng_) + (rng_.Below(2) == 1 ? "s" : "");
    }
    text += " " + Choose(verbs_, rng_) + (plural ? "n" : "t");
    text += " the " + Choose(nouns_, rng_);
    return text + (rng_.Below(6) == 0 ? ".\n" : ". ");
  }

 private:
  Words nouns_, verbs_;
  Rng rng_;
};

}  // namespace

Result<std::unique_ptr<const Dataset>> LoadSentences(const Source& source) {
  Writer writer{Rng(kSeed)};
  std::string text;
  while (text.size() < kLength) text += writer.Sentence();
  auto characters = DecodeText("sentences", text);
  if (!characters) return std::unexpected(characters.error());
  return MakeWindows("sentences", CutText(*std::move(characters)),
                     FieldOf<std::int64_t>(source.fields, "context"));
}

}  // namespace actsearch::datasets
