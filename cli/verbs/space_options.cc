#include "cli/verbs/space_options.h"

#include "cli/job_file.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {

void AddSpaceFile(CLI::App& app, SpaceFile& options) {
  app.add_option("SPEC.yaml", options.file,
                 "a job file, or what stands under its space:; - for standard input")
      ->type_name("")
      ->required();
  AddSet(app, options.set);
}

Expected<std::unique_ptr<Space>> OpenFiniteSpace(const SpaceFile& options, Terminal& terminal) {
  const auto source = LoadJobSource(options.file, terminal.in);
  if (!source) return std::unexpected(FailureOf(source.error()));
  const auto overrides = OverridesOf(options.set);
  if (!overrides) return std::unexpected(overrides.error());
  const auto spec = ReadSpace(*source, *overrides);
  if (!spec) return std::unexpected(FailureOf(spec.error()));
  auto space = MakeSpace(*spec);
  if (!space) return std::unexpected(FailureOf(space.error()));
  if (!(*space)->Size()) {
    return Fail(kUsage, source->name +
                            ": the space is infinite; give it a shape, as in\n  space:\n" +
                            "    shape: binary(unary(x), unary(x))");
  }
  return *std::move(space);
}

}  // namespace actsearch::cli
