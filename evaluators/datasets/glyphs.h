// A data set without files: drawings of sixteen glyphs, each bent, turned, jittered, inked
// and soiled at random, so that a small network learns them well but not at once. A real
// task in the sense that nothing in it depends on who learns it. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "evaluators/datasets/dataset.h"

namespace actsearch::datasets {

struct GlyphOptions {
  std::uint64_t seed = 1;
  std::size_t pool = 8000;  // images from which train, search and select are taken
  std::size_t final = 2000;
};

// Image i of a part depends on seed, part and i alone. Classes are equally frequent.
Result<std::unique_ptr<const Dataset>> MakeGlyphs(const GlyphOptions& options);

// The set behind the name "glyphs": the default options, whatever the folder.
Result<std::unique_ptr<const Dataset>> LoadGlyphs(const Source& source);

}  // namespace actsearch::datasets
