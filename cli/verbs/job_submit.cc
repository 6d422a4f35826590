#include <optional>
#include <ostream>

#include "cli/job_file.h"
#include "cli/records.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "coordinator/rpc/convert.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> set;
  bool wait = false;
  Where where;
  Format format = Format::kTable;
};

Expected<int> Submit(const Options& options, Terminal& terminal) {
  const auto spec = ReadJobOptions(options.file, options.set, terminal);
  if (!spec) return std::unexpected(spec.error());
  std::optional<Interrupts> interrupts;
  if (options.wait) interrupts.emplace();
  auto client = Client::Connect(options.where, Access::kRun, terminal);
  if (!client) return std::unexpected(client.error());
  const auto job = client->Create(rpc::ToProto(*spec));
  if (!job) return std::unexpected(job.error());
  const auto printed = PrintChanged(terminal, options.format, job, "submitted");
  if (!options.wait) {
    terminal.err << "follow it with: actsearch job watch " << job->id() << "\n";
    return printed;
  }
  terminal.out.flush();
  return FollowJob(*client, *job, *interrupts, terminal, true);
}

}  // namespace

Run AddJobSubmit(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  AddJobFile(app, options->file, options->set);
  app.add_flag("--wait", options->wait,
               "follow it to its end; exit code 5 when it fails or is stuck");
  AddWhere(app, options->where);
  AddFormat(app, options->format);
  return [options, &terminal] { return Submit(*options, terminal); };
}

}  // namespace actsearch::cli
