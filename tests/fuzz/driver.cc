// A main for fuzz targets (LLVMFuzzerTestOneInput) under any compiler: replays the
// files of a corpus, then runs mutations of them for a while.
//
//   TARGET CORPUS_DIR [seconds=2] [seed=1]
//
// With clang, link the target with -fsanitize=fuzzer in place of this file. The same
// seed gives the same inputs in the same order. An input that breaks the target is
// the last one written to TARGET.input; keep it in the corpus.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "search_spaces/base/rng.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using actsearch::Rng;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxInput = 1 << 16;

std::vector<std::string> ReadCorpus(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> paths;
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory)) {
    if (file.is_regular_file()) paths.push_back(file.path());
  }
  std::sort(paths.begin(), paths.end());  // directory order differs between machines
  std::vector<std::string> inputs;
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return inputs;
}

std::string RandomPiece(const std::string& from, Rng& rng) {
  if (from.empty()) return {};
  const std::size_t begin = rng.Below(from.size());
  return from.substr(begin, 1 + rng.Below(std::min<std::size_t>(from.size() - begin, 32)));
}

// One small change: bytes flipped, dropped, repeated, inserted, or spliced from another.
std::string Mutated(std::string text, const std::vector<std::string>& corpus, Rng& rng) {
  constexpr std::string_view kTelling = "()*/+-^,:=.0919exp \n\"'{}[]#\0\xff\x80";
  const std::size_t at = rng.Below(text.size() + 1);
  switch (rng.Below(6)) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << rng.Below(8)));
      break;
    case 1:
      if (at < text.size()) text.erase(at, 1 + rng.Below(8));
      break;
    case 2:
      text.insert(at, 1, kTelling[rng.Below(kTelling.size())]);
      break;
    case 3:
      text.insert(at, RandomPiece(text, rng));
      break;
    case 4:
      text.insert(at, RandomPiece(corpus[rng.Below(corpus.size())], rng));
      break;
    default:
      if (at < text.size()) text[at] = kTelling[rng.Below(kTelling.size())];
      break;
  }
  if (text.size() > kMaxInput) text.resize(kMaxInput);
  return text;
}

class Runner {
 public:
  explicit Runner(std::string crash_path) : crash_path_(std::move(crash_path)) {}

  // Writes the input first: a crash leaves it behind.
  void Run(const std::string& input) {
    std::ofstream(crash_path_, std::ios::binary | std::ios::trunc) << input;
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    ++count_;
  }

  long count() const { return count_; }

  void Finish() { std::filesystem::remove(crash_path_); }

 private:
  std::string crash_path_;
  long count_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s CORPUS_DIR [seconds=2] [seed=1]\n", argv[0]);
    return 2;
  }
  std::vector<std::string> corpus = ReadCorpus(argv[1]);
  if (corpus.empty()) {
    std::fprintf(stderr, "%s: no files in %s\n", argv[0], argv[1]);
    return 2;
  }
  const double seconds = argc > 2 ? std::atof(argv[2]) : 2;
  Rng rng(argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1);
  Runner runner(std::string(argv[0]) + ".input");
  for (const std::string& input : corpus) runner.Run(input);
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (Clock::now() < end) {
    std::string input = rng.Pick(corpus);
    for (std::size_t changes = 1 + rng.Below(6); changes > 0; --changes) {
      input = Mutated(std::move(input), corpus, rng);
    }
    runner.Run(input);
  }
  runner.Finish();
  std::printf("%ld inputs, none broke the target\n", runner.count());
  return 0;
}
