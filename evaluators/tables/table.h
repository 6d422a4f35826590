// A tabular benchmark: every function of a finite space, trained once for each of a few
// seeds, so that a search over it costs no training (after NAS-Bench-101, Ying et al. 2019).
// Kept as gzip'd text, one function a line; tests/bench/actbench/README.md describes it.
// Values; any thread.
#pragma once

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
  double loss = 0;   // on the search split after the last step, nats; infinite: it blew up
  double accuracy = 0;
  std::vector<double> rung_losses;  // as many as were reached
  double seconds = 0;
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

  // Its position in rows; rows.size() when there is none. Needs Index().
  std::size_t Find(std::uint64_t fingerprint) const;

  // Call when the rows are complete.
  void Index();

  // Mean final loss of a row; infinite when one training blew up.
  double MeanLoss(std::size_t row) const;

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
