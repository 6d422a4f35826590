#include <cerrno>
#include <chrono>
#include <map>
#include <ostream>

#include "cli/verbs/common.h"
#include "cli/verbs/space_options.h"
#include "cli/verbs/verbs.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/enumeration.h"
#include "search_spaces/expr/cost.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Found = Enumeration::Found;

enum class Unique { kCanonical, kExact, kAffine };

struct Options {
  SpaceFile file;
  Unique unique = Unique::kExact;
  std::uint64_t limit = 0;  // 0: all
  Format format = Format::kTable;
};

bool IsNew(const Found& found, Unique unique) {
  switch (unique) {
    case Unique::kCanonical:
      return true;
    case Unique::kExact:
      return found.is_new_exact;
    case Unique::kAffine:
      return found.is_new_affine;
  }
  return false;
}

std::string Written(const Found& found, Format format) {
  const std::string& formula = found.candidate.text;
  if (format == Format::kTable) return formula + "\n";
  const auto e = expr::Parse(formula);
  const Document document = {{"formula", formula},
                             {"index", found.index},
                             {"exact", HexDigits(found.fingerprint.exact)},
                             {"affine", HexDigits(found.fingerprint.affine)},
                             {"cost", e ? expr::Cost(*e) : 0}};
  if (format == Format::kJson) return document.dump() + "\n";
  return ToYaml(Document::array({document}));  // pieces of one long list
}

// Lines reach a reader while the walk goes on, but not one by one.
class Stream {
 public:
  explicit Stream(std::ostream& out) : out_(out) {}

  // False when that failed.
  bool Write(const std::string& text) {
    errno = 0;
    out_ << text;
    if (const auto now = Clock::now(); now - flushed_ > std::chrono::milliseconds(50)) {
      out_.flush();
      flushed_ = now;
    }
    return static_cast<bool>(out_);
  }

  // After a failure: the reader, such as `head`, has seen enough.
  bool IsClosed() const { return errno == EPIPE; }

 private:
  std::ostream& out_;
  Clock::time_point flushed_;
};

Expected<int> List(const Options& options, Terminal& terminal) {
  const auto space = OpenFiniteSpace(options.file, terminal);
  if (!space) return std::unexpected(space.error());
  Enumeration walk(**space);
  Stream stream(terminal.out);
  for (std::uint64_t written = 0; !walk.AtEnd();) {
    const auto found = walk.Next();
    if (!found || !IsNew(*found, options.unique)) continue;
    if (!stream.Write(Written(*found, options.format))) {
      if (stream.IsClosed()) terminal.out.clear();  // no failure
      break;
    }
    if (++written == options.limit) break;
  }
  return kOk;
}

}  // namespace

Run AddSpaceList(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  AddSpaceFile(app, options->file);
  const std::map<std::string, Unique> names = {
      {"canonical", Unique::kCanonical}, {"exact", Unique::kExact}, {"affine", Unique::kAffine}};
  app.add_option_function<std::string>(
         "--unique",
         [options, names](const std::string& name) { options->unique = names.at(name); },
         "canonical: by form; exact: by function; affine: up to an affine map of the output "
         "[exact]")
      ->check(CLI::IsMember({"canonical", "exact", "affine"}).description(""))
      ->type_name("HOW");
  app.add_option("--limit", options->limit, "stop after so many; 0: all [0]")->type_name("N");
  AddFormat(app, options->format);
  return [options, &terminal] { return List(*options, terminal); };
}

}  // namespace actsearch::cli
