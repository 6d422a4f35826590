#include "evaluators/tables/table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <utility>

#include "evaluators/catalogue/tasks.h"
#include "evaluators/datasets/files.h"
#include "search_spaces/base/exact_text.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/expr/fingerprint.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::tables {
namespace {

constexpr std::string_view kFormat = "actbench 2";
constexpr double kInfinite = std::numeric_limits<double>::infinity();

std::vector<std::string> Parts(std::string_view text, char mark) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(mark, begin);
    parts.emplace_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

template <class Items, class ToText>
std::string Join(const Items& items, char mark, ToText to_text) {
  std::string text;
  for (const auto& item : items) {
    if (!text.empty()) text += mark;
    text += to_text(item);
  }
  return text;
}

std::string Rounded(double value) {
  if (!std::isfinite(value)) return "inf";
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::optional<double> Number(std::string_view text) {
  if (text == "inf") return kInfinite;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string TrainingText(const Training& t) {
  return t.rule + '|' + Join(t.losses, ',', Rounded) + '|' + Join(t.accuracies, ',', Rounded) +
         '|' + Join(t.rung_losses, ',', Rounded) + '|' + Rounded(t.seconds);
}

std::optional<std::vector<double>> Numbers(std::string_view text) {
  std::vector<double> numbers;
  for (const std::string& part : Parts(text, ',')) {
    const auto number = Number(part);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  return numbers;
}

// One number for each split.
bool Read(std::string_view text, std::array<double, kSplits>& values) {
  const auto numbers = Numbers(text);
  if (!numbers || numbers->size() != kSplits) return false;
  std::ranges::copy(*numbers, values.begin());
  return true;
}

std::optional<Training> ParseTraining(std::string_view text, std::size_t rungs) {
  const std::vector<std::string> parts = Parts(text, '|');
  if (parts.size() != 5) return std::nullopt;
  Training training{.rule = parts[0]};
  auto rung_losses = Numbers(parts[3]);
  const auto seconds = Number(parts[4]);
  const bool reads = Read(parts[1], training.losses) && Read(parts[2], training.accuracies) &&
                     rung_losses && rung_losses->size() <= rungs && seconds;
  if (!reads) return std::nullopt;
  training.rung_losses = *std::move(rung_losses);
  training.seconds = *seconds;
  return training;
}

std::vector<int> Integers(const std::string& text) {
  std::vector<int> numbers;
  for (const std::string& part : Parts(text, ',')) numbers.push_back(std::atoi(part.c_str()));
  return numbers;
}

// The fields of the task that lines name.
Result<void> ReadFields(const std::map<std::string, std::string>& lines, TaskSpec& task) {
  const auto info = catalogue::Tasks().Find(task.name);
  if (!info) return std::unexpected(info.error());
  const auto dataset = catalogue::Datasets().Find(task.dataset);
  if (!dataset) return std::unexpected(dataset.error());
  for (const FieldRow& row : catalogue::FieldsOf(**info, *dataset)) {
    const auto line = lines.find("task." + std::string(row.name));
    if (line == lines.end()) continue;
    const auto value = ValueFromLine(row.kind, line->second);
    if (!value) return std::unexpected(value.error());
    task.fields[std::string(row.name)] = *value;
  }
  return {};
}

// The lines of a header, by their first word.
Result<void> ReadHeader(const std::map<std::string, std::string>& lines, Table& table) {
  const auto text = [&](const char* key) {
    const auto at = lines.find(key);
    return at == lines.end() ? std::string() : at->second;
  };
  if (text("format") != kFormat) {
    return Fail(ErrorCode::kInvalid, "format is '" + text("format") + "', this program reads '" +
                                         std::string(kFormat) + "'");
  }
  const auto number = [&](const char* key) { return std::atoi(text(key).c_str()); };
  table.space.shape = text("space.shape");
  table.space.unary = Parts(text("space.unary"), ',');
  table.space.binary = Parts(text("space.binary"), ',');
  table.space.max_nodes = number("space.max_nodes");
  table.space.max_parameters = number("space.max_parameters");
  table.space.parameter_shape = text("space.parameter_shape");
  table.task.name = text("task.name");
  table.task.dataset = text("task.dataset");
  table.task.steps = number("task.steps");
  table.task.batch = number("task.batch");
  table.task.learning_rate = Number(text("task.learning_rate")).value_or(0);
  table.sites.fill = Parts(text("sites.fill"), ',');
  table.rungs = Integers(text("rungs"));
  table.classes = number("classes");
  table.command = text("command");
  return ReadFields(lines, table.task);
}

}  // namespace

std::size_t Table::Find(std::uint64_t fingerprint) const {
  const auto at = position_.find(fingerprint);
  return at == position_.end() ? rows.size() : at->second;
}

void Table::Index() {
  position_.clear();
  for (std::size_t i = 0; i < rows.size(); ++i) position_.emplace(rows[i].fingerprint, i);
}

int Table::Replicates(Split split) const {
  const int seen = (Seeds() + 1) / 2;
  return split == Split::kSearch ? seen : std::max(1, Seeds() - seen);
}

std::size_t Table::TrainingOf(Split split, int replicate) const {
  return static_cast<std::size_t>(split == Split::kSearch ? replicate : Seeds() - 1 - replicate);
}

double Table::MeanLoss(std::size_t row, Split split) const {
  double sum = 0;
  for (int k = 0; k < Replicates(split); ++k) {
    sum += rows[row].trainings[TrainingOf(split, k)].Loss(split);
  }
  return sum / Replicates(split);
}

std::string RowText(const Row& row) {
  return row.formula + '\t' + Join(row.trainings, '\t', TrainingText);
}

Result<Row> ParseRow(std::string_view line, std::size_t rungs) {
  const std::vector<std::string> fields = Parts(line, '\t');
  if (fields.size() < 2) return Fail(ErrorCode::kCorrupt, "no training of the function");
  Row row{.formula = fields[0]};
  const Result<expr::Expr> e = expr::ParseScalar(row.formula);
  if (!e) return Fail(ErrorCode::kCorrupt, e.error().message);
  row.fingerprint = expr::FingerprintOf(*e).exact;
  for (std::size_t i = 1; i < fields.size(); ++i) {
    std::optional<Training> training = ParseTraining(fields[i], rungs);
    if (!training) {
      return Fail(ErrorCode::kCorrupt,
                  "'" + fields[i] + "' is not rule|losses|accuracies|rungs|seconds");
    }
    row.trainings.push_back(*std::move(training));
  }
  return row;
}

std::string HeaderText(const Table& table) {
  const auto same = [](const std::string& text) { return text; };
  const auto digits = [](std::int64_t value) { return std::to_string(value); };
  std::vector<std::pair<std::string, std::string>> lines = {
      {"format", std::string(kFormat)},
      {"command", table.command},
      {"space.shape", table.space.shape},
      {"space.unary", Join(table.space.unary, ',', same)},
      {"space.binary", Join(table.space.binary, ',', same)},
      {"space.max_nodes", digits(table.space.max_nodes)},
      {"space.max_parameters", digits(table.space.max_parameters)},
      {"space.parameter_shape", table.space.parameter_shape},
      {"task.name", table.task.name},
      {"task.dataset", table.task.dataset},
      {"task.steps", digits(table.task.steps)},
      {"task.batch", digits(table.task.batch)},
      {"task.learning_rate", ExactText(table.task.learning_rate)},
      {"sites.fill", Join(table.sites.fill, ',', same)},
      {"rungs", Join(table.rungs, ',', digits)},
      {"classes", digits(table.classes)},
      {"columns", "formula, then for each seed: rule|losses|accuracies|loss at each rung|seconds; "
                  "of search,select,final"},
  };
  for (const auto& [name, value] : table.task.fields) {
    lines.emplace_back("task." + name, ToText(value));
  }
  std::string text;
  for (const auto& [key, value] : lines) text += std::string("# ") + key + ' ' + value + '\n';
  return text;
}

Result<Table> ReadTable(const std::filesystem::path& path) {
  const Result<std::vector<std::uint8_t>> bytes = datasets::ReadFile(path);
  if (!bytes) return std::unexpected(bytes.error());
  const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  Table table;
  table.digest = HexDigits(HashText(text));
  std::map<std::string, std::string> header;
  int number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    const auto at_line = [&](const Error& error) {
      return Fail(error.code, path.string() + ":" + std::to_string(number) + ": " + error.message);
    };
    if (line.starts_with("# ")) {
      const std::size_t space = std::min(line.find(' ', 2), line.size());
      header[std::string(line.substr(2, space - 2))] =
          std::string(line.substr(std::min(space + 1, line.size())));
      continue;
    }
    if (table.rows.empty()) {
      if (Result<void> ok = ReadHeader(header, table); !ok) return at_line(ok.error());
    }
    Result<Row> row = ParseRow(line, table.rungs.size());
    if (!row) return at_line(row.error());
    if (!table.rows.empty() && row->trainings.size() != table.rows[0].trainings.size()) {
      return at_line({ErrorCode::kCorrupt, "another number of trainings than the line before"});
    }
    table.rows.push_back(*std::move(row));
  }
  if (table.rows.empty()) return Fail(ErrorCode::kCorrupt, path.string() + ": no function in it");
  table.Index();
  return table;
}

std::filesystem::path TablePath(const std::string& data_dir) {
  const std::filesystem::path path(data_dir);
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored) ? path / kTableFile : path;
}

}  // namespace actsearch::tables
