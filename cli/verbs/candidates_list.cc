#include <algorithm>
#include <ostream>

#include "cli/record_tables.h"
#include "cli/records.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "search_spaces/base/registry.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string job;
  std::vector<std::string> status;
  std::string stage;
  std::uint64_t limit = 100;
  bool no_timing = false;
  Where where;
  Format format = Format::kTable;
};

std::vector<std::string> StatusNames() {
  std::vector<std::string> names;
  for (int i = v1::Status_MIN; i <= v1::Status_MAX; ++i) {
    if (v1::Status_IsValid(i)) names.push_back(StatusName(static_cast<v1::Status>(i)));
  }
  return names;
}

Expected<v1::Status> StatusNamed(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
  const auto names = StatusNames();
  if (name == "RUNNING") {
    return Fail(kUsage, "--status RUNNING: trials without an outcome cannot be asked for alone");
  }
  v1::Status status{};
  if (v1::Status_Parse("STATUS_" + name, &status)) return status;
  const std::vector<std::string_view> known(names.begin() + 1, names.end());
  return Fail(kUsage, UnknownName("status", name, known).message);
}

Expected<int> List(const Options& options, Terminal& terminal) {
  Client::CandidateFilter filter{.stage = options.stage, .status = {}, .limit = options.limit};
  for (const std::string& name : options.status) {
    const auto status = StatusNamed(name);
    if (!status) return std::unexpected(status.error());
    filter.status.push_back(*status);
  }
  return WithJob(
      options.where, Access::kRead, options.job, terminal,
      [&](Client& client, const v1::Job& job) -> Expected<int> {
        const auto rows = client.Candidates(job.id(), filter);
        if (!rows) return std::unexpected(rows.error());
        Document document = Document::array();
        for (const auto& row : *rows) {
          document.push_back(CandidateDocument(row, !options.no_timing));
        }
        Print(terminal, options.format, document, CandidateTable(*rows, !options.no_timing));
        if (options.limit != 0 && rows->size() == options.limit) {
          terminal.err << "the first " << options.limit << " are shown; --limit 0 shows all\n";
        }
        return kOk;
      });
}

}  // namespace

Run AddCandidatesList(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  AddJob(app, options->job);
  app.add_option("--status", options->status, "SCORED, REJECTED, DUPLICATE, ...; may be repeated")
      ->type_name("STATUS")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->delimiter(',');
  app.add_option("--stage", options->stage, "search, select or final")
      ->type_name("STAGE")
      ->check(CLI::IsMember({"search", "audit", "select", "confirm", "final"}).description(""));
  app.add_option("--limit", options->limit, "rows at most; 0: all [100]")->type_name("N");
  app.add_flag("--no-timing", options->no_timing,
               "leave out what differs between two runs of the same job");
  AddWhere(app, options->where);
  AddFormat(app, options->format);
  return [options, &terminal] { return List(*options, terminal); };
}

}  // namespace actsearch::cli
