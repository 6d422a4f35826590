#include "evaluators/catalogue/tasks.h"

#include "cli/site_table.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "evaluators/catalogue/datasets.h"
#include "evaluators/catalogue/parts.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string task;
  std::string dataset;  // empty: the first that fits the task
  Format format = Format::kTable;
};

Document NameAndDoc(const auto& row) {
  return {{"name", std::string(row.name)}, {"doc", std::string(row.doc)}};
}

Document NamesAndDocs(const auto& rows) {
  Document documents = Document::array();
  for (const auto& row : rows) documents.push_back(NameAndDoc(row));
  return documents;
}

Document ListTasks(Table& table) {
  Document tasks = Document::array();
  for (const catalogue::TaskInfo& row : catalogue::Tasks().Rows()) {
    table.Add({"task", std::string(row.name), row.needs_folder ? "in task.data_dir" : "",
               std::string(row.doc)});
    Document document = NameAndDoc(row);
    document["fields"] = NamesAndDocs(row.fields);
    document["metrics"] = NamesAndDocs(row.metrics);
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
    document["fields"] = NamesAndDocs(row.fields);
    datasets.push_back(std::move(document));
  }
  return datasets;
}

Document ListParts(Table& table) {
  Document parts = Document::array();
  for (const catalogue::PartInfo& row : catalogue::Parts().Rows()) {
    table.Add({"part", std::string(row.name), std::string(Name(row.role)), std::string(row.doc)});
    Document document = NameAndDoc(row);
    document["role"] = std::string(Name(row.role));
    parts.push_back(std::move(document));
  }
  return parts;
}

// How a name of another table is asked for here.
std::string OtherKind(const std::string& name) {
  if (catalogue::Datasets().Find(name)) {
    return "'" + name + "' is a data set: give it with --dataset, after the name of a task";
  }
  if (const auto part = catalogue::Parts().Find(name)) {
    return "'" + name + "' is a part for sites of role " + std::string(Name((*part)->role)) +
           ": give it in a job's sites.fill";
  }
  return "";
}

// The sites of one task with its initial fields, where a data set's published files arrive.
Expected<int> ShowSites(const Options& options, Terminal& terminal) {
  const auto task = catalogue::Tasks().Find(options.task);
  if (!task) {
    const std::string other = OtherKind(options.task);
    return Fail(kMissing, other.empty() ? task.error().message : other);
  }
  const catalogue::DatasetInfo* first = catalogue::FirstFitting(**task);
  const std::string name = options.dataset.empty() && first != nullptr ? std::string(first->name)
                                                                        : options.dataset;
  if ((*task)->sketch == nullptr) {
    Print(terminal, options.format, Document::array(), "'" + options.task + "' has no network.\n");
    return kOk;
  }
  const auto dataset = catalogue::Datasets().Find(name);
  if (!dataset) return Fail(kMissing, dataset.error().message);
  const auto fits = catalogue::CheckFits(**task, (*dataset)->inputs, (*dataset)->targets);
  if (!fits) return Fail(kUsage, "'" + name + "' has " + fits.error().message);
  const Result<SiteTable> sites = SitesOf(**task, **dataset);
  if (!sites) return Fail(kUsage, sites.error().message);
  Print(terminal, options.format, sites->document,
        sites->text + "as " + name +
            " arrives (--dataset); 'actsearch job validate FILE' shows those of a job\n");
  return kOk;
}

Expected<int> List(Format format, Terminal& terminal) {
  Table table({{"KIND"}, {"NAME"}, {"FILES OR ROLE"}, {"WHAT"}});
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
  app.add_option("--dataset", options->dataset, "what arrives at them [the first that fits]")
      ->type_name("NAME");
  AddFormat(app, options->format);
  return [options, &terminal] {
    return options->task.empty() ? List(options->format, terminal)
                                 : ShowSites(*options, terminal);
  };
}

}  // namespace actsearch::cli
