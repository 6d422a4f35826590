#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "evaluators/datasets/dataset.h"
#include "search_spaces/task_docs.h"
#include "search_spaces/trial.h"

namespace actsearch::cli {
namespace {

Expected<int> List(Format format, Terminal& terminal) {
  Table table({{"KIND"}, {"NAME"}, {"FILES"}, {"WHAT"}});
  Document tasks = Document::array();
  for (std::size_t i = 0; i < kTaskNames.size(); ++i) {
    table.Add({"task", std::string(kTaskNames[i]), "", std::string(kTaskDocs[i])});
    tasks.push_back({{"name", std::string(kTaskNames[i])}, {"doc", std::string(kTaskDocs[i])}});
  }
  Document datasets = Document::array();
  for (const auto& row : datasets::Datasets().Rows()) {
    table.Add({"dataset", std::string(row.name), row.generated ? "generated" : "in task.data_dir",
               std::string(row.doc)});
    datasets.push_back({{"name", std::string(row.name)},
                        {"generated", row.generated},
                        {"doc", std::string(row.doc)}});
  }
  Print(terminal, format, {{"tasks", tasks}, {"datasets", datasets}}, table.ToText());
  return kOk;
}

}  // namespace

Run AddTasks(CLI::App& app, Terminal& terminal) {
  auto format = std::make_shared<Format>(Format::kTable);
  AddFormat(app, *format);
  return [format, &terminal] { return List(*format, terminal); };
}

}  // namespace actsearch::cli
