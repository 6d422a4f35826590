#include "cli/progress.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <ostream>

#include "cli/output.h"
#include "cli/record_tables.h"
#include "cli/records.h"

namespace actsearch::cli {
namespace {

constexpr double kRateWindow = 15;  // seconds
constexpr double kRedraw = 0.1;
constexpr double kPlainSeconds = 5;  // between plain lines
constexpr double kPlainPercent = 5;  // or as much progress, but
constexpr int kAsideNamed = 3;  // workers in the line
constexpr double kPlainLeast = 1;    // never more often than this

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string OutcomesText(const v1::Job& job) {
  std::string text;
  for (const char* name : {"SCORED", "REJECTED", "DUPLICATE"}) {
    const auto found = job.outcomes().find(name);
    text += (text.empty() ? "" : ", ") + Lower(name) + " " +
            std::to_string(found == job.outcomes().end() ? 0 : found->second);
  }
  std::uint64_t failures = 0;
  for (const auto& [name, count] : job.outcomes()) {
    if (name != "SCORED" && name != "REJECTED" && name != "DUPLICATE") failures += count;
  }
  return failures == 0 ? text : text + ", failed " + std::to_string(failures);
}

std::string AsideText(const v1::Job& job) {
  if (job.set_aside().empty()) return "";
  std::string text = ", set aside: ";
  for (int i = 0; i < std::min(job.set_aside_size(), kAsideNamed); ++i) {
    text += (i == 0 ? "" : ", ") + job.set_aside(i).worker();
  }
  if (job.set_aside_size() == 1) return text + " (" + job.set_aside(0).reason() + ")";
  const int more = job.set_aside_size() - kAsideNamed;
  return more > 0 ? text + " and " + std::to_string(more) + " more" : text;
}

}  // namespace

void Progress::Update(const v1::WatchJobResponse& update, double now) {
  job_ = update.job();
  const std::string stage = InFinals() ? "finals" : job_.stage();
  if (stage != stage_) {
    stage_ = stage;
    marks_.clear();
  }
  const v1::CandidateRow* scored = nullptr;
  for (const auto& row : update.finished()) {
    if (row.outcome().status() != v1::STATUS_SCORED) continue;
    training_seconds_ += row.outcome().timing().total_seconds();
    if (trainings_++ == 0) scored = &row;
  }
  const auto all = job_.outcomes().find("SCORED");
  const bool came_late = all != job_.outcomes().end() && all->second > trainings_;
  if (scored != nullptr && !came_late) first_scored_ = *scored;
  marks_.push_back({now, Done()});
  while (marks_.size() > 2 && marks_.front().time < now - kRateWindow) marks_.pop_front();
}

bool Progress::InFinals() const {
  if (job_.stage() == "done") return job_.spec().search().candidates() == 0;
  return !job_.stage().empty() && job_.stage() != "search";
}

std::uint64_t Progress::Done() const {
  return InFinals() ? job_.final_finished() : job_.finished();
}

std::uint64_t Progress::Total() const {
  return InFinals() ? job_.final_trials() : job_.spec().search().candidates();
}

double Progress::Rate() const {
  if (marks_.size() < 2) return 0;
  const double seconds = marks_.back().time - marks_.front().time;
  const auto done = static_cast<double>(marks_.back().done - marks_.front().done);
  return seconds > 0 ? done / seconds : 0;
}

double Progress::Percent() const {
  return Total() == 0 ? 0 : 100.0 * static_cast<double>(Done()) / static_cast<double>(Total());
}

std::optional<double> Progress::SecondsLeft() const {
  const double rate = Rate();
  if (rate <= 0 || job_.workers() == 0) return std::nullopt;
  const double open = Total() > Done() ? static_cast<double>(Total() - Done()) : 0;
  double seconds = open / rate;
  if (!InFinals() && trainings_ > 0) {
    const double each = training_seconds_ / static_cast<double>(trainings_);
    seconds += static_cast<double>(job_.final_trials()) * each / job_.workers();
  }
  return seconds;
}

std::string Progress::Line() const {
  char head[100];
  std::snprintf(head, sizeof head, " %llu/%llu %.0f %%", static_cast<unsigned long long>(Done()),
                static_cast<unsigned long long>(Total()), Percent());
  std::string line = (job_.stage().empty() ? "search" : job_.stage()) + head;
  if (job_.state() == v1::JOB_STATE_PAUSED) {
    line += ", paused" + (job_.reason().empty() ? "" : ": " + job_.reason());
  }
  if (job_.state() == v1::JOB_STATE_CHECKING) line += ", a worker looks at the data";
  line += AsideText(job_);
  if (const double rate = Rate(); rate > 0) line += ", " + Short(rate, 3) + "/s";
  if (const auto left = SecondsLeft())
    line += ", ETA " + Duration(std::max(1.0, std::round(*left)));
  if (job_.workers() == 0) line += ", no worker yet";
  line += " | " + OutcomesText(job_);
  if (!job_.best_formula().empty()) {
    line += " | best " + Short(job_.best_loss()) + "  " + job_.best_formula();
  }
  return Printable(line);
}

ProgressPrinter::ProgressPrinter(const Terminal& terminal)
    : terminal_(terminal), animated_(terminal.Animated()) {}

ProgressPrinter::~ProgressPrinter() { Clear(); }

bool ProgressPrinter::Due(const Progress& progress, double now) const {
  if (!shown_at_ || progress.Job().stage() != stage_) return true;
  const double since = now - *shown_at_;
  if (animated_) return since >= kRedraw;
  return since >= kPlainSeconds ||
         (since >= kPlainLeast && progress.Percent() >= shown_percent_ + kPlainPercent);
}

void ProgressPrinter::Show(const Progress& progress, double now) {
  if (const auto& first = progress.FirstScored(); first && !said_first_) {
    said_first_ = true;
    std::string text = "first scored: candidate " + std::to_string(first->index()) + ", loss " +
                       Short(MeanLoss(first->outcome()));
    for (const auto& metric : first->outcome().metrics()) {
      const double scale = MetricScale(metric.name());
      text += ", " + metric.name() + " " + Short(scale * metric.value(), 3) +
              (scale == 1 ? "" : " %");
    }
    Say(Printable(text + "  " + first->formula()));
  }
  if (!Due(progress, now)) return;
  std::string line = progress.Line();
  shown_at_ = now;
  stage_ = progress.Job().stage();
  shown_percent_ = progress.Percent();
  if (line == shown_ && (drawn_ || !animated_)) return;
  shown_ = line;
  if (!animated_) {
    terminal_.err << line << std::endl;
    return;
  }
  const auto columns = static_cast<std::size_t>(std::max(20, terminal_.Columns() - 1));
  if (line.size() > columns) line = line.substr(0, columns - 3) + "...";
  terminal_.err << "\r\x1b[2K" << line << std::flush;
  drawn_ = true;
}

void ProgressPrinter::Say(const std::string& message) {
  Clear();
  terminal_.err << message << std::endl;
}

void ProgressPrinter::Clear() {
  if (drawn_) terminal_.err << "\r\x1b[2K" << std::flush;
  drawn_ = false;
}

}  // namespace actsearch::cli
