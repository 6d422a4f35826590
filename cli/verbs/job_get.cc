#include "cli/record_tables.h"
#include "cli/records.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "coordinator/rpc/convert.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string job;
  Where where;
  Format format = Format::kTable;
};

Expected<int> Get(const Options& options, Terminal& terminal) {
  return WithJob(options.where, Access::kRead, options.job, terminal,
                 [&](Client&, const v1::Job& job) -> Expected<int> {
                   Document document = JobDocument(job);
                   const auto spec = rpc::FromProto(job.spec());
                   if (!spec) return std::unexpected(FailureOf(spec.error()));
                   document["spec"] = SpecDocument(*spec);
                   Print(terminal, options.format, document, JobDetails(job));
                   return kOk;
                 });
}

}  // namespace

Run AddJobGet(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  AddJob(app, options->job);
  AddWhere(app, options->where);
  AddFormat(app, options->format);
  return [options, &terminal] { return Get(*options, terminal); };
}

}  // namespace actsearch::cli
