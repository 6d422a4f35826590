#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/expr/cost.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/fingerprint.h"
#include "search_spaces/expr/moments.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string name;
  Format format = Format::kTable;
};

std::string FlagsText(const activations::ZooFlags& flags) {
  std::string text;
  const auto add = [&](bool set, std::string_view word) {
    if (set) text.append(text.empty() ? "" : ", ").append(word);
  };
  add(flags.jump, "jumps");
  add(flags.unbounded_slope, "infinitely steep at a point");
  add(flags.unverified, "unverified");
  return text;
}

Expected<int> Show(const Options& options, Terminal& terminal) {
  const auto row = activations::Zoo().Find(options.name);
  if (!row) return std::unexpected(FailureOf(row.error()));
  const auto parsed = expr::Parse((*row)->formula);
  if (!parsed) return std::unexpected(FailureOf(parsed.error()));
  Document document = {{"name", std::string((*row)->name)},
                       {"title", std::string((*row)->title)},
                       {"section", std::string((*row)->section)},
                       {"flags", FlagsText((*row)->flags)},
                       {"formula", std::string((*row)->formula)},
                       {"canonical", expr::Print(expr::Canonical(*parsed))},
                       {"fingerprint", HexDigits(expr::FingerprintOf(*parsed).exact)},
                       {"cost", expr::Cost(*parsed)},
                       {"citation", std::string((*row)->citation)}};
  if (expr::IsPointwise(*parsed) && expr::InputCount(*parsed) <= 1) {
    const expr::Moments moments =
        expr::MomentsOf(*parsed, expr::InitialParameters(*parsed));  // of f(z), z standard normal
    document["derivative"] = expr::Print(expr::Derive(*parsed));
    document["mean"] = moments.mean;
    document["variance"] = moments.variance;
    document["rho"] = moments.rho;
  }
  Table table({{"FIELD"}, {"VALUE"}});
  for (const auto& [name, value] : document.items()) {
    table.Add({name, value.is_string() ? value.get<std::string>() : Short(value.get<double>())});
  }
  Print(terminal, options.format, document, table.ToText(false));
  return kOk;
}

}  // namespace

Run AddZooShow(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option("NAME", options->name, "as 'actsearch zoo list' shows it")
      ->type_name("")
      ->required();
  AddFormat(app, options->format);
  return [options, &terminal] { return Show(*options, terminal); };
}

}  // namespace actsearch::cli
