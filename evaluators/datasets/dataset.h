// Data for proxy tasks: read from files or generated, divided into a training part and three
// disjoint scoring splits (design.md section 7). The same files, or the same seed, give the
// same values on every machine. A Dataset is immutable and safe from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "evaluators/catalogue/datasets.h"
#include "search_spaces/base/error.h"
#include "search_spaces/trial.h"

namespace actsearch::datasets {

// `search` and `select` are taken out of the files' training part, an eighth of it each and at
// most 5,000 rows, by a shuffle with a fixed seed; `train` is the rest, in the order of the
// shuffle. `final` is the test file, in its own order.
enum class Subset { kTrain, kSearch, kSelect, kFinal };
inline constexpr Subset kSubsets[] = {Subset::kTrain, Subset::kSearch, Subset::kSelect,
                                      Subset::kFinal};
Subset SubsetOf(Split split);

// Where rows are written, one after the other; what the signatures do not have stays empty.
// Spatial inputs are rows x height x width x channels: channels-last memory.
struct Batch {
  std::span<float> inputs;          // of kNumbers
  std::span<std::int64_t> tokens;   // inputs of kTokens
  std::span<std::int64_t> labels;   // targets of kTokens
  std::span<float> targets;         // targets of kNumbers
};

class Dataset {
 public:
  virtual ~Dataset() = default;

  virtual const catalogue::DataFacts& Facts() const = 0;

  // Rows of a subset, each in [0, Rows(subset)), in the order asked for. The batch has room for
  // exactly so many.
  virtual void Fill(Subset subset, std::span<const std::int64_t> rows,
                    const Batch& batch) const = 0;

  std::int64_t Rows(Subset subset) const { return Facts().rows[static_cast<std::size_t>(subset)]; }
};

// `dir` holds the files themselves, or a sub-folder with the data set's name that does.
// kNotFound: unknown name (lists the known ones), missing folder or file; kCorrupt: what is
// there is not what the format says. Messages name file, byte offset, what was found, what
// was expected and the remedy.
Result<std::unique_ptr<const Dataset>> LoadDataset(std::string_view name, const std::string& dir);

}  // namespace actsearch::datasets
