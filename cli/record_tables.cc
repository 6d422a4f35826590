#include "cli/record_tables.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <ctime>
#include <map>
#include <vector>

#include "cli/client.h"
#include "cli/records.h"
#include "cli/site_table.h"
#include "evaluators/catalogue/tasks.h"
#include "proto/convert.h"

namespace actsearch::cli {
namespace {

std::string Counted(const std::map<std::string, std::uint64_t>& counts) {
  std::string text;
  for (const auto& [name, count] : counts) {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + name;
  }
  return text;
}

double MetricOf(const auto& metrics, std::string_view name) {
  for (const v1::Metric& metric : metrics) {
    if (metric.name() == name) return metric.value();
  }
  return std::nan("");
}

// Of any of the rows, in the order in which they come.
std::vector<std::string> MetricNames(std::span<const v1::CandidateRow> rows) {
  std::vector<std::string> names;
  for (const v1::CandidateRow& row : rows) {
    for (const v1::Metric& metric : row.outcome().metrics()) {
      const bool is_new = std::ranges::find(names, metric.name()) == names.end();
      if (is_new) names.push_back(metric.name());
    }
  }
  return names;
}

// How attempts ended differs between two runs, as times do.
std::string NoteOf(const v1::CandidateRow& row, bool timing) {
  const v1::Outcome& outcome = row.outcome();
  std::string note;
  if (outcome.has_rejection()) {
    note = outcome.rejection().stage() + "/" + outcome.rejection().rule();
  } else if (outcome.has_duplicate_of()) {
    note = "of " + std::to_string(outcome.duplicate_of());
  } else if (!row.name().empty()) {
    note = row.name();
  } else if (row.has_original() && row.stage() == "search") {
    note = std::to_string(row.original()) + " again";
  }
  if (timing && !outcome.reason().empty()) note += (note.empty() ? "" : ", ") + outcome.reason();
  return note;
}

// What is no data set has a digest alone.
std::string DataText(const v1::DataFacts& data) {
  const std::string text = "digest " + data.digest();
  std::string rows;
  std::int64_t all = 0;
  for (const std::int64_t count : data.rows()) {
    rows += (rows.empty() ? "" : " + ") + std::to_string(count);
    all += count;
  }
  if (all == 0) return text;
  return text + ", " + SignatureText(data.inputs()) + ", " + SignatureText(data.targets()) +
         ", rows " + rows + " (train, search, select, final" +
         (data.rows_size() > 4 ? "; far_search, far_select, far_final)" : ")");
}

// "mean 1.002, linear 0.41 on search".
std::string ReferencesText(const v1::DataFacts& data) {
  constexpr int kSearch = static_cast<int>(catalogue::Subset::kSearch);
  std::string text;
  for (const v1::Reference& reference : data.references()) {
    text += (text.empty() ? "" : ", ") + reference.name() + " " +
            Short(reference.losses(kSearch), 4);
  }
  return text + " on search";
}

}  // namespace

std::string JobTable(std::span<const v1::Job> jobs) {
  Table table({{"ID"},
               {"NAME"},
               {"STATE"},
               {"STAGE"},
               {"DONE", true},
               {"BEST LOSS", true},
               {"WORKERS", true},
               {"CREATED"},
               {"BEST FORMULA"}});
  for (const v1::Job& job : jobs) {
    const bool scored = !job.best_formula().empty();
    table.Add(
        {job.id(), job.spec().name(), std::string(Name(job.state())), job.stage(),
         std::to_string(job.finished()) + "/" + std::to_string(job.spec().search().candidates()),
         scored ? Short(job.best_loss()) : "-", std::to_string(job.workers()),
         UtcTime(job.created_ms()), job.best_formula()});
  }
  return table.ToText();
}

std::string JobDetails(const v1::Job& job) {
  Table table({{"FIELD"}, {"VALUE"}});
  table.Add({"id", job.id()});
  table.Add({"name", job.spec().name()});
  table.Add({"state", std::string(Name(job.state())) +
                          (job.reason().empty() ? "" : " (" + job.reason() + ")")});
  if (!job.remark().empty()) table.Add({"remark", job.remark()});
  for (const auto& row : job.set_aside()) {
    table.Add({"set aside", row.worker() + ": " + row.reason()});
  }
  table.Add({"stage", job.stage()});
  table.Add({"task", job.spec().task().name() + " on " + job.spec().task().dataset()});
  if (const auto sites = proto::FromProto(job.spec().sites()))
    table.Add({"sites", SitesSummary(*sites)});
  if (job.has_data()) {
    table.Add({"data", DataText(job.data())});
    if (job.data().references_size() > 0) {
      table.Add({"references", ReferencesText(job.data())});
    }
  }
  table.Add({"strategy", job.spec().strategy().name()});
  table.Add({"candidates", std::to_string(job.finished()) + " of " +
                               std::to_string(job.spec().search().candidates()) + " finished"});
  table.Add({"outcomes", Counted({job.outcomes().begin(), job.outcomes().end()})});
  for (const auto& row : job.rejections()) {
    std::string text = std::to_string(row.count()) + " by " + row.stage() + "/" + row.rule();
    if (row.audited() > 0) {
      text += ", wrong in " + std::to_string(row.wrong()) + " of " +
              std::to_string(row.audited()) + " audits";
    }
    table.Add({"rejected", std::move(text)});
  }
  table.Add({"final trials", std::to_string(job.final_finished()) + " of " +
                                 std::to_string(job.final_trials()) + " finished"});
  if (!job.best_formula().empty()) {
    table.Add({"best", Short(job.best_loss(), 6) + " (search split)  " + job.best_formula()});
  }
  table.Add({"created", UtcTime(job.created_ms())});
  table.Add({"updated", UtcTime(job.updated_ms())});
  table.Add({"workers", std::to_string(job.workers())});
  return table.ToText(false);
}

std::string CandidateTable(std::span<const v1::CandidateRow> rows, bool timing) {
  const std::vector<std::string> metrics = MetricNames(rows);
  std::vector<Column> columns = {{"INDEX", true}, {"STAGE"}, {"STATUS"}, {"LOSS", true}};
  std::vector<std::string> headings;  // outlive the table's views of them
  for (const std::string& name : metrics) headings.push_back(MetricHeading(name));
  for (const std::string& heading : headings) columns.push_back({heading, true});
  columns.push_back({"COST", true});
  if (timing) columns.push_back({"SECONDS", true});
  columns.insert(columns.end(), {{"NOTE"}, {"FORMULA"}});
  Table table(std::move(columns));
  for (const v1::CandidateRow& row : rows) {
    const v1::Outcome& outcome = row.outcome();
    std::vector<std::string> cells = {std::to_string(row.index()), row.stage(),
                                      StatusName(outcome.status()), Short(MeanLoss(outcome), 5)};
    for (const std::string& name : metrics) {
      cells.push_back(Short(MetricScale(name) * MetricOf(outcome.metrics(), name)));
    }
    cells.push_back(std::to_string(row.cost()));
    if (timing) cells.push_back(Short(outcome.timing().total_seconds(), 3));
    cells.insert(cells.end(), {NoteOf(row, timing), row.formula()});
    table.Add(std::move(cells));
  }
  return table.ToText();
}

double MetricScale(std::string_view name) {
  const catalogue::MetricInfo* metric = catalogue::FindMetric(name);
  const bool is_share = metric != nullptr && metric->low == 0 && metric->high == 1;
  return is_share ? 100 : 1;
}

std::string MetricHeading(std::string_view name) {
  std::string heading(name);
  std::ranges::transform(heading, heading.begin(), [](unsigned char c) {
    return c == '_' ? ' ' : static_cast<char>(std::toupper(c));
  });
  return heading + (MetricScale(name) == 100 ? " %" : "");
}

std::string UtcTime(std::int64_t wall_ms) {
  const std::time_t seconds = wall_ms / 1000;
  std::tm parts{};
  char text[40];
  if (gmtime_r(&seconds, &parts) == nullptr ||
      std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%SZ", &parts) == 0) {
    return "-";
  }
  return text;
}

}  // namespace actsearch::cli
