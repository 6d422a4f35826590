#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "evaluators/catalogue/datasets.h"
#include "evaluators/catalogue/parts.h"
#include "evaluators/catalogue/tasks.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string task;
  std::string dataset = "glyphs";
  Format format = Format::kTable;
};

std::string NamesOf(const auto& rows) {
  std::string names;
  for (const auto& row : rows) names += (names.empty() ? "" : ", ") + std::string(row.name);
  return names;
}

Document NameAndDoc(const auto& row) {
  return {{"name", std::string(row.name)}, {"doc", std::string(row.doc)}};
}

Document ListTasks(Table& table) {
  Document tasks = Document::array();
  for (const catalogue::TaskInfo& row : catalogue::Tasks().Rows()) {
    table.Add({"task", std::string(row.name), row.needs_folder ? "in task.data_dir" : "",
               std::string(row.doc)});
    Document document = NameAndDoc(row);
    document["fields"] = NamesOf(row.fields);
    document["metrics"] = NamesOf(row.metrics);
    tasks.push_back(std::move(document));
  }
  return tasks;
}

Document ListDatasets(Table& table) {
  Document datasets = Document::array();
  for (const catalogue::DatasetInfo& row : catalogue::Datasets().Rows()) {
    table.Add({"dataset", std::string(row.name), row.generated ? "generated" : "in task.data_dir",
               std::string(row.doc)});
    Document document = NameAndDoc(row);
    document["generated"] = row.generated;
    datasets.push_back(std::move(document));
  }
  return datasets;
}

Document ListParts(Table& table) {
  Document parts = Document::array();
  for (const catalogue::PartInfo& row : catalogue::Parts().Rows()) {
    table.Add({"part", std::string(row.name), "", std::string(row.doc)});
    Document document = NameAndDoc(row);
    document["role"] = std::string(Name(row.role));
    parts.push_back(std::move(document));
  }
  return parts;
}

std::string AbsorbedText(const Absorbs& absorbs) {
  std::string text;
  if (absorbs.shift) text += " shift";
  if (absorbs.scale) text += " scale";
  if (absorbs.sign) text += " sign";
  return text.empty() ? "nothing" : text.substr(1);
}

// The sites of one task with its initial fields, where a data set's published files arrive.
Expected<int> ShowSites(const Options& options, Terminal& terminal) {
  const auto task = catalogue::Tasks().Find(options.task);
  if (!task) return Fail(kMissing, task.error().message);
  const auto dataset = catalogue::Datasets().Find(options.dataset);
  if (!dataset) return Fail(kMissing, dataset.error().message);
  const Result<Fields> fields = CompleteFields("task", (*task)->fields, {});
  Table table({{"SITE"}, {"ROLE"}, {"ARRIVES"}, {"INITIAL"}, {"ABSORBED BEHIND IT"}});
  Document document = Document::array();
  if ((*task)->draw == nullptr) {
    Print(terminal, options.format, document, "'" + options.task + "' has no network.\n");
    return kOk;
  }
  const Result<catalogue::Blueprint> blueprint =
      (*task)->draw(*fields, catalogue::PublishedFacts(**dataset));
  if (!blueprint) return Fail(kUsage, blueprint.error().message);
  for (const Site& site : blueprint->sites) {
    const std::string role(Name(site.role)), absorbed = AbsorbedText(site.absorbs);
    table.Add({site.name, role, ToText(site.in), site.initial, absorbed});
    document.push_back({{"site", site.name},
                        {"role", role},
                        {"in", ToText(site.in)},
                        {"initial", site.initial},
                        {"absorbed", absorbed}});
  }
  Print(terminal, options.format, document, table.ToText());
  return kOk;
}

Expected<int> List(Format format, Terminal& terminal) {
  Table table({{"KIND"}, {"NAME"}, {"FILES"}, {"WHAT"}});
  const Document tasks = ListTasks(table);
  const Document datasets = ListDatasets(table);
  const Document parts = ListParts(table);
  Print(terminal, format, {{"tasks", tasks}, {"datasets", datasets}, {"parts", parts}},
        table.ToText());
  return kOk;
}

}  // namespace

Run AddTasks(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option("TASK", options->task, "show the sites of this one's network")->type_name("");
  app.add_option("--dataset", options->dataset, "what arrives at them [glyphs]")
      ->type_name("NAME");
  AddFormat(app, options->format);
  return [options, &terminal] {
    return options->task.empty() ? List(options->format, terminal)
                                 : ShowSites(*options, terminal);
  };
}

}  // namespace actsearch::cli
