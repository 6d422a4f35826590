#include "evaluators/datasets/picture_files.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "evaluators/datasets/files.h"
#include "evaluators/datasets/formats/archive.h"
#include "evaluators/datasets/pictures.row.h"

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = std::size_t{1} << 30;  // of pixels

std::optional<Piece> PieceNamed(std::string_view name) {
  if (name == "train" || name == "training") return Piece::kTrain;
  if (name == "val" || name == "valid" || name == "validation") return Piece::kValid;
  if (name == "test" || name == "testing") return Piece::kTest;
  return std::nullopt;
}

// "data/train/cat/1.png" is of class cat in the training piece: the folder above is the class,
// the nearest one with a piece's name says the piece.
struct Path {
  std::vector<std::string> folders;
  std::string name;
};

Path PathOf(const std::string& text) {
  Path path;
  for (const fs::path& part : fs::path(text)) {
    if (part == "." || part == "/") continue;
    path.folders.push_back(part.string());
  }
  path.name = path.folders.empty() ? "" : path.folders.back();
  if (!path.folders.empty()) path.folders.pop_back();
  return path;
}

// Of macOS and others: no picture whatever the ending.
bool IsHidden(const Path& path) {
  const auto hides = [](const std::string& part) {
    return part.starts_with('.') || part == "__MACOSX";
  };
  return hides(path.name) || std::ranges::any_of(path.folders, hides);
}

class Collector {
 public:
  Result<void> Take(const std::string& place, const std::string& text, const Bytes& bytes) {
    const Path path = PathOf(text);
    if (IsHidden(path)) return {};
    if (path.name.ends_with(".cls")) return TakeClass(path, text, bytes);
    if (!IsPictureName(path.name)) return {};
    auto picture = Decode(place, bytes);
    if (!picture) return std::unexpected(picture.error());
    bytes_ += picture->pixels.size();
    if (bytes_ > kMostBytes) {
      return Fail(ErrorCode::kInvalid, place +
                                           ": more than 1 GiB of pixels so far; make the pictures "
                                           "smaller first (task.size works after they are read)");
    }
    LabelledPicture labelled{.place = place, .piece = Piece::kTrain, .label = {}, .picture = {}};
    for (const std::string& folder : path.folders) {
      if (const auto piece = PieceNamed(folder)) labelled.piece = *piece;
    }
    if (!path.folders.empty() && !PieceNamed(path.folders.back())) {
      labelled.label = path.folders.back();
    }
    labelled.picture = *std::move(picture);
    found_[text] = std::move(labelled);
    return {};
  }

  Result<std::vector<LabelledPicture>> Finish(const std::string& dir) {
    std::vector<LabelledPicture> all;
    for (auto& [text, labelled] : found_) {
      if (const auto named = classes_.find(KeyOf(text)); named != classes_.end()) {
        labelled.label = named->second;
      }
      if (labelled.label.empty()) {
        return Fail(ErrorCode::kInvalid,
                    labelled.place + ": of no class; put pictures into a folder for each class "
                                     "(CLASS/1.png, or train/CLASS/1.png)");
      }
      all.push_back(std::move(labelled));
    }
    if (!all.empty()) return all;
    return Fail(ErrorCode::kNotFound, dir + ": no picture in it (.png, .jpg, .jpeg, .webp)");
  }

 private:
  // WebDataset: members of one example are alike up to the name's first dot.
  static std::string KeyOf(const std::string& text) {
    const auto slash = text.rfind('/');
    const auto dot = text.find('.', slash == std::string::npos ? 0 : slash);
    return text.substr(0, dot);
  }

  Result<void> TakeClass(const Path&, const std::string& text, const Bytes& bytes) {
    std::string label(bytes.begin(), bytes.end());
    while (!label.empty() && std::isspace(static_cast<unsigned char>(label.back())) != 0) {
      label.pop_back();
    }
    classes_[KeyOf(text)] = label;
    return {};
  }

  std::map<std::string, LabelledPicture> found_;
  std::map<std::string, std::string> classes_;
  std::size_t bytes_ = 0;
};

Result<void> CollectFolder(const fs::path& folder, Collector& collector) {
  std::error_code failed;
  const auto all = fs::recursive_directory_iterator(
      folder, fs::directory_options::follow_directory_symlink, failed);
  for (const auto& entry : all) {
    std::error_code ignored;
    if (!entry.is_regular_file(ignored)) continue;
    const std::string name = entry.path().lexically_relative(folder).string();
    if (!IsPictureName(name) && !name.ends_with(".cls")) continue;
    const auto bytes = ReadFile(entry.path());
    if (!bytes) return std::unexpected(bytes.error());
    if (auto ok = collector.Take(entry.path().string(), name, *bytes); !ok) return ok;
  }
  return {};
}

}  // namespace

Result<std::vector<LabelledPicture>> ReadPictures(const std::string& dir) {
  const auto place = FolderOrFile(PicturesRow().name, dir);
  if (!place) return std::unexpected(place.error());
  std::error_code ignored;
  fs::path path = *place;
  if (fs::is_directory(path / "pictures", ignored)) path /= "pictures";
  std::vector<fs::path> archives;
  if (fs::is_directory(path, ignored)) {
    for (const std::string_view ending : {".tar", ".tar.gz", ".tgz", ".zip"}) {
      const auto more = FilesEnding(path, ending);
      archives.insert(archives.end(), more.begin(), more.end());
    }
  } else {
    archives = {path};
  }
  Collector collector;
  for (const fs::path& file : archives) {
    const auto read = ForEachMember(file, [&](const std::string& name, const Bytes& bytes) {
      // Shards of one data set may repeat names; the file's own begins them.
      const std::string text = archives.size() > 1 ? file.stem().string() + "/" + name : name;
      return collector.Take(file.string() + ", " + name, text, bytes);
    });
    if (!read) return std::unexpected(read.error());
  }
  if (archives.empty()) {
    if (auto ok = CollectFolder(path, collector); !ok) return std::unexpected(ok.error());
  }
  return collector.Finish(path.string());
}

}  // namespace actsearch::datasets
