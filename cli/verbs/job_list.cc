#include <ostream>

#include "cli/record_tables.h"
#include "cli/records.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::size_t limit = 20;
  Where where;
  Format format = Format::kTable;
};

Expected<int> List(const Options& options, Terminal& terminal) {
  auto client = Client::Connect(options.where, Access::kRead, terminal);
  if (!client) return std::unexpected(client.error());
  auto jobs = client->List();
  if (!jobs) return std::unexpected(jobs.error());
  const std::size_t total = jobs->size();
  if (options.limit != 0 && total > options.limit) jobs->resize(options.limit);
  Document document = Document::array();
  for (const v1::Job& job : *jobs) document.push_back(JobDocument(job));
  Print(terminal, options.format, document, JobTable(*jobs));
  if (total > jobs->size()) {
    terminal.err << total - jobs->size() << " older jobs are not shown; --limit 0 shows all\n";
  }
  return kOk;
}

}  // namespace

Run AddJobList(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option("--limit", options->limit, "newest jobs only; 0: all [20]")->type_name("N");
  AddWhere(app, options->where);
  AddFormat(app, options->format);
  return [options, &terminal] { return List(*options, terminal); };
}

}  // namespace actsearch::cli
