#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "evaluators/catalogue/datasets.h"
#include "evaluators/catalogue/parts.h"
#include "evaluators/catalogue/tasks.h"

namespace actsearch::cli {
namespace {

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
  auto format = std::make_shared<Format>(Format::kTable);
  AddFormat(app, *format);
  return [format, &terminal] { return List(*format, terminal); };
}

}  // namespace actsearch::cli
