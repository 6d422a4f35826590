#include <chrono>
#include <cmath>
#include <ostream>

#include "cli/verbs/common.h"
#include "cli/verbs/space_options.h"
#include "cli/verbs/verbs.h"
#include "search_spaces/enumeration.h"

namespace actsearch::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kPointsBetweenLooks = 256;  // at the clock and for Ctrl-C
constexpr double kRedraw = 0.2;                     // seconds

struct Options {
  SpaceFile file;
  Format format = Format::kTable;
};

double Since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string Percent(std::uint64_t part, std::uint64_t whole) {
  return Short(100 * static_cast<double>(part) / static_cast<double>(whole), 3) + " %";
}

std::string Rate(const Enumeration& walk, double seconds) {
  return std::to_string(std::llround(static_cast<double>(walk.Counted().generated) / seconds));
}

// One line on a terminal, rewritten in place.
class ProgressLine {
 public:
  explicit ProgressLine(Terminal& terminal) : terminal_(terminal), on_(terminal.Animated()) {}
  ~ProgressLine() {
    if (drawn_at_ > 0) terminal_.err << "\r\x1b[K" << std::flush;
  }

  void Show(const Enumeration& walk, double seconds) {
    if (!on_ || seconds < drawn_at_ + kRedraw) return;
    drawn_at_ = seconds;
    const auto done = static_cast<double>(walk.Counted().generated);
    const double left = (static_cast<double>(walk.Size()) - done) * seconds / done;
    const std::string line = "counted " + std::to_string(walk.Counted().generated) + "/" +
                             std::to_string(walk.Size()) + " " +
                             Percent(walk.Counted().generated, walk.Size()) + ", " +
                             Rate(walk, seconds) + "/s, " + Duration(left) + " left";
    const auto columns = static_cast<std::size_t>(terminal_.Columns());
    terminal_.err << "\r" << line.substr(0, columns - 1) << "\x1b[K" << std::flush;
  }

 private:
  Terminal& terminal_;
  const bool on_;
  double drawn_at_ = 0;
};

std::string Text(const Enumeration& walk, double seconds) {
  const Enumeration::Counts& counts = walk.Counted();
  Table table({{"FUNCTIONS"}, {"COUNT", true}, {"SHARE", true}, {"WHAT"}});
  const auto add = [&](const char* name, std::uint64_t count, const char* what) {
    table.Add({name, std::to_string(count), Percent(count, counts.generated), what});
  };
  add("generated", counts.generated, "fillings of the shape");
  add("admissible", counts.admissible, "vary with x, are finite around 0, keep to the limits");
  add("canonical", counts.canonical, "different in canonical form");
  add("exact", counts.exact, "different functions");
  add("affine", counts.affine, "different up to an affine map of the output");
  return table.ToText() + "\n" + std::to_string(counts.generated) + " in " + Duration(seconds) +
         ": " + Rate(walk, seconds) + " a second\n";
}

Document ToDocument(const Enumeration& walk, double seconds) {
  const Enumeration::Counts& counts = walk.Counted();
  return {{"size", walk.Size()},
          {"complete", walk.AtEnd()},
          {"generated", counts.generated},
          {"admissible", counts.admissible},
          {"canonical", counts.canonical},
          {"exact", counts.exact},
          {"affine", counts.affine},
          {"seconds", seconds},
          {"candidates_per_second", static_cast<double>(counts.generated) / seconds}};
}

Expected<int> Count(const Options& options, Terminal& terminal) {
  const auto space = OpenFiniteSpace(options.file, terminal);
  if (!space) return std::unexpected(space.error());
  Enumeration walk(**space);
  Interrupts interrupts;
  const Clock::time_point start = Clock::now();
  {
    ProgressLine progress(terminal);
    while (!walk.AtEnd()) {
      walk.Next();
      if (walk.Counted().generated % kPointsBetweenLooks != 0) continue;
      if (interrupts.Asked()) break;
      progress.Show(walk, Since(start));
    }
  }
  const double seconds = Since(start);
  Print(terminal, options.format, ToDocument(walk, seconds), Text(walk, seconds));
  if (walk.AtEnd()) return kOk;
  terminal.err << "interrupted: " << walk.Counted().generated << " of " << walk.Size()
               << " were counted\n";
  return kInterrupted;
}

}  // namespace

Run AddSpaceCount(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  AddSpaceFile(app, options->file);
  AddFormat(app, options->format);
  return [options, &terminal] { return Count(*options, terminal); };
}

}  // namespace actsearch::cli
