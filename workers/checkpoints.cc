#include "workers/checkpoints.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <chrono>
#include <filesystem>

#include "proto/convert.h"
#include "search_spaces/base/hash.h"

namespace actsearch::workers {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".checkpoint";
constexpr std::chrono::hours kKept{7 * 24};

// The same bytes for the same trial in every process.
std::string BytesOf(const Trial& trial) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  {
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    proto::ToProto(trial).SerializeToCodedStream(&coded);
  }
  return bytes;
}

}  // namespace

evaluators::CheckpointPlace CheckpointOf(const Trial& trial, std::string_view machine,
                                         const std::string& folder) {
  evaluators::CheckpointPlace place;
  place.identity = std::string(machine) + "\n" + BytesOf(trial);
  place.path = fs::path(folder) / (HexDigits(HashText(place.identity)) + std::string(kSuffix));
  return place;
}

void RemoveOldCheckpoints(const std::string& folder) {
  std::error_code ignored;
  const auto oldest = fs::file_time_type::clock::now() - kKept;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const bool is_ours = entry.path().filename().string().find(kSuffix) != std::string::npos;
    if (is_ours && entry.last_write_time(ignored) < oldest) fs::remove(entry.path(), ignored);
  }
}

}  // namespace actsearch::workers
