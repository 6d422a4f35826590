#include "cli/data_folder.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "evaluators/catalogue/datasets.h"
#include "search_spaces/base/names.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string place;
  std::string dataset;
  std::vector<std::string> set;
  Format format = Format::kTable;
};

std::string RowsText(const catalogue::DataFacts& facts) {
  std::string text;
  for (std::size_t k = 0; k < facts.Rows().size(); ++k) {
    text += (k == 0 ? "" : ", ") + std::string(catalogue::Name(catalogue::kSubsets[k])) + " " +
            std::to_string(facts.rows[k]);
  }
  return text;
}

void Show(const std::string& dataset, const catalogue::DataFacts& facts, Format format,
          Terminal& terminal) {
  const std::vector<std::string> tasks = TasksFor(dataset, facts);
  Table table({{"FIELD"}, {"VALUE"}});
  table.Add({"data set", dataset});
  table.Add({"inputs", catalogue::ToText(facts.inputs)});
  table.Add({"targets", catalogue::ToText(facts.targets)});
  table.Add({"rows", RowsText(facts)});
  table.Add({"digest", facts.digest});
  Document rows = Document::object(), references = Document::object();
  for (std::size_t k = 0; k < facts.Rows().size(); ++k) {
    rows[std::string(catalogue::Name(catalogue::kSubsets[k]))] = facts.rows[k];
  }
  for (const catalogue::Reference& reference : facts.references) {
    std::string text;
    for (std::size_t k = 1; k < facts.Rows().size(); ++k) {
      const std::string subset(catalogue::Name(catalogue::kSubsets[k]));
      text += (text.empty() ? "" : ", ") + subset + " " + Short(reference.losses[k], 4);
      references[reference.name][subset] = reference.losses[k];
    }
    table.Add({"loss of '" + reference.name + "'", text});
  }
  const std::vector<std::string_view> names(tasks.begin(), tasks.end());
  table.Add({"tasks", ListNames(names)});
  Print(terminal, format,
        {{"dataset", dataset},
         {"inputs", catalogue::ToText(facts.inputs)},
         {"targets", catalogue::ToText(facts.targets)},
         {"rows", rows},
         {"digest", facts.digest},
         {"references", references},
         {"tasks", tasks}},
        table.ToText());
}

Expected<int> Inspect(const Options& options, Terminal& terminal) {
  std::string dataset = options.dataset;
  if (dataset.empty()) {
    if (options.place.empty()) {
      return Fail(kUsage, "name a folder or file, or generated data with --dataset NAME");
    }
    const auto found = DatasetIn(options.place);
    if (!found) return std::unexpected(FailureOf(found.error()));
    dataset = *found;
  }
  const auto row = catalogue::Datasets().Find(dataset);
  if (!row) return Fail(kMissing, row.error().message);
  const auto fields = ReadDatasetFields(**row, options.set);
  if (!fields) return std::unexpected(fields.error());
  const auto facts = FactsIn(dataset, options.place, *fields);
  if (!facts) {
    const bool missing = facts.error().code == ErrorCode::kNotFound;
    return Fail(missing ? kMissing : kUsage, facts.error().message);
  }
  Show(dataset, *facts, options.format, terminal);
  return kOk;
}

}  // namespace

Run AddData(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option("PLACE", options->place, "folder or file; none for generated data")
      ->type_name("");
  app.add_option("--dataset", options->dataset, "read it as this data set [what its files say]")
      ->type_name("NAME");
  app.add_option("--set", options->set, "a field of the data set: target=price; may be repeated")
      ->type_name("FIELD=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  AddFormat(app, options->format);
  return [options, &terminal] { return Inspect(*options, terminal); };
}

}  // namespace actsearch::cli
