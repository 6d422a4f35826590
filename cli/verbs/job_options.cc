#include "cli/job_file.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {

void AddSet(CLI::App& app, std::vector<std::string>& set) {
  app.add_option("--set", set,
                 "set a field after the file: search.candidates=1000; may be repeated")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void AddJobFile(CLI::App& app, std::string& file, std::vector<std::string>& set) {
  app.add_option("JOB.yaml", file, "job file; - for standard input")->type_name("")->required();
  AddSet(app, set);
}

Expected<std::vector<Override>> OverridesOf(const std::vector<std::string>& set) {
  std::vector<Override> overrides;
  for (const std::string& text : set) {
    auto change = OverrideFromText(text);
    if (!change) return std::unexpected(FailureOf(change.error()));
    overrides.push_back(*std::move(change));
  }
  return overrides;
}

Expected<plan::JobSpec> ReadJobOptions(const std::string& file, const std::vector<std::string>& set,
                                       Terminal& terminal) {
  const auto source = LoadJobSource(file, terminal.in);
  if (!source) return std::unexpected(FailureOf(source.error()));
  const auto overrides = OverridesOf(set);
  if (!overrides) return std::unexpected(overrides.error());
  auto spec = ReadJob(*source, *overrides);
  if (!spec) return std::unexpected(FailureOf(spec.error()));
  return *std::move(spec);
}

}  // namespace actsearch::cli
