#include "cli/records.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <ctime>
#include <map>
#include <string>

#include "cli/client.h"
#include "coordinator/plan/job_fields.h"
#include "search_spaces/site.h"

namespace actsearch::cli {
namespace {

Document Number(double value) { return std::isfinite(value) ? Document(value) : Document(nullptr); }

// 1 x 28 x 28 numbers; one of 10 classes.
std::string SignatureText(const v1::Signature& signature) {
  if (signature.kind() == v1::Signature::KIND_TOKENS && signature.channels() <= 1 &&
      signature.length() == 0) {
    return "one of " + std::to_string(signature.classes()) + " classes";
  }
  const Shape shape = {static_cast<Shape::Kind>(signature.shape()), signature.channels(),
                       signature.height(), signature.width(), signature.length()};
  const bool tokens = signature.kind() == v1::Signature::KIND_TOKENS;
  return ToText(shape) +
         (tokens ? " tokens of " + std::to_string(signature.classes()) : std::string(" numbers"));
}

Document MetricsDocument(const auto& metrics) {
  Document document = Document::object();
  for (const v1::Metric& metric : metrics) document[metric.name()] = Number(metric.value());
  return document;
}

Document RungDocument(const v1::RungValue& rung) {
  return {{"step", rung.step()},
          {"network", rung.network()},
          {"loss", Number(rung.loss())},
          {"metrics", MetricsDocument(rung.metrics())}};
}

Document EstimateDocument(const v1::Estimate& estimate) {
  return {{"mean", Number(estimate.mean())},
          {"low", Number(estimate.low())},
          {"high", Number(estimate.high())},
          {"seeds", estimate.seeds()}};
}

Document RejectionDocument(const v1::Rejection& rejection) {
  return {{"stage", rejection.stage()}, {"rule", rejection.rule()}, {"detail", rejection.detail()}};
}

Document DataDocument(const v1::DataFacts& data) {
  return {{"digest", data.digest()},
          {"inputs", SignatureText(data.inputs())},
          {"targets", SignatureText(data.targets())},
          {"rows", std::vector<std::int64_t>(data.rows().begin(), data.rows().end())}};
}

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
    if (outcome.has_audit()) note += ", audited: loss " + Short(outcome.audit().loss());
  } else if (outcome.has_duplicate_of()) {
    note = "of " + std::to_string(outcome.duplicate_of());
  } else if (!row.name().empty()) {
    note = row.name();
  }
  if (timing && !outcome.reason().empty()) note += (note.empty() ? "" : ", ") + outcome.reason();
  return note;
}

}  // namespace

Document SpecDocument(const plan::JobSpec& spec) {
  Document document = Document::object();
  for (const plan::Field& field : plan::JobFields()) {
    const auto dot = field.name.find('.');
    const Document value = std::visit([](const auto& v) { return Document(v); }, field.get(spec));
    if (dot == std::string_view::npos) {
      document[std::string(field.name)] = value;
    } else {
      document[std::string(field.name.substr(0, dot))][std::string(field.name.substr(dot + 1))] =
          value;
    }
  }
  for (const auto& [name, value] : spec.task.fields) {
    document["task"][name] = std::visit([](const auto& v) { return Document(v); }, value);
  }
  for (const auto& [name, value] : spec.strategy.options) {
    const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
    document["strategy"][name] =
        whole ? Document(static_cast<std::int64_t>(value)) : Document(value);
  }
  return document;
}

Document JobDocument(const v1::Job& job) {
  Document outcomes = Document::object();
  for (const auto& [name, count] : std::map(job.outcomes().begin(), job.outcomes().end())) {
    outcomes[name] = count;
  }
  Document rejections = Document::array();
  for (const auto& row : job.rejections()) {
    rejections.push_back({{"stage", row.stage()}, {"rule", row.rule()}, {"count", row.count()}});
  }
  Document set_aside = Document::array();
  for (const auto& row : job.set_aside()) {
    set_aside.push_back({{"worker", row.worker()}, {"reason", row.reason()}});
  }
  return {{"id", job.id()},
          {"name", job.spec().name()},
          {"state", Name(job.state())},
          {"reason", job.reason()},
          {"set_aside", set_aside},
          {"data", job.has_data() ? DataDocument(job.data()) : Document(nullptr)},
          {"version", job.version()},
          {"stage", job.stage()},
          {"candidates", job.spec().search().candidates()},
          {"proposed", job.proposed()},
          {"finished", job.finished()},
          {"outcomes", outcomes},
          {"rejections", rejections},
          {"audits",
           {{"audited", job.audits().audited()},
            {"false_rejections", job.audits().false_rejections()}}},
          {"final_trials", job.final_trials()},
          {"final_finished", job.final_finished()},
          {"best_loss", job.best_formula().empty() ? Document(nullptr) : Number(job.best_loss())},
          {"best_formula", job.best_formula()},
          {"created_ms", job.created_ms()},
          {"updated_ms", job.updated_ms()},
          {"workers", job.workers()}};
}

Document CandidateDocument(const v1::CandidateRow& row, bool timing) {
  const v1::Outcome& outcome = row.outcome();
  Document rungs = Document::array();
  for (const auto& rung : outcome.rungs()) rungs.push_back(RungDocument(rung));
  Document document = {
      {"index", row.index()},
      {"stage", row.stage()},
      {"formula", row.formula()},
      {"name", row.name()},
      {"status", StatusName(outcome.status())},
      {"loss", Number(MeanLoss(outcome))},
      {"losses", std::vector<double>(outcome.losses().begin(), outcome.losses().end())},
      {"metrics", MetricsDocument(outcome.metrics())},
      {"rungs", rungs},
      {"rejection",
       outcome.has_rejection() ? RejectionDocument(outcome.rejection()) : Document(nullptr)},
      {"audit", row.audit()},
      {"audit_result", outcome.has_audit() ? RungDocument(outcome.audit()) : Document(nullptr)},
      {"duplicate_of",
       outcome.has_duplicate_of() ? Document(outcome.duplicate_of()) : Document(nullptr)},
      {"cost", row.cost()},
      {"fingerprint", row.fingerprint()},
      {"seed", row.seed()},
      {"learning_rate", Number(row.learning_rate())},
      {"data_digest", outcome.data_digest()},
      {"measured", outcome.measured()}};
  if (timing) {
    document["timing"] = {{"total_seconds", Number(outcome.timing().total_seconds())},
                          {"seconds_per_step", Number(outcome.timing().seconds_per_step())},
                          {"worker", outcome.timing().worker()},
                          {"reason", outcome.reason()}};
  }
  return document;
}

Document FrontDocument(const v1::FrontRow& row) {
  Document metrics = Document::object();
  for (const auto& metric : row.metrics()) {
    metrics[metric.name()] = EstimateDocument(metric.value());
  }
  return {{"index", row.index()},
          {"formula", row.formula()},
          {"name", row.name()},
          {"baseline", row.baseline()},
          {"on_front", row.on_front()},
          {"loss", row.has_loss() ? EstimateDocument(row.loss()) : Document(nullptr)},
          {"metrics", metrics},
          {"search_loss", Number(row.search_loss())},
          {"select_loss", Number(row.select_loss())},
          {"learning_rate", Number(row.learning_rate())},
          {"cost", row.cost()},
          {"timing", {{"seconds_per_step", Number(row.seconds_per_step())}}}};
}

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
  for (const auto& row : job.set_aside()) {
    table.Add({"set aside", row.worker() + ": " + row.reason()});
  }
  table.Add({"stage", job.stage()});
  table.Add({"task", job.spec().task().name() + " on " + job.spec().task().dataset()});
  if (job.has_data()) {
    const v1::DataFacts& data = job.data();
    std::string rows;
    for (const std::int64_t count : data.rows()) {
      rows += (rows.empty() ? "" : " + ") + std::to_string(count);
    }
    table.Add({"data", "digest " + data.digest() + ", " + SignatureText(data.inputs()) + ", " +
                           SignatureText(data.targets()) + ", rows " + rows +
                           " (train, search, select, final)"});
  }
  table.Add({"strategy", job.spec().strategy().name()});
  table.Add({"candidates", std::to_string(job.finished()) + " of " +
                               std::to_string(job.spec().search().candidates()) + " finished"});
  table.Add({"outcomes", Counted({job.outcomes().begin(), job.outcomes().end()})});
  for (const auto& row : job.rejections()) {
    table.Add({"rejected", std::to_string(row.count()) + " by " + row.stage() + "/" + row.rule()});
  }
  table.Add({"audits", std::to_string(job.audits().false_rejections()) + " of " +
                           std::to_string(job.audits().audited()) +
                           " audited rejections were wrong"});
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

double MeanLoss(const v1::Outcome& outcome) {
  double sum = 0;
  for (const double loss : outcome.losses()) sum += loss;
  return outcome.losses().empty() ? std::nan("") : sum / outcome.losses_size();
}

double MetricScale(std::string_view name) { return name == "accuracy" ? 100 : 1; }

std::string MetricHeading(std::string_view name) {
  std::string heading(name);
  std::ranges::transform(heading, heading.begin(), [](unsigned char c) {
    return c == '_' ? ' ' : static_cast<char>(std::toupper(c));
  });
  return heading + (MetricScale(name) == 100 ? " %" : "");
}

std::string StatusName(v1::Status status) {
  if (status == v1::STATUS_UNSPECIFIED) return "RUNNING";
  const std::string name = v1::Status_Name(status);
  constexpr std::string_view kPrefix = "STATUS_";
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : "UNKNOWN";
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
