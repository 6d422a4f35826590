#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "evaluators/datasets/array_splits.h"
#include "evaluators/datasets/arrays.row.h"
#include "evaluators/datasets/divide.h"
#include "evaluators/datasets/formats/array.h"
#include "evaluators/datasets/vectors.h"

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;

// N x H x W, N x H x W x C or N x C x H x W, where C is 1, 3 or 4.
struct Planes {
  Shape shape;
  bool channels_first = false;
};

std::optional<Planes> PlanesOf(const Array& array) {
  const auto& s = array.shape;
  const auto are_channels = [](std::int64_t size) { return size == 1 || size == 3 || size == 4; };
  if (s.size() == 3) return Planes{Spatial(1, s[1], s[2]), true};
  if (s.size() != 4) return std::nullopt;
  if (are_channels(s[3])) return Planes{Spatial(s[3], s[1], s[2]), false};
  if (are_channels(s[1])) return Planes{Spatial(s[1], s[2], s[3]), true};
  return std::nullopt;
}

// Calls put(position in channels-last order, index in the array) for every number of a row.
template <class PutNumber>
void ForEachNumber(const Planes& planes, std::size_t row, const PutNumber& put) {
  const Shape& s = planes.shape;
  const auto channels = static_cast<std::size_t>(s.channels);
  const auto pixels = static_cast<std::size_t>(s.height * s.width);
  const std::size_t begin = row * channels * pixels;
  for (std::size_t p = 0; p < pixels; ++p) {
    for (std::size_t c = 0; c < channels; ++c) {
      put(p * channels + c, begin + (planes.channels_first ? c * pixels + p : p * channels + c));
    }
  }
}

bool HasClasses(const Array& targets, const std::string& wanted) {
  return wanted == "classes" || (wanted == "auto" && !targets.IsReal());
}

Result<std::vector<std::int64_t>> LabelsOf(const std::string& place, const Array& targets) {
  const auto& shape = targets.shape;
  if (shape.size() > 2 || (shape.size() == 2 && shape[1] != 1)) {
    return Fail(ErrorCode::kInvalid, place + ": labels of shape " + ToText(shape) +
                                         ": several for each example are not read; give one "
                                         "column, or task.targets: numbers to fit all");
  }
  std::vector<std::int64_t> labels(targets.Count());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double value = targets.RealAt(i);
    if (targets.IsReal() && value != static_cast<double>(static_cast<std::int64_t>(value))) {
      return Fail(ErrorCode::kInvalid,
                  place + ": row " + std::to_string(i) + ": " + std::to_string(value) +
                      " is no class; give task.targets: numbers to fit it");
    }
    labels[i] = targets.IsReal() ? static_cast<std::int64_t>(value) : targets.WholeAt(i);
    if (labels[i] < 0 || labels[i] > 65535) {
      return Fail(ErrorCode::kInvalid, place + ": row " + std::to_string(i) + ": label " +
                                           std::to_string(labels[i]) +
                                           "; classes count from 0 to 65535 at most");
    }
  }
  return labels;
}

class Reader {
 public:
  Reader(std::string place, ArraySplits splits, const Source& source)
      : place_(std::move(place)), splits_(std::move(splits)) {
    classes_wanted_ =
        HasClasses(*splits_.train.targets, FieldOf<std::string>(source.fields, "targets"));
  }

  Result<std::unique_ptr<const Dataset>> Read() {
    if (classes_wanted_) {
      for (const ArrayPair* pair : Pairs()) {
        if (pair->targets == nullptr) {
          labels_.emplace_back();
          continue;
        }
        auto labels = LabelsOf(place_ + ", " + pair->target_name, *pair->targets);
        if (!labels) return std::unexpected(labels.error());
        if (auto ok = TakeClasses(*pair, *labels); !ok) return std::unexpected(ok.error());
        labels_.push_back(*std::move(labels));
      }
      if (classes_ < 2) {
        return Fail(ErrorCode::kInvalid,
                    place_ + ": every label is 0; there is nothing to tell apart");
      }
    }
    const Array& x = *splits_.train.inputs;
    if (auto ok = CheckAlike(); !ok) return std::unexpected(ok.error());
    if (auto ok = CheckFinite(); !ok) return std::unexpected(ok.error());
    const std::optional<Planes> planes = PlanesOf(x);
    if (!planes && x.shape.size() != 2) {
      return Fail(ErrorCode::kInvalid,
                  place_ + ": '" + splits_.train.input_name + "' is " + ToText(x.shape) +
                      "; N x features, N x height x width, with 1, 3 or 4 channels behind or "
                      "before them, are read");
    }
    const bool bytes = std::holds_alternative<Bytes>(x.values);
    return planes && bytes && classes_wanted_ ? ReadImages(*planes) : ReadNumbers(planes);
  }

 private:
  std::array<const ArrayPair*, 3> Pairs() const {
    return {&splits_.train, &splits_.valid, &splits_.test};
  }

  // The training says how many there are.
  Result<void> TakeClasses(const ArrayPair& pair, std::span<const std::int64_t> labels) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const int classes = static_cast<int>(labels[i]) + 1;
      if (&pair == &splits_.train) {
        classes_ = std::max(classes_, classes);
      } else if (classes > classes_) {
        return Fail(ErrorCode::kInvalid, place_ + ", " + pair.target_name + ": row " +
                                             std::to_string(i) + ": label " +
                                             std::to_string(labels[i]) + ", those of '" +
                                             splits_.train.target_name + "' go to " +
                                             std::to_string(classes_ - 1));
      }
    }
    return {};
  }

  Result<void> CheckFinite() const {
    for (const ArrayPair* pair : Pairs()) {
      if (pair->inputs == nullptr) continue;
      for (const auto& [array, name] : {std::pair(pair->inputs, pair->input_name),
                                        std::pair(pair->targets, pair->target_name)}) {
        if (!array->IsReal()) continue;
        const auto& values = std::get<std::vector<double>>(array->values);
        const auto bad = std::ranges::find_if(values, [](double v) { return !std::isfinite(v); });
        if (bad == values.end()) continue;
        const std::size_t each = values.size() / static_cast<std::size_t>(array->shape[0]);
        return Fail(ErrorCode::kInvalid,
                    place_ + ", " + name + ": row " +
                        std::to_string(static_cast<std::size_t>(bad - values.begin()) / each) +
                        ": a value that is not finite; fill it or leave the row out");
      }
    }
    return {};
  }

  Result<void> CheckAlike() const {
    const Array& x = *splits_.train.inputs;
    for (const ArrayPair* pair : Pairs()) {
      if (pair->inputs == nullptr) continue;
      const auto& other = pair->inputs->shape;
      const bool same_rows =
          std::ranges::equal(std::span(x.shape).subspan(1), std::span(other).subspan(1));
      const bool same_targets =
          std::ranges::equal(std::span(splits_.train.targets->shape).subspan(1),
                             std::span(pair->targets->shape).subspan(1));
      if (same_rows && same_targets && pair->inputs->values.index() == x.values.index()) continue;
      return Fail(ErrorCode::kInvalid, place_ + ": '" + pair->input_name + "' is " + ToText(other) +
                                           ", '" + splits_.train.input_name + "' " +
                                           ToText(x.shape) +
                                           "; all splits must be of one shape and type");
    }
    return {};
  }

  ByteImages ImagesOf(const Planes& planes, std::size_t piece) const {
    const Shape& s = planes.shape;
    ByteImages images{static_cast<int>(s.channels), static_cast<int>(s.height),
                      static_cast<int>(s.width), {}, {}};
    const ArrayPair& pair = *Pairs()[piece];
    if (pair.inputs == nullptr) return images;
    const Bytes& values = std::get<Bytes>(pair.inputs->values);
    images.labels.assign(labels_[piece].begin(), labels_[piece].end());
    images.pixels.resize(values.size());
    const std::size_t size = images.ImageSize(),
                      pixels = size / static_cast<std::size_t>(s.channels);
    for (std::size_t row = 0; row < images.Count(); ++row) {
      ForEachNumber(planes, row, [&](std::size_t place, std::size_t index) {
        const std::size_t channels = static_cast<std::size_t>(s.channels);
        const std::size_t plane = place % channels * pixels + place / channels;
        images.pixels[row * size + plane] = values[index];
      });
    }
    return images;
  }

  Result<std::unique_ptr<const Dataset>> ReadImages(const Planes& planes) const {
    return Divide("arrays", classes_,
                  {.train = ImagesOf(planes, 0),
                   .valid = ImagesOf(planes, 1),
                   .test = ImagesOf(planes, 2)});
  }

  void Append(const std::optional<Planes>& planes, const RowOf& row, VectorRows& to) const {
    const auto piece = static_cast<std::size_t>(row.piece);
    const ArrayPair& pair = *Pairs()[piece];
    const std::size_t begin = to.inputs.size(),
                      count =
                          pair.inputs->Count() / static_cast<std::size_t>(pair.inputs->shape[0]);
    to.inputs.resize(begin + count);
    if (planes) {
      ForEachNumber(*planes, row.row, [&](std::size_t place, std::size_t index) {
        to.inputs[begin + place] = pair.inputs->RealAt(index);
      });
    } else {
      for (std::size_t i = 0; i < count; ++i) {
        to.inputs[begin + i] = pair.inputs->RealAt(row.row * count + i);
      }
    }
    if (classes_wanted_) {
      to.labels.push_back(labels_[piece][row.row]);
      return;
    }
    const std::size_t outputs = Outputs();
    for (std::size_t i = 0; i < outputs; ++i) {
      to.targets.push_back(pair.targets->RealAt(row.row * outputs + i));
    }
  }

  std::size_t Outputs() const {
    const Array& targets = *splits_.train.targets;
    return targets.Count() / std::max<std::size_t>(1, static_cast<std::size_t>(targets.shape[0]));
  }

  Result<std::unique_ptr<const Dataset>> ReadNumbers(const std::optional<Planes>& planes) const {
    const auto count = [](const ArrayPair& pair) {
      return pair.inputs == nullptr ? 0 : static_cast<std::size_t>(pair.inputs->shape[0]);
    };
    const auto cut = CutRows(place_, "rows", count(splits_.train), count(splits_.valid),
                             count(splits_.test));
    if (!cut) return std::unexpected(cut.error());
    Vectors vectors{.name = "arrays",
                    .shape = planes ? planes->shape : Features(splits_.train.inputs->shape[1]),
                    .outputs = classes_wanted_ ? 0 : static_cast<std::int64_t>(Outputs()),
                    .classes = classes_};
    for (std::size_t k = 0; k < cut->size(); ++k) {
      for (const RowOf& row : (*cut)[k]) Append(planes, row, vectors.subsets[k]);
    }
    return Standardised(std::move(vectors));
  }

  std::string place_;
  ArraySplits splits_;
  bool classes_wanted_ = false;
  int classes_ = 0;
  std::vector<std::vector<std::int64_t>> labels_;  // by piece
};

constexpr std::array<std::string_view, 2> kPacks = {".npz", ".safetensors"};  // of several arrays
constexpr std::array<std::string_view, 1> kSingles = {".npy"};

// One file of several arrays, or all .npy of the folder.
Result<std::pair<std::string, Arrays>> ReadAll(const Source& source) {
  const auto place = FileOrFolderWith(ArraysRow(), source.dir, [](const fs::path& folder) {
    return !FilesEnding(folder, kPacks).empty() || !FilesEnding(folder, kSingles).empty();
  });
  if (!place) return std::unexpected(place.error());
  std::error_code ignored;
  const fs::path& path = *place;
  if (!fs::is_directory(path, ignored)) {
    auto arrays = ReadArrays(path);
    if (!arrays) return std::unexpected(arrays.error());
    return std::pair(path.string(), *std::move(arrays));
  }
  const std::vector<fs::path> packs = FilesEnding(path, kPacks);
  if (packs.size() > 1) {
    return Fail(ErrorCode::kInvalid, path.string() + ": several data sets, " +
                                         packs[0].filename().string() + " and " +
                                         packs[1].filename().string() +
                                         "; name the file with --data FILE or task.data_dir");
  }
  if (packs.size() == 1) {
    auto arrays = ReadArrays(packs[0]);
    if (!arrays) return std::unexpected(arrays.error());
    return std::pair(packs[0].string(), *std::move(arrays));
  }
  Arrays all;
  for (const fs::path& file : FilesEnding(path, kSingles)) {
    auto arrays = ReadArrays(file);
    if (!arrays) return std::unexpected(arrays.error());
    all.merge(*arrays);
  }
  if (!all.empty()) return std::pair(path.string(), std::move(all));
  return Fail(ErrorCode::kNotFound,
              path.string() + ": no .npz, .safetensors or .npy in it; name the file with "
                              "--data FILE or task.data_dir");
}

}  // namespace

Result<std::unique_ptr<const Dataset>> LoadArrays(const Source& source) {
  const auto arrays = ReadAll(source);
  if (!arrays) return std::unexpected(arrays.error());
  auto splits = FindSplits(arrays->first, arrays->second);
  if (!splits) return std::unexpected(splits.error());
  return Reader(arrays->first, *std::move(splits), source).Read();
}

}  // namespace actsearch::datasets
