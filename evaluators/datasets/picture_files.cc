#include "evaluators/datasets/picture_files.h"

#include <algorithm>
#include <array>
#include <cctype>
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

// Runs of letters, in lower case: "Test_set-000001" -> test, set.
std::vector<std::string> LettersOf(std::string_view name) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char c : name) {
    const auto letter = static_cast<unsigned char>(c);
    const bool is_letter = std::isalpha(letter) != 0;
    if (is_letter && !inside) words.emplace_back();
    if (is_letter) words.back() += static_cast<char>(std::tolower(letter));
    inside = is_letter;
  }
  return words;
}

// Of a folder that is named for a piece alone: test, Test_set, train2017, val_images; not
// test_tube, which is a class.
std::optional<Piece> PieceNamed(std::string_view folder) {
  std::optional<Piece> piece;
  for (const std::string& word : LettersOf(folder)) {
    const bool says_nothing = word == "set" || word == "split" || word == "data" ||
                              word == "images" || word == "imgs" || word == "folder";
    if (const auto named = PieceOf(word)) {
      piece = named;
    } else if (!says_nothing) {
      return std::nullopt;
    }
  }
  return piece;
}

// Of an archive, or a folder above those of classes: pets-test-000001.tar, seg_train.
std::optional<Piece> PieceAmong(std::string_view name) {
  for (const std::string& word : LettersOf(name)) {
    if (const auto piece = PieceOf(word)) return piece;
  }
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
  // `archive`: the piece that the name of the archive says.
  Result<void> Take(const std::string& place, const std::string& text, const Bytes& bytes,
                    std::optional<Piece> archive = std::nullopt) {
    const Path path = PathOf(text);
    if (IsHidden(path)) return {};
    if (path.name.ends_with(".cls")) return TakeClass(text, bytes);
    if (IsUnreadPictureName(path.name)) {
      return Fail(ErrorCode::kInvalid, place +
                                           ": pictures of this kind are not read; convert them to "
                                           "PNG, or move them away");
    }
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
    std::optional<Piece> piece = archive;
    for (std::size_t i = 0; i < path.folders.size(); ++i) {
      const bool is_class = i + 1 == path.folders.size();
      const auto named = is_class ? PieceNamed(path.folders[i]) : PieceAmong(path.folders[i]);
      if (named) piece = named;
    }
    labelled.piece = piece.value_or(Piece::kTrain);
    (piece ? in_piece_ : in_none_) = place;
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
    if (!in_piece_.empty() && !in_none_.empty()) {
      return Fail(ErrorCode::kInvalid,
                  in_none_ + ": of no piece, while " + in_piece_ +
                      " is of one; put all under train, val and test, or none");
    }
    if (!all.empty()) return all;
    return Fail(ErrorCode::kNotFound,
                dir +
                    ": no picture in it (.png, .jpg, .jpeg, .webp); an archive of "
                    "another data set must be unpacked first");
  }

 private:
  // WebDataset: members of one example are alike up to the name's first dot.
  static std::string KeyOf(const std::string& text) {
    const auto slash = text.rfind('/');
    const auto dot = text.find('.', slash == std::string::npos ? 0 : slash);
    return text.substr(0, dot);
  }

  Result<void> TakeClass(const std::string& text, const Bytes& bytes) {
    std::string label(bytes.begin(), bytes.end());
    while (!label.empty() && std::isspace(static_cast<unsigned char>(label.back())) != 0) {
      label.pop_back();
    }
    classes_[KeyOf(text)] = label;
    return {};
  }

  std::map<std::string, LabelledPicture> found_;
  std::map<std::string, std::string> classes_;
  std::string in_piece_, in_none_;  // a picture of each
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
    if (!IsPictureName(name) && !IsUnreadPictureName(name) && !name.ends_with(".cls")) continue;
    const auto bytes = ReadFile(entry.path());
    if (!bytes) return std::unexpected(bytes.error());
    if (auto ok = collector.Take(entry.path().string(), name, *bytes); !ok) return ok;
  }
  return {};
}

std::vector<fs::path> ArchivesIn(const fs::path& folder) {
  constexpr std::array<std::string_view, 4> kEndings = {".tar", ".tar.gz", ".tgz", ".zip"};
  return FilesEnding(folder, kEndings);
}

bool HasFolders(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_directory(ignored) && !entry.path().filename().string().starts_with('.')) {
      return true;
    }
  }
  return false;
}

}  // namespace

Result<std::vector<LabelledPicture>> ReadPictures(const std::string& dir) {
  const auto place = FileOrFolderWith(PicturesRow(), dir, [](const fs::path& folder) {
    return HasFolders(folder) || !ArchivesIn(folder).empty();
  });
  if (!place) return std::unexpected(place.error());
  const fs::path& path = *place;
  std::error_code ignored;
  std::vector<fs::path> archives = {path};
  if (fs::is_directory(path, ignored)) {
    archives = ArchivesIn(path);
    if (!archives.empty() && HasFolders(path)) {
      return Fail(ErrorCode::kInvalid, path.string() +
                                           ": folders and archives; which holds the pictures? Name "
                                           "the archive with --data FILE, or move it away");
    }
  }
  Collector collector;
  for (const fs::path& file : archives) {
    const auto read = ForEachMember(file, [&](const std::string& name, const Bytes& bytes) {
      // Shards of one data set may repeat names; the file's own begins them.
      const std::string text = archives.size() > 1 ? file.filename().string() + "/" + name : name;
      return collector.Take(file.string() + ", " + name, text, bytes,
                            PieceAmong(file.filename().string()));
    });
    if (!read) return std::unexpected(read.error());
  }
  if (archives.empty()) {
    if (auto ok = CollectFolder(path, collector); !ok) return std::unexpected(ok.error());
  }
  return collector.Finish(path.string());
}

}  // namespace actsearch::datasets
