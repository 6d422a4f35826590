// Labelled images for proxy tasks: real files (MNIST, CIFAR-10) or generated glyphs,
// divided into a training part and three disjoint scoring splits (design.md section 7).
// Tasks load one by name and keep it; a Dataset is plain values, safe to read from any
// thread. The same files, or the same seed, give the same bytes on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/base/error.h"
#include "search_spaces/base/registry.h"

namespace actsearch::datasets {

struct Images {
  int channels = 0;
  int height = 0;
  int width = 0;
  int classes = 0;
  // N x C x H x W, row-major. Standardised by channel: minus the mean, over the standard
  // deviation of the training part, the same two constants in all four parts. So the
  // training part has mean 0 and standard deviation 1, the others about that.
  std::vector<float> pixels;
  std::vector<std::uint8_t> labels;  // N values in [0, classes)

  std::size_t Count() const { return labels.size(); }
  std::size_t ImageSize() const {  // floats of one image
    return static_cast<std::size_t>(channels) * height * width;
  }
};

struct Dataset {
  std::string name;
  std::vector<std::string> class_names;  // one for each class

  // `search` and `select` are taken out of the training file, an eighth of it each and at
  // most 5,000 images, by a shuffle with a fixed seed; `train` is the rest, in the order of
  // the shuffle. `final` is the test file, in its own order.
  Images train;
  Images search;
  Images select;
  Images final;

  // Hash of shapes, bytes and labels of all four parts before standardisation: provenance.
  std::uint64_t digest = 0;
};

struct DatasetRow {
  std::string_view name;
  std::string_view doc;
  bool generated = false;  // needs no folder and ignores the one it is given
  Result<Dataset> (*load)(const std::string& dir);
};

const Registry<DatasetRow>& Datasets();

// `dir` holds the files themselves, or a sub-folder with the data set's name that does.
// kNotFound: unknown name (lists the known ones), missing folder or file; kCorrupt: what is
// there is not what the format says. Messages name file, byte offset, what was found, what
// was expected and the remedy.
Result<Dataset> LoadDataset(std::string_view name, const std::string& dir);

}  // namespace actsearch::datasets
