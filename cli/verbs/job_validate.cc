#include <ostream>

#include "cli/job_file.h"
#include "cli/records.h"
#include "cli/site_table.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "coordinator/rpc/convert.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> set;
  std::string coordinator;
  Format format = Format::kTable;
};

std::string Summary(const plan::JobSpec& spec) {
  return "ok: " + std::to_string(spec.search.candidates) + " candidates of " + spec.space.name +
         " by " + spec.strategy.name + ", scored by " + spec.task.name + " on " +
         spec.task.dataset + "; -o yaml shows every field\n";
}

Expected<int> Validate(const Options& options, Terminal& terminal) {
  auto spec = ReadJobOptions(options.file, options.set, terminal);
  if (!spec) return std::unexpected(spec.error());
  if (!options.coordinator.empty()) {
    auto client = Client::Connect({.coordinator = options.coordinator}, Access::kRun, terminal);
    if (!client) return std::unexpected(client.error());
    const auto checked = client->Validate(rpc::ToProto(*spec));
    if (!checked) return std::unexpected(checked.error());
  }
  const Result<SiteTable> sites = SitesOf(*spec);
  if (!sites) return Fail(kUsage, sites.error().message);
  Print(terminal, options.format, SpecDocument(*spec), Summary(*spec) + sites->text);
  return kOk;
}

}  // namespace

Run AddJobValidate(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  AddJobFile(app, options->file, options->set);
  app.add_option("--coordinator", options->coordinator, "ask this coordinator too")
      ->type_name("HOST:PORT");
  AddFormat(app, options->format);
  return [options, &terminal] { return Validate(*options, terminal); };
}

}  // namespace actsearch::cli
