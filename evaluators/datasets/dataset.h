// Data for proxy tasks: read from files or generated, divided into a training subset and
// three disjoint ones to score on, or six where there is a far range (design.md section 7). The
// same files, or the same seed, give the same values on every machine. A Dataset is immutable and
// safe from any thread.
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

using catalogue::Subset;

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

// What a loader is asked for.
struct Source {
  std::string dir =
      {};              // holds the files, or a folder of the row's `folders` that does; or the file
  Fields fields = {};  // complete (catalogue::CheckTask)
};

// kNotFound: unknown name (lists the known ones), missing folder or file; kCorrupt: what is
// there is not what the format says. Messages name file, byte offset, what was found, what
// was expected and the remedy.
Result<std::unique_ptr<const Dataset>> LoadDataset(std::string_view name, const Source& source);

}  // namespace actsearch::datasets
