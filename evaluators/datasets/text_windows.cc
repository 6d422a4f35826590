#include "evaluators/datasets/text_windows.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>

#include "search_spaces/base/check.h"
#include "search_spaces/base/hash.h"

namespace actsearch::datasets {
namespace {

using catalogue::kSubsetCount;
using Token = std::uint16_t;
using Tokens = std::vector<Token>;

constexpr std::int64_t kMostStarts = std::int64_t{1} << 20;

class Vocabulary {
 public:
  explicit Vocabulary(const std::u32string& train) {
    std::map<char32_t, std::size_t> counts;
    for (const char32_t symbol : train) ++counts[symbol];
    std::vector<std::pair<std::size_t, char32_t>> frequent;
    for (const auto& [symbol, count] : counts) frequent.emplace_back(count, symbol);
    std::ranges::stable_sort(frequent, std::greater<>(), [](const auto& f) { return f.first; });
    frequent.resize(std::min(frequent.size(), kMostSymbols));
    for (const auto& [count, symbol] : frequent) symbols_.push_back(symbol);
    std::ranges::sort(symbols_);
  }

  Tokens Encode(const std::u32string& text) const {
    Tokens tokens;
    tokens.reserve(text.size());
    for (const char32_t symbol : text) {
      const auto at = std::ranges::lower_bound(symbols_, symbol);
      const bool is_known = at != symbols_.end() && *at == symbol;
      tokens.push_back(static_cast<Token>(is_known ? at - symbols_.begin() : Unknown()));
    }
    return tokens;
  }

  int Size() const { return Unknown() + 1; }
  const std::u32string& Symbols() const { return symbols_; }

 private:
  int Unknown() const { return static_cast<int>(symbols_.size()); }

  std::u32string symbols_;
};

// Shares of symbols in the training, alone and behind each other.
class Counts {
 public:
  Counts(const Tokens& train, int symbols) : singles_(static_cast<std::size_t>(symbols), 1) {
    for (std::size_t i = 0; i < train.size(); ++i) {
      ++singles_[train[i]];
      if (i + 1 == train.size()) continue;
      ++pairs_[Pair(train[i], train[i + 1])];
    }
    all_ = static_cast<double>(train.size() + singles_.size());
    last_ = train.back();
  }

  double Unigram(Token symbol) const { return singles_[symbol] / all_; }

  double Bigram(Token before, Token symbol) const {
    const auto pair = pairs_.find(Pair(before, symbol));
    const double seen = pair == pairs_.end() ? 0 : pair->second;
    // singles_ starts at 1, and the text's last symbol is before none.
    const double followed = singles_[before] - 1 - (before == last_ ? 1 : 0);
    return (seen + Unigram(symbol)) / (followed + 1);
  }

 private:
  static std::uint32_t Pair(Token before, Token symbol) {
    return static_cast<std::uint32_t>(before) << 16 | symbol;
  }

  std::vector<double> singles_;
  std::unordered_map<std::uint32_t, double> pairs_;
  double all_ = 0;
  Token last_ = 0;
};

class Windows : public Dataset {
 public:
  Windows(catalogue::DataFacts facts, std::array<Tokens, 4> parts, std::int64_t stride)
      : facts_(std::move(facts)), parts_(std::move(parts)), stride_(stride) {}

  const catalogue::DataFacts& Facts() const override { return facts_; }

  void Fill(Subset subset, std::span<const std::int64_t> rows, const Batch& batch) const override {
    const std::int64_t length = facts_.inputs.shape.length;
    const std::int64_t step = subset == Subset::kTrain ? stride_ : length;
    const Tokens& part = parts_[static_cast<std::size_t>(subset)];
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ACTSEARCH_CHECK(rows[i] >= 0 && rows[i] < Rows(subset), "a row outside its subset");
      const auto begin = part.begin() + rows[i] * step;
      const auto to = static_cast<std::ptrdiff_t>(i) * length;
      std::copy_n(begin, length, batch.tokens.begin() + to);
      std::copy_n(begin + 1, length, batch.labels.begin() + to);
    }
  }

 private:
  catalogue::DataFacts facts_;
  std::array<Tokens, 4> parts_;
  std::int64_t stride_;  // between the starts of training windows
};

std::uint64_t DigestOf(std::string_view name, const Vocabulary& vocabulary,
                       const std::array<Tokens, 4>& parts, std::int64_t context) {
  std::uint64_t digest = HashCombine(HashText(name), static_cast<std::uint64_t>(context));
  for (const char32_t symbol : vocabulary.Symbols()) digest = HashCombine(digest, symbol);
  for (const Tokens& part : parts) {
    digest = HashText({reinterpret_cast<const char*>(part.data()), part.size() * sizeof(Token)},
                      HashCombine(digest, part.size()));
  }
  return digest;
}

// Over the targets of a part's windows.
void AddEntropies(const Counts& counts, const std::array<Tokens, 4>& parts,
                  catalogue::DataFacts& facts) {
  catalogue::Reference unigram{.name = "unigram"}, bigram{.name = "bigram"};
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const auto targets = static_cast<double>(parts[k].size() - 1);
    for (std::size_t i = 1; i < parts[k].size(); ++i) {
      unigram.losses[k] -= std::log(counts.Unigram(parts[k][i])) / targets;
      bigram.losses[k] -= std::log(counts.Bigram(parts[k][i - 1], parts[k][i])) / targets;
    }
  }
  facts.references = {std::move(unigram), std::move(bigram)};
}

// At least `unit` symbols and the one behind them; of scoring parts whole units.
Result<void> FitToUnits(const std::string& name, Subset subset, std::int64_t unit, Tokens& part) {
  const std::size_t units = part.empty() ? 0 : (part.size() - 1) / static_cast<std::size_t>(unit);
  if (units > 0) {
    if (subset != Subset::kTrain) part.resize(units * static_cast<std::size_t>(unit) + 1);
    return {};
  }
  return Fail(ErrorCode::kInvalid, name + ", " + std::string(catalogue::Name(subset)) + ": " +
                                       std::to_string(part.size()) + " characters, at least " +
                                       std::to_string(unit + 1) +
                                       " are needed; take a longer text or lower task.context");
}

}  // namespace

TextParts CutText(std::u32string text) {
  const std::size_t part = std::min(text.size() / 16, kLargestTextPart);
  const std::size_t train = text.size() - 3 * part;
  return {.train = text.substr(0, train),
          .search = text.substr(train, part),
          .select = text.substr(train + part, part),
          .final = text.substr(train + 2 * part)};
}

Result<std::unique_ptr<const Dataset>> MakeWindows(const std::string& name, const TextParts& parts,
                                                   std::int64_t context) {
  const Vocabulary vocabulary(parts.train);
  std::array<Tokens, 4> tokens = {vocabulary.Encode(parts.train), vocabulary.Encode(parts.search),
                                  vocabulary.Encode(parts.select), vocabulary.Encode(parts.final)};
  const catalogue::Signature signature{catalogue::ValueKind::kTokens, Sequence(context, 1),
                                       vocabulary.Size()};
  catalogue::DataFacts facts{.inputs = signature, .targets = signature};
  const std::int64_t unit = catalogue::RowsPerUnit(facts) * context;
  for (std::size_t k = 0; k < tokens.size(); ++k) {
    const auto subset = static_cast<Subset>(k);
    const auto fits = FitToUnits(name, subset, subset == Subset::kTrain ? context : unit,
                                 tokens[k]);
    if (!fits) return std::unexpected(fits.error());
    facts.rows[k] = (static_cast<std::int64_t>(tokens[k].size()) - 1) / context;
  }
  const std::int64_t starts = static_cast<std::int64_t>(tokens[0].size()) - context;
  const std::int64_t stride = (starts + kMostStarts - 1) / kMostStarts;
  facts.rows[0] = (starts + stride - 1) / stride;
  facts.digest = HexDigits(DigestOf(name, vocabulary, tokens, context));
  AddEntropies(Counts(tokens[0], vocabulary.Size()), tokens, facts);
  return std::make_unique<const Windows>(std::move(facts), std::move(tokens), stride);
}

}  // namespace actsearch::datasets
