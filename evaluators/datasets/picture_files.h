// Where pictures lie and of which class they are, in folders and archives. Pure apart from
// reading; any thread.
#pragma once

#include <string>
#include <vector>

#include "evaluators/datasets/cut.h"
#include "evaluators/datasets/formats/image.h"
#include "search_spaces/base/error.h"

namespace actsearch::datasets {

struct LabelledPicture {
  std::string place;  // file, or archive and member
  Piece piece = Piece::kTrain;
  std::string label;  // name of the class
  Picture picture;
};

// In the order of the bytes of their paths. kNotFound: no picture; kInvalid: one without a class,
// or too many (1 GiB of pixels).
Result<std::vector<LabelledPicture>> ReadPictures(const std::string& dir);

}  // namespace actsearch::datasets
