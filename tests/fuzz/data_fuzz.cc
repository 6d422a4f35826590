// Any bytes in the place of data: every reader answers with values of the shape that it says, or
// with an error that names the place.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "evaluators/datasets/formats/array.h"
#include "evaluators/datasets/formats/csv.h"
#include "evaluators/datasets/formats/image.h"
#include "evaluators/datasets/idx.h"
#include "evaluators/datasets/text_windows.h"
#include "search_spaces/base/check.h"

namespace {

using namespace actsearch::datasets;

template <class T>
bool IsRead(const actsearch::Result<T>& result) {
  if (!result) ACTSEARCH_CHECK(result.error().message.starts_with("it"), result.error().message);
  return result.has_value();
}

void CheckArray(const Array& array) {
  std::size_t count = 1;
  for (const std::int64_t size : array.shape) count *= static_cast<std::size_t>(size);
  ACTSEARCH_CHECK(array.Count() == count, ToText(array.shape));
  if (count > 0) array.RealAt(count - 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, data + size);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto array = ParseNpy("it", bytes); IsRead(array)) CheckArray(*array);
  if (const auto arrays = ParseSafetensors("it", bytes); IsRead(arrays)) {
    for (const auto& [name, array] : *arrays) CheckArray(array);
  }
  if (const auto csv = ParseCsv("it", text); IsRead(csv)) {
    for (const CsvLine& line : csv->lines) {
      ACTSEARCH_CHECK(line.cells.size() == csv->names.size(), "a line of other length");
    }
  }
  if (const auto decoded = DecodeText("it", text); IsRead(decoded)) {
    ACTSEARCH_CHECK(decoded->size() <= size, "more characters than bytes");
  }
  for (const IdxKind kind : {IdxKind::kImages, IdxKind::kLabels, IdxKind::kLongLabels}) {
    IsRead(ReadIdx({"it", bytes}, kind));
  }
  if (const auto picture = Decode("it", bytes); IsRead(picture)) {
    ACTSEARCH_CHECK(picture->pixels.size() == static_cast<std::size_t>(3) * picture->height *
                                                  picture->width,
                    "pixels");
    if (picture->height < 64 && picture->width < 64) Resized(*picture, 5, 3);
  }
  return 0;
}
