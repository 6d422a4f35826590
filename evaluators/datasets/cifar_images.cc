#include "evaluators/datasets/cifar_images.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "evaluators/datasets/divide.h"
#include "evaluators/datasets/files.h"

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;

constexpr int kSide = 32;
constexpr std::size_t kImage = std::size_t{3} * kSide * kSide;

std::size_t RecordOf(int label_bytes) { return static_cast<std::size_t>(label_bytes) + kImage; }

Result<void> CheckSize(const CifarImages& set, const File& file) {
  const std::size_t record = RecordOf(set.label_bytes);
  if (file.bytes.empty()) {
    return Corrupt(file.path, 0, "the file is empty",
                   "records of " + std::to_string(record) + " bytes");
  }
  const std::size_t rest = file.bytes.size() % record;
  if (rest == 0) return {};
  for (const auto& [bytes, name] : {std::pair(1, "cifar10"), std::pair(2, "cifar100")}) {
    if (bytes == set.label_bytes || file.bytes.size() % RecordOf(bytes) != 0) continue;
    return Fail(ErrorCode::kInvalid,
                file.path.string() + ": " + std::to_string(RecordOf(bytes)) + "-byte records: " +
                    name + ", not " + std::string(set.row.name) + "; give task.dataset: " + name);
  }
  return Corrupt(file.path, file.bytes.size() - rest,
                 "the last record has " + std::to_string(rest) + " bytes",
                 std::to_string(record) + " (" + std::to_string(set.label_bytes) +
                     " of labels, 3 x 32 x 32 values)");
}

Result<void> AddBatch(const CifarImages& set, const fs::path& folder, std::string_view name,
                      ByteImages& images) {
  const auto file = ReadOneOf(folder, std::array{name});
  if (!file) return std::unexpected(file.error());
  if (auto ok = CheckNoWebPage(file->path, file->bytes); !ok) return ok;
  if (auto ok = CheckSize(set, *file); !ok) return ok;
  const std::size_t record = RecordOf(set.label_bytes);
  for (std::size_t at = 0; at < file->bytes.size(); at += record) {
    const std::size_t label_at = at + static_cast<std::size_t>(set.label_byte);
    const std::uint8_t label = file->bytes[label_at];
    if (label >= set.classes) {
      return Corrupt(file->path, label_at, "label " + std::to_string(label),
                     "0 to " + std::to_string(set.classes - 1));
    }
    const auto values = file->bytes.begin() + static_cast<std::ptrdiff_t>(at) + set.label_bytes;
    images.labels.push_back(label);
    images.pixels.insert(images.pixels.end(), values, values + kImage);
  }
  return {};
}

// A hint where only the version for Python is there.
Error WithPickleHint(const CifarImages& set, const std::string& dir, Error error) {
  const auto pickled = FolderWith(set.row, dir, std::array{set.pickled});
  if (!pickled) return error;
  return {ErrorCode::kInvalid, (*pickled / set.pickled).string() +
                                   ": the version for Python, which is not read; download the "
                                   "binary version of " +
                                   std::string(set.row.name)};
}

}  // namespace

Result<std::unique_ptr<const Dataset>> LoadCifarImages(const CifarImages& set,
                                                       const Source& source) {
  const auto folder = FolderWith(set.row, source.dir, set.batches);
  if (!folder) return std::unexpected(WithPickleHint(set, source.dir, folder.error()));
  ImagePieces pieces{.train = {3, kSide, kSide, {}, {}}, .valid = {}, .test = {}};
  pieces.test = pieces.train;
  std::string_view missing;
  for (const std::string_view name : set.batches) {
    if (!FindFile(*folder, std::array{name})) {
      missing = name;
      continue;
    }
    if (!missing.empty()) {
      return Fail(ErrorCode::kNotFound, folder->string() + ": " + std::string(name) +
                                            " is there, but no " + std::string(missing) +
                                            " before it; download it, or remove what follows");
    }
    if (auto ok = AddBatch(set, *folder, name, pieces.train); !ok)
      return std::unexpected(ok.error());
  }
  if (auto ok = AddBatch(set, *folder, set.test, pieces.test); !ok) {
    return std::unexpected(ok.error());
  }
  return Divide(std::string(set.row.name), set.classes, pieces);
}

}  // namespace actsearch::datasets
