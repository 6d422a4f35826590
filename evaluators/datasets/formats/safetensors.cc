#include <algorithm>
#include <utility>

#include "evaluators/datasets/formats/array.h"

#ifdef ACTSEARCH_HAVE_JSON
#include <nlohmann/json.hpp>
#endif

namespace actsearch::datasets {

#ifdef ACTSEARCH_HAVE_JSON

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMostHeader = 100'000'000;

std::unexpected<Error> Wrong(const std::string& place, const std::string& what) {
  return Fail(ErrorCode::kCorrupt, place + ": " + what +
                                       ", expected a safetensors file; copy or download it again");
}

struct Type {
  std::string_view name;
  char kind;
  std::size_t width;
};
constexpr Type kTypes[] = {{"BOOL", 'b', 1}, {"U8", 'u', 1},   {"I8", 'i', 1},   {"I16", 'i', 2},
                           {"U16", 'u', 2},  {"I32", 'i', 4},  {"U32", 'u', 4},  {"I64", 'i', 8},
                           {"U64", 'u', 8},  {"F16", 'f', 2},  {"BF16", 'B', 2}, {"F32", 'f', 4},
                           {"F64", 'f', 8}};

Result<Array> ReadTensor(const std::string& place, const Json& entry,
                         std::span<const std::uint8_t> values) {
  const auto find = [&](const char* key) { return entry.contains(key) ? entry[key] : Json(); };
  const Json dtype = find("dtype"), shape = find("shape"), offsets = find("data_offsets");
  const auto all_sizes = [](const Json& list) {
    return list.is_array() && std::ranges::all_of(list, [](const Json& item) {
             return item.is_number_unsigned();
           });
  };
  if (!dtype.is_string() || !all_sizes(shape) || !all_sizes(offsets) || offsets.size() != 2) {
    return Wrong(place, "an entry without dtype, shape and data_offsets");
  }
  const auto begin = offsets[0].get<std::uint64_t>(), end = offsets[1].get<std::uint64_t>();
  if (begin > end || end > values.size()) return Wrong(place, "offsets beyond the end of the file");
  const std::string name = dtype.get<std::string>();
  const auto type = std::ranges::find(kTypes, name, &Type::name);
  if (type == std::end(kTypes)) {
    return Fail(ErrorCode::kInvalid, place + ": values of type " + name.substr(0, 32) +
                                         "; whole and real numbers of 1 to 8 bytes are read");
  }
  return ArrayOf(place, shape.get<std::vector<std::int64_t>>(), type->kind, type->width, false,
                 values.subspan(begin, end - begin));
}

}  // namespace

Result<Arrays> ParseSafetensors(const std::string& place, const Bytes& bytes) {
  std::uint64_t length = 0;
  if (bytes.size() < 8) return Wrong(place, std::to_string(bytes.size()) + " bytes");
  for (std::size_t i = 0; i < 8; ++i) length |= std::uint64_t{bytes[i]} << (8 * i);
  if (length > kMostHeader || length > bytes.size() - 8) {
    return Wrong(place, "a header of " + std::to_string(length) + " bytes");
  }
  const auto begin = bytes.begin() + 8, end = begin + static_cast<std::ptrdiff_t>(length);
  const Json header = Json::parse(begin, end, nullptr, /*allow_exceptions=*/false);
  if (!header.is_object()) return Wrong(place, "a header that is no JSON object");
  Arrays arrays;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    auto array = ReadTensor(place + ", " + name, entry, std::span(bytes).subspan(8 + length));
    if (!array) return std::unexpected(array.error());
    arrays.emplace(name, *std::move(array));
  }
  return arrays;
}

#else

Result<Arrays> ParseSafetensors(const std::string& place, const Bytes&) {
  return Fail(ErrorCode::kInvalid,
              place + ": this build cannot read safetensors (no nlohmann-json); give .npz");
}

#endif

}  // namespace actsearch::datasets
