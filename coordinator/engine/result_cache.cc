#include "coordinator/engine/result_cache.h"

#include <spdlog/spdlog.h>

#include <array>

#include "coordinator/plan/event.h"
#include "evaluators/catalogue/tasks.h"
#include "search_spaces/base/exact_text.h"
#include "search_spaces/base/hash.h"

namespace actsearch::engine {
namespace {

constexpr std::int64_t kSilenceMs = 30'000;  // after a store that did not answer

class Text {
 public:
  Text& operator<<(std::string_view part) {
    text_ += std::to_string(part.size());
    text_ += ':';
    text_ += part;
    return *this;
  }
  Text& operator<<(double value) { return *this << std::string_view(ExactText(value)); }
  Text& operator<<(std::int64_t value) { return *this << std::string_view(std::to_string(value)); }
  Text& operator<<(const std::vector<std::string>& parts) {
    *this << static_cast<std::int64_t>(parts.size());
    for (const std::string& part : parts) *this << part;
    return *this;
  }
  std::string Hash() const {
    return HexDigits(HashText(text_, 1)) + HexDigits(HashText(text_, 2));
  }

 private:
  std::string text_;
};

// What tells the data apart; empty where nothing does, or where there are none.
std::string DataOf(const TaskSpec& task) {
  const auto info = catalogue::Tasks().Find(task.name);
  const auto dataset = catalogue::Datasets().Find(task.dataset);
  if (!info || !(*info)->takes_data || !dataset) return {};
  if (!task.digest.empty()) return task.digest;
  return (*dataset)->generated ? "generated" : "";  // they follow from program and fields
}

}  // namespace

std::string MachineOf(const Hello& hello) {
  if (hello.build.empty() || hello.device.empty()) return {};
  return (Text() << hello.build << hello.version << hello.device
                 << static_cast<std::int64_t>(hello.language))
      .Hash();
}

bool IsKept(const TaskSpec& task, std::string_view machine) {
  return !machine.empty() && !DataOf(task).empty();
}

std::string ResultKey(const Trial& trial, std::string_view machine) {
  const TaskSpec& task = trial.task;
  if (!IsKept(task, machine)) return {};
  Text text;
  text << machine << trial.space << trial.candidate << trial.sites.searched
       << std::int64_t{trial.sites.share} << trial.sites.fill << task.name << task.dataset
       << DataOf(task) << std::int64_t{task.steps} << std::int64_t{task.batch}
       << task.learning_rate;
  for (const auto& [name, value] : task.fields) text << name << ToText(value);
  text << Name(trial.split) << static_cast<std::int64_t>(trial.seed)
       << std::int64_t{trial.gates.probes} << std::int64_t{trial.gates.chance}
       << std::int64_t{trial.gates.chance_steps} << trial.gates.chance_margin;
  for (const Hurdle& hurdle : trial.hurdles) {
    text << std::int64_t{hurdle.step} << hurdle.max_loss << std::int64_t{hurdle.network};
  }
  for (const int stop : trial.stops) text << "stop" << std::int64_t{stop};
  text << std::int64_t{trial.unit_losses};
  return "result/" + text.Hash();
}

ResultCache::ResultCache(store::Store& store, std::shared_ptr<spdlog::logger> log)
    : store_(store), log_(std::move(log)) {}

std::optional<Outcome> ResultCache::Find(const std::string& key, std::int64_t now_ms) {
  if (key.empty() || now_ms < silent_until_ms_) return std::nullopt;
  const auto found = store_.GetResults(std::array{key});
  if (!found) {
    LeaveAlone(found.error(), now_ms);
    return std::nullopt;
  }
  if (found->empty() || !found->front()) return std::nullopt;
  auto outcome = plan::OutcomeFromJson(*found->front());
  if (!outcome) {
    log_->warn("a kept outcome cannot be read and is trained again: {}", outcome.error().message);
    return std::nullopt;
  }
  outcome->timing.cached = true;
  return *std::move(outcome);
}

void ResultCache::Keep(std::string key, const Outcome& outcome) {
  const bool repeats = outcome.status == Status::kScored || outcome.status == Status::kRejected;
  if (key.empty() || !repeats || outcome.measured || outcome.data_digest.empty()) return;
  kept_.emplace_back(std::move(key), plan::OutcomeToJson(outcome));
}

void ResultCache::Flush(store::Epoch epoch, std::int64_t now_ms) {
  const auto kept = std::exchange(kept_, {});
  if (kept.empty() || now_ms < silent_until_ms_) return;
  if (const auto put = store_.PutResults(epoch, kept); !put) LeaveAlone(put.error(), now_ms);
}

void ResultCache::LeaveAlone(const Error& error, std::int64_t now_ms) {
  silent_until_ms_ = now_ms + kSilenceMs;
  log_->warn("outcomes are neither kept nor looked up for {} s: {}", kSilenceMs / 1000,
             error.message);
}

}  // namespace actsearch::engine
