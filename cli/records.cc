#include "cli/records.h"

#include <cmath>
#include <map>
#include <string>

#include "cli/client.h"
#include "coordinator/plan/job_fields.h"
#include "evaluators/catalogue/datasets.h"

namespace actsearch::cli {
namespace {

Document Number(double value) { return std::isfinite(value) ? Document(value) : Document(nullptr); }

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
  Document references = Document::object();
  for (const v1::Reference& reference : data.references()) {
    references[reference.name()] =
        std::vector<double>(reference.losses().begin(), reference.losses().end());
  }
  return {{"digest", data.digest()},
          {"inputs", SignatureText(data.inputs())},
          {"targets", SignatureText(data.targets())},
          {"rows", std::vector<std::int64_t>(data.rows().begin(), data.rows().end())},
          {"references", references}};
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
    rejections.push_back({{"stage", row.stage()},
                          {"rule", row.rule()},
                          {"count", row.count()},
                          {"audited", row.audited()},
                          {"wrong", row.wrong()},
                          {"wrong_low", row.low()},
                          {"wrong_high", row.high()},
                          {"example", row.example()}});
  }
  Document set_aside = Document::array();
  for (const auto& row : job.set_aside()) {
    set_aside.push_back({{"worker", row.worker()}, {"reason", row.reason()}});
  }
  return {{"id", job.id()},
          {"name", job.spec().name()},
          {"state", Name(job.state())},
          {"reason", job.reason()},
          {"held", job.held()},
          {"remark", job.remark()},
          {"set_aside", set_aside},
          {"data", job.has_data() ? DataDocument(job.data()) : Document(nullptr)},
          {"version", job.version()},
          {"stage", job.stage()},
          {"candidates", job.spec().search().candidates()},
          {"proposed", job.proposed()},
          {"finished", job.finished()},
          {"outcomes", outcomes},
          {"rejections", rejections},
          {"final_trials", job.final_trials()},
          {"final_finished", job.final_finished()},
          {"cached", job.cached()},
          {"earlier_finals", job.earlier_finals()},
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
      {"setting", row.setting()},
      {"replicate", row.replicate()},
      {"original", row.has_original() ? Document(row.original()) : Document(nullptr)},
      {"formula", row.formula()},
      {"name", row.name()},
      {"status", StatusName(outcome.status())},
      {"loss", Number(MeanLoss(outcome))},
      {"step", outcome.step()},
      {"losses", std::vector<double>(outcome.losses().begin(), outcome.losses().end())},
      {"metrics", MetricsDocument(outcome.metrics())},
      {"rungs", rungs},
      {"rejection",
       outcome.has_rejection() ? RejectionDocument(outcome.rejection()) : Document(nullptr)},
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
          {"given", row.given()},
          {"setting", row.setting()},
          {"rank", row.rank()},
          {"on_front", row.on_front()},
          {"loss", row.has_loss() ? EstimateDocument(row.loss()) : Document(nullptr)},
          {"metrics", metrics},
          {"search_loss", Number(row.search_loss())},
          {"select_loss", Number(row.select_loss())},
          {"learning_rate", Number(row.learning_rate())},
          {"at_edge", row.at_edge()},
          {"stop", row.stop()},
          {"failures", row.failures()},
          {"cost", row.cost()},
          {"timing", {{"seconds_per_step", Number(row.seconds_per_step())}}}};
}

std::string SignatureText(const v1::Signature& signature) {
  return catalogue::ToText(
      {.kind = static_cast<catalogue::ValueKind>(signature.kind()),
       .shape = {static_cast<Shape::Kind>(signature.shape()), signature.channels(),
                 signature.height(), signature.width(), signature.length()},
       .classes = signature.classes()});
}

double MeanLoss(const v1::Outcome& outcome) {
  double sum = 0;
  for (const double loss : outcome.losses()) sum += loss;
  return outcome.losses().empty() ? std::nan("") : sum / outcome.losses_size();
}

std::string StatusName(v1::Status status) {
  if (status == v1::STATUS_UNSPECIFIED) return "RUNNING";
  const std::string name = v1::Status_Name(status);
  constexpr std::string_view kPrefix = "STATUS_";
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : "UNKNOWN";
}

}  // namespace actsearch::cli
