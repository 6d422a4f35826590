// How far a job has come, as one line: on a terminal it is rewritten in place,
// elsewhere it is printed now and then. Time is handed in. One thread at a time.
#pragma once

#include <deque>
#include <iosfwd>
#include <optional>
#include <string>

#include "actsearch/v1/job.pb.h"
#include "actsearch/v1/search_service.pb.h"
#include "cli/terminal.h"

namespace actsearch::cli {

// What is known of a running job, and what can be foretold from it. Times are
// seconds of any one clock.
class Progress {
 public:
  void Update(const v1::WatchJobResponse& update, double now);

  // "search 143/300 48 %, 5.2/s, ETA 42 s | scored 60, rejected 61 | best 0.183 x * ..."
  std::string Line() const;
  double Percent() const;                     // of the current stage, 0 to 100
  std::optional<double> SecondsLeft() const;  // in all stages
  const v1::Job& Job() const { return job_; }
  // The job's first scored candidate, when it was scored while this watched.
  const std::optional<v1::CandidateRow>& FirstScored() const { return first_scored_; }

 private:
  struct Mark {
    double time = 0;
    std::uint64_t done = 0;
  };

  // In a stage after the search, or at the end of a job that has none.
  bool InFinals() const;
  std::uint64_t Done() const;
  std::uint64_t Total() const;
  double Rate() const;

  v1::Job job_;
  std::string stage_;
  std::deque<Mark> marks_;       // of the current stage, the last seconds only
  double training_seconds_ = 0;  // sum over scored candidates
  std::uint64_t trainings_ = 0;
  std::optional<v1::CandidateRow> first_scored_;
};

class ProgressPrinter {
 public:
  explicit ProgressPrinter(const Terminal& terminal);
  ~ProgressPrinter();

  // Draws or prints when it is time to.
  void Show(const Progress& progress, double now);
  // Prints a line of its own, above the progress line.
  void Say(const std::string& message);
  // Removes the progress line.
  void Clear();

 private:
  bool Due(const Progress& progress, double now) const;

  const Terminal& terminal_;
  const bool animated_;
  bool drawn_ = false;
  bool said_first_ = false;
  std::string shown_;  // last line, to print none twice
  std::string stage_;
  double shown_percent_ = 0;
  std::optional<double> shown_at_;
};

}  // namespace actsearch::cli
