// A tabular benchmark: every function of a finite space, trained once for each of a few
// seeds, so that a search over it costs no training (after NAS-Bench-101, Ying et al. 2019).
// Kept as gzip'd text, one function a line; tests/bench/actbench/README.md describes it.
// Values; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "search_spaces/base/error.h"
#include "search_spaces/space.h"
#include "search_spaces/trial.h"

namespace actsearch::tables {

// One training of one function, to its end whatever a rule says of it.
struct Training {
  std::string rule;  // "probe:linear" and the like: what would have rejected it; empty: nothing
  // After the last step, by Split; nats, infinite: it blew up.
  std::array<double, kSplits> losses{};
  std::array<double, kSplits> accuracies{};
  std::vector<double> rung_losses;  // search split; as many as were reached
  double seconds = 0;

  double Loss(Split split) const { return losses[static_cast<std::size_t>(split)]; }
  double Accuracy(Split split) const { return accuracies[static_cast<std::size_t>(split)]; }
};

struct Row {
  std::string formula;            // canonical text
  std::uint64_t fingerprint = 0;  // exact
  std::vector<Training> trainings;  // by seed
};

class Table {
 public:
  SpaceSpec space;
  TaskSpec task;           // without data_dir
  SiteSpec sites;          // what stood beside the functions
  std::vector<int> rungs;  // steps, ascending, below task.steps
  int classes = 10;
  std::string command;     // that made it
  std::string digest;      // of the file's text, 16 hexadecimal digits
  std::vector<Row> rows;

  int Seeds() const { return rows.empty() ? 0 : static_cast<int>(rows[0].trainings.size()); }

  // Searches see the first half of the trainings; the others are for what is chosen and found:
  // so that no seed that made a function look good counts for it again.
  int Replicates(Split split) const;
  // The position of the which-th of them among a row's trainings.
  std::size_t TrainingOf(Split split, int replicate) const;

  // Its position in rows; rows.size() when there is none. Needs Index().
  std::size_t Find(std::uint64_t fingerprint) const;

  // Call when the rows are complete.
  void Index();

  // Mean loss of a row over the split's replicates; infinite when one of them blew up.
  double MeanLoss(std::size_t row, Split split) const;

 private:
  std::unordered_map<std::uint64_t, std::size_t> position_;
};

// The file in a folder that holds a table.
inline constexpr std::string_view kTableFile = "table.tsv.gz";

// One line, without its end. Losses have four digits.
std::string RowText(const Row& row);
Result<Row> ParseRow(std::string_view line, std::size_t rungs);

// All lines that come before the rows.
std::string HeaderText(const Table& table);

// kNotFound, kCorrupt with file and line, kInvalid for another format version.
Result<Table> ReadTable(const std::filesystem::path& path);

// The table named by task.data_dir: a folder with a kTableFile, or the file.
std::filesystem::path TablePath(const std::string& data_dir);

}  // namespace actsearch::tables
