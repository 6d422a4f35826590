// NumPy's .npy: a magic string, a version, and a Python dictionary that says type, order and shape
// (numpy.lib.format). The dictionary is read as text.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "evaluators/datasets/formats/array.h"

namespace actsearch::datasets {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

std::unexpected<Error> NoNpy(const std::string& place, const std::string& found) {
  return Fail(
      ErrorCode::kCorrupt,
      place + ": " + found + ", expected a .npy file (numpy.save); copy or download it again");
}

// The text behind 'key': up to the comma or bracket that ends it.
std::optional<std::string_view> ValueOf(std::string_view header, std::string_view key) {
  const auto at = header.find("'" + std::string(key) + "'");
  if (at == std::string_view::npos) return std::nullopt;
  const auto colon = header.find(':', at);
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view rest = header.substr(colon + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest.starts_with('(') || rest.starts_with('[')) {
    const char end = rest.front() == '(' ? ')' : ']';
    return rest.substr(0, std::min(rest.find(end), rest.size()));
  }
  return rest.substr(0, rest.find_first_of(",}"));
}

std::optional<std::vector<std::int64_t>> ShapeFrom(std::string_view text) {
  std::vector<std::int64_t> shape;
  std::size_t at = 1;  // behind the bracket
  while (at < text.size()) {
    if (text[at] == ' ' || text[at] == ',') {
      ++at;
      continue;
    }
    std::int64_t size = 0;
    const auto read = std::from_chars(text.data() + at, text.data() + text.size(), size);
    if (read.ec != std::errc()) return std::nullopt;
    shape.push_back(size);
    at = static_cast<std::size_t>(read.ptr - text.data());
    if (at < text.size() && text[at] == 'L') ++at;  // Python 2
  }
  return shape;
}

// Values that lie column by column, put row by row.
template <class T>
std::vector<T> RowMajor(const std::vector<T>& values, const std::vector<std::int64_t>& shape) {
  std::vector<T> result(values.size());
  std::vector<std::int64_t> index(shape.size(), 0);
  for (T& value : result) {
    std::size_t at = 0, stride = 1;
    for (std::size_t d = 0; d < shape.size(); ++d) {
      at += static_cast<std::size_t>(index[d]) * stride;
      stride *= static_cast<std::size_t>(shape[d]);
    }
    value = values[at];
    for (std::size_t d = shape.size(); d-- > 0;) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
  return result;
}

struct Header {
  std::string_view text;
  std::size_t end = 0;  // bytes before the values
};

std::optional<Header> HeaderOf(const Bytes& bytes) {
  if (bytes.size() < 10 || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0) {
    return std::nullopt;
  }
  const std::size_t width = bytes[6] == 1 ? 2 : 4;  // of the length, little-endian
  if (bytes.size() < 8 + width) return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = 0; i < width; ++i) length |= std::size_t{bytes[8 + i]} << (8 * i);
  if (length > bytes.size() - 8 - width) return std::nullopt;
  const char* text = reinterpret_cast<const char*>(bytes.data()) + 8 + width;
  return Header{{text, length}, 8 + width + length};
}

}  // namespace

Result<Array> ParseNpy(const std::string& place, const Bytes& bytes) {
  const auto header = HeaderOf(bytes);
  if (!header) return NoNpy(place, "no header of NumPy");
  const auto descr = ValueOf(header->text, "descr");
  const auto order = ValueOf(header->text, "fortran_order");
  const auto shape_text = ValueOf(header->text, "shape");
  const auto shape = shape_text ? ShapeFrom(*shape_text) : std::nullopt;
  if (!descr || !order || !shape) return NoNpy(place, "a header without type, order and shape");
  std::string_view type = *descr;  // '<f4'
  if (type.size() < 4 || type.front() != '\'') {
    return Fail(ErrorCode::kInvalid,
                place + ": an array of records; save one array of numbers for each column");
  }
  const char byte_order = type[1], kind = type[2];
  std::size_t width = 0;
  std::from_chars(type.data() + 3, type.data() + type.size() - 1, width);
  if (kind == 'O') {
    return Fail(ErrorCode::kInvalid, place +
                                         ": an array of Python objects (pickle), which is never "
                                         "read; save numbers: numpy.asarray(x, dtype='float32')");
  }
  auto array = ArrayOf(place, *shape, kind, width, byte_order == '>',
                       std::span(bytes).subspan(header->end));
  if (!array || !order->starts_with("True")) return array;
  std::visit([&](auto& values) { values = RowMajor(values, array->shape); }, array->values);
  return array;
}

}  // namespace actsearch::datasets
