#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "evaluators/datasets/columns.h"
#include "evaluators/datasets/csv.row.h"
#include "evaluators/datasets/cut.h"
#include "evaluators/datasets/files.h"
#include "evaluators/datasets/vectors.h"
#include "search_spaces/base/names.h"

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr std::array kEndings = {".csv"sv, ".tsv"sv};

// By piece: train, valid, test; the last two may have no lines.
struct Tables {
  std::array<Csv, 3> pieces;
  std::array<std::string, 3> places;
};

Result<Csv> Parse(const File& file) {
  if (auto ok = CheckNoWebPage(file.path, file.bytes); !ok) return std::unexpected(ok.error());
  return ParseCsv(file.path.string(),
                  {reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()});
}

Result<void> ReadPiece(const fs::path& folder, Piece of, Tables& tables) {
  const auto piece = static_cast<std::size_t>(of);
  const std::vector<std::string> names = FileNames(of, kEndings);
  const auto file = ReadOneOf(folder, Views(names));
  if (!file) return std::unexpected(file.error());
  auto csv = Parse(*file);
  if (!csv) return std::unexpected(csv.error());
  if (piece > 0 && csv->names != tables.pieces[0].names) {
    return Fail(ErrorCode::kInvalid, file->path.string() + ": other columns than " +
                                         tables.places[0] + "; all files need the same header");
  }
  tables.places[piece] = file->path.string();
  tables.pieces[piece] = *std::move(csv);
  return {};
}

Result<Tables> ReadSplits(const fs::path& folder) {
  Tables tables;
  if (auto ok = ReadPiece(folder, Piece::kTrain, tables); !ok) return std::unexpected(ok.error());
  for (const Piece piece : {Piece::kValid, Piece::kTest}) {
    const auto ok = ReadPiece(folder, piece, tables);
    if (!ok && ok.error().code != ErrorCode::kNotFound) return std::unexpected(ok.error());
  }
  return tables;
}

constexpr std::array kTableEndings = {".csv"sv, ".csv.gz"sv, ".tsv"sv, ".tsv.gz"sv};
constexpr OnlyFileKind kTable = {.endings = kTableEndings,
                                 .what = "table",
                                 .patterns = "*.csv, *.tsv",
                                 .pieces = "train.csv and test.csv"};

Result<Tables> ReadTables(const Source& source) {
  const auto place = FileOrFolderWith(CsvRow(), source.dir, [](const fs::path& folder) {
    return !FilesEnding(folder, kTableEndings).empty();
  });
  if (!place) return std::unexpected(place.error());
  std::error_code ignored;
  fs::path path = *place;
  if (fs::is_directory(path, ignored)) {
    if (FindFile(path, Views(FileNames(Piece::kTrain, kEndings)))) return ReadSplits(path);
    const auto only = OnlyFile(path, kTable);
    if (!only) return std::unexpected(only.error());
    path = *only;
  }
  auto bytes = ReadFile(path);
  if (!bytes) return std::unexpected(bytes.error());
  auto csv = Parse({path, *std::move(bytes)});
  if (!csv) return std::unexpected(csv.error());
  return Tables{.pieces = {*std::move(csv), {}, {}}, .places = {path.string(), "", ""}};
}

// Learns from the training rows what the columns are, then turns every row into numbers.
class Reader {
 public:
  Reader(const Tables& tables, const Cut& cut, const Source& source)
      : tables_(tables), cut_(cut), source_(source) {}

  Result<std::unique_ptr<const Dataset>> Read() {
    if (auto ok = Choose(); !ok) return std::unexpected(ok.error());
    for (const std::size_t index : inputs_) {
      if (auto ok = CheckKinds(index, "leave the column out with task.drop"); !ok) {
        return std::unexpected(ok.error());
      }
    }
    if (FieldOf<std::string>(source_.fields, "targets") == "auto") {
      const auto ok = CheckKinds(target_, "give task.targets: classes");
      if (!ok) return std::unexpected(ok.error());
    }
    if (auto ok = Learn(); !ok) return std::unexpected(ok.error());
    Vectors vectors{.name = "csv",
                    .shape = Features(width_),
                    .outputs = classes_.empty() ? 1 : 0,
                    .classes = static_cast<int>(classes_.size())};
    for (std::size_t k = 0; k < cut_.size(); ++k) {
      for (const RowOf& row : cut_[k]) {
        if (auto ok = Append(row, vectors.subsets[k]); !ok) return std::unexpected(ok.error());
      }
    }
    return Standardised(std::move(vectors));
  }

 private:
  const CsvLine& LineOf(const RowOf& row) const {
    return tables_.pieces[static_cast<std::size_t>(row.piece)].lines[row.row];
  }
  std::string PlaceOf(const RowOf& row) const {
    return tables_.places[static_cast<std::size_t>(row.piece)] + ":" +
           std::to_string(LineOf(row).number) + ": ";
  }

  Result<std::size_t> IndexOf(const std::string& field, const std::string& name) const {
    const auto& names = tables_.pieces[0].names;
    const auto at = std::ranges::find(names, name);
    if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
    const std::vector<std::string_view> known(names.begin(), names.end());
    return Fail(ErrorCode::kInvalid, field + ": " + UnknownName("column", name, known).message);
  }

  // The target and the columns that are read.
  Result<void> Choose() {
    const auto& names = tables_.pieces[0].names;
    const std::string& target = FieldOf<std::string>(source_.fields, "target");
    const auto at = target.empty() ? Result<std::size_t>(names.size() - 1)
                                   : IndexOf("task.target", target);
    if (!at) return std::unexpected(at.error());
    target_ = *at;
    std::vector<bool> used(names.size(), true);
    used[target_] = false;
    for (const std::string& name : FieldOf<std::vector<std::string>>(source_.fields, "drop")) {
      const auto dropped = IndexOf("task.drop", name);
      if (!dropped) return std::unexpected(dropped.error());
      if (*dropped == target_) {
        return Fail(ErrorCode::kInvalid, "task.drop: '" + name + "' is the target");
      }
      used[*dropped] = false;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (used[i]) inputs_.push_back(i);
    }
    if (!inputs_.empty()) return {};
    return Fail(ErrorCode::kInvalid, tables_.places[0] + ": no column is left to predict from");
  }

  std::vector<std::string> TrainingCells(std::size_t column) const {
    std::vector<std::string> cells;
    for (const RowOf& row : cut_[0]) cells.push_back(LineOf(row).cells[column]);
    return cells;
  }

  // All cells of a column are numbers or none is, in whichever piece they stand.
  Result<void> CheckKinds(std::size_t column, const std::string& else_do) const {
    std::string number, word;  // the first of each: "FILE:LINE: ... 'CELL'"
    std::size_t numbers = 0, words = 0;
    for (std::size_t piece = 0; piece < tables_.pieces.size(); ++piece) {
      for (const CsvLine& line : tables_.pieces[piece].lines) {
        const std::string& cell = line.cells[column];
        if (IsMissing(cell)) continue;
        const bool is_number = NumberIn(cell).has_value();
        std::string& first = is_number ? number : word;
        if (first.empty()) {
          first = tables_.places[piece] + ":" + std::to_string(line.number) + ": column '" +
                  tables_.pieces[0].names[column].substr(0, 80) + "': '" + cell.substr(0, 80) + "'";
        }
        ++(is_number ? numbers : words);
      }
    }
    if (numbers == 0 || words == 0) return {};
    const bool mostly_numbers = numbers >= words;
    return Fail(ErrorCode::kInvalid,
                (mostly_numbers ? word + " is no number, as " + std::to_string(numbers)
                                : number + " is a number, but no " + std::to_string(words)) +
                    " other cells are; mend it, or " + else_do);
  }

  Result<void> Learn() {
    const bool fills = FieldOf<std::string>(source_.fields, "missing") == "mean";
    for (const std::size_t index : inputs_) {
      auto column = Column::Learn(tables_.pieces[0].names[index], TrainingCells(index), fills);
      if (!column)
        return Fail(column.error().code, tables_.places[0] + ": " + column.error().message);
      width_ += static_cast<std::int64_t>(column->Width());
      columns_.push_back(*std::move(column));
    }
    return LearnClasses();
  }

  // Words are classes, in the order of their bytes; whole numbers may be.
  Result<void> LearnClasses() {
    const std::string& kind = FieldOf<std::string>(source_.fields, "targets");
    const std::vector<std::string> cells = TrainingCells(target_);
    const bool numeric = std::ranges::all_of(cells, [](const auto& cell) {
      return cell.empty() || NumberIn(cell).has_value();
    });
    if (kind == "numbers" || (kind == "auto" && numeric)) return {};
    for (const std::string& cell : cells) {
      if (!cell.empty()) classes_.emplace(cell, 0);
    }
    std::int64_t next = 0;
    for (auto& [name, label] : classes_) label = next++;
    if (classes_.size() >= 2 && classes_.size() <= 4096) return {};
    return Fail(ErrorCode::kInvalid,
                tables_.places[0] + ": the target '" + tables_.pieces[0].names[target_] + "' has " +
                    std::to_string(classes_.size()) + " classes; 2 to 4096 are needed");
  }

  Result<void> Append(const RowOf& row, VectorRows& to) const {
    const CsvLine& line = LineOf(row);
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      const auto ok = columns_[k].Append(line.cells[inputs_[k]], to.inputs);
      if (!ok) return Fail(ok.error().code, PlaceOf(row) + ok.error().message);
    }
    const std::string& cell = line.cells[target_];
    const std::string place =
        PlaceOf(row) + "target '" + tables_.pieces[0].names[target_] + "': ";
    if (classes_.empty()) {
      const auto number = NumberIn(cell);
      if (!number) {
        return Fail(ErrorCode::kInvalid, place + "'" + cell.substr(0, 80) +
                                             "' is no number; mend or remove the row, or give "
                                             "task.targets: classes");
      }
      to.targets.push_back(*number);
      return {};
    }
    const auto label = classes_.find(cell);
    if (label == classes_.end()) {
      return Fail(ErrorCode::kInvalid, place + "'" + cell.substr(0, 80) +
                                           "' is no class of the training rows");
    }
    to.labels.push_back(label->second);
    return {};
  }

  const Tables& tables_;
  const Cut& cut_;
  const Source& source_;
  std::size_t target_ = 0;
  std::vector<std::size_t> inputs_;
  std::vector<Column> columns_;
  std::int64_t width_ = 0;
  std::map<std::string, std::int64_t> classes_;
};

}  // namespace

Result<std::unique_ptr<const Dataset>> LoadCsv(const Source& source) {
  const auto tables = ReadTables(source);
  if (!tables) return std::unexpected(tables.error());
  const auto count = [&](std::size_t piece) { return tables->pieces[piece].lines.size(); };
  const auto cut = CutRows(tables->places[0], "rows", count(0), count(1), count(2));
  if (!cut) return std::unexpected(cut.error());
  return Reader(*tables, *cut, source).Read();
}

}  // namespace actsearch::datasets
