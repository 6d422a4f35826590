#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "coordinator/plan/job_fields.h"
#include "coordinator/strategies/strategy.h"
#include "evaluators/catalogue/datasets.h"
#include "evaluators/catalogue/recipe.h"
#include "evaluators/catalogue/tasks.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string prefix;
  Format format = Format::kTable;
};

struct Line {
  std::string name;
  std::string kind;
  std::string initial;
  std::string allowed;
  std::string doc;
};

// Fields of single tasks follow those that all tasks have.
constexpr std::string_view kLastOfTasks = "task.learning_rate";

Line LineOf(const FieldRow& row, std::string name, std::string doc) {
  return {std::move(name), std::string(Name(row.kind)), ToText(row.initial), BoundsText(row),
          std::move(doc)};
}

std::vector<Line> AllLines() {
  std::vector<Line> lines;
  for (const plan::Field& field : plan::JobFields()) {
    lines.push_back(LineOf(field, std::string(field.name), std::string(field.doc)));
    if (field.name != kLastOfTasks) continue;
    const auto add = [&](const FieldRow& row, std::string_view of) {
      lines.push_back(LineOf(row, "task." + std::string(row.name),
                             std::string(row.doc) + " (" + std::string(of) + ")"));
    };
    for (const FieldRow& row : catalogue::RecipeRows()) add(row, "every network");
    for (const auto& task : catalogue::Tasks().Rows()) {
      for (const FieldRow& row : task.fields) add(row, task.name);
    }
    for (const auto& dataset : catalogue::Datasets().Rows()) {
      for (const FieldRow& row : dataset.fields) add(row, dataset.name);
    }
  }
  for (const auto& strategy : strategies::Strategies().Rows()) {
    for (const auto& option : strategy.options) {
      lines.push_back({"strategy." + std::string(option.name),
                       option.integer ? "a whole number" : "a number", Short(option.initial, 12),
                       Short(option.low, 12) + " to " + Short(option.high, 12),
                       std::string(option.doc) + " (" + std::string(strategy.name) + ")"});
    }
  }
  return lines;
}

// A section, or the beginning of a field's name.
bool Matches(const Line& line, const std::string& prefix) { return line.name.starts_with(prefix); }

Expected<int> Explain(const Options& options, Terminal& terminal) {
  Table table({{"FIELD"}, {"KIND"}, {"DEFAULT"}, {"ALLOWED"}, {"WHAT"}});
  Document document = Document::array();
  for (const Line& line : AllLines()) {
    if (!Matches(line, options.prefix)) continue;
    table.Add({line.name, line.kind, line.initial, line.allowed, line.doc});
    document.push_back({{"name", line.name},
                        {"kind", line.kind},
                        {"default", line.initial},
                        {"allowed", line.allowed},
                        {"doc", line.doc}});
  }
  if (table.Empty()) {
    return Fail(kMissing, UnknownName("section", options.prefix, plan::SectionNames()).message);
  }
  Print(terminal, options.format, document, table.ToText());
  return kOk;
}

}  // namespace

Run AddJobExplain(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option("FIELD", options->prefix, "a section or a field [all]")->type_name("");
  AddFormat(app, options->format);
  return [options, &terminal] { return Explain(*options, terminal); };
}

}  // namespace actsearch::cli
