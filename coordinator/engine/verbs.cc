// What people ask of jobs.
#include <algorithm>
#include <cctype>
#include <utility>

#include "coordinator/engine/engine.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/base/registry.h"

namespace actsearch::engine {
namespace {

constexpr std::size_t kLongestIdStem = 40;
constexpr int kIdDigits = 6;

// Lower case letters, digits and single dashes.
std::string Stem(std::string_view name) {
  std::string stem;
  for (const char c : name) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x80 && std::isalnum(u) != 0) {
      stem += static_cast<char>(std::tolower(u));
    } else if (!stem.empty() && stem.back() != '-') {
      stem += '-';
    }
    if (stem.size() == kLongestIdStem) break;
  }
  while (!stem.empty() && stem.back() == '-') stem.pop_back();
  return stem.empty() ? "job" : stem;
}

std::string Base32(std::uint64_t bits) {
  static constexpr char kDigits[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text;
  for (int i = 0; i < kIdDigits; ++i, bits >>= 5) text += kDigits[bits & 31];
  return text;
}

Error Misplaced(const Job& job, std::string_view wanted) {
  return {ErrorCode::kPrecondition, "job '" + job.Id() + "' is " + std::string(Name(job.State())) +
                                        ", so it cannot be " + std::string(wanted)};
}

}  // namespace

void Engine::PostVerb(std::string id, Verb verb, Reply reply) {
  Post([this, id = std::move(id), verb = std::move(verb),
        reply = std::move(reply)](const Error* refusal) mutable {
    if (refusal != nullptr) return reply(std::unexpected(*refusal));
    PendingReply pending{std::move(reply), id, {}, {}};
    if (Job* job = FindJob(id)) {
      if (auto done = verb(*job, pending); !done) pending.error = done.error();
      Touch(*job);
    } else {
      pending.error = NoJob(id);
    }
    replies_.push_back(std::move(pending));
  });
}

Error Engine::NoJob(std::string_view id) const {
  std::vector<std::string_view> known;
  for (const auto& [name, job] : jobs_) known.push_back(name);
  std::string message = "no job '" + std::string(id.substr(0, 100)) + "'";
  if (const auto nearest = Nearest(id, known); !nearest.empty()) {
    message += "; did you mean '" + std::string(nearest) + "'?";
  }
  return {ErrorCode::kNotFound, message + "; list the jobs to see all"};
}

void Engine::CreateJob(plan::JobSpec spec, std::string request_id, Reply reply) {
  if (request_id.empty() || request_id.size() > 256) {
    return reply(
        Fail(ErrorCode::kInvalid,
             "request_id: 1 to 256 bytes, unique to this wish, so that it can be repeated"));
  }
  auto checked = plan::CheckJobSpec(std::move(spec));
  if (!checked) return reply(std::unexpected(checked.error()));
  Post([this, spec = *std::move(checked), request_id = std::move(request_id),
        reply = std::move(reply)](const Error* refusal) mutable {
    if (refusal != nullptr) return reply(std::unexpected(*refusal));
    auto id = Create(std::move(spec), std::move(request_id));
    PendingReply pending{std::move(reply), id.value_or(""), {}, {}};
    if (!id) pending.error = id.error();
    replies_.push_back(std::move(pending));
  });
}

Result<std::string> Engine::Create(plan::JobSpec spec, std::string request_id) {
  if (const auto known = job_of_request_.find(request_id); known != job_of_request_.end()) {
    const Job& job = *jobs_.find(known->second)->second;
    if (job.CreatedSpec() == plan::JobSpecToJson(spec)) return job.Id();
    return Fail(ErrorCode::kExists, "request_id '" + request_id + "' has made job '" + job.Id() +
                                        "' from another spec; use a new request_id");
  }
  const std::string id = NewJobId(spec.name, request_id);
  auto job = std::make_unique<Job>(id);
  if (auto made = job->Create(std::move(spec), request_id, clock_.WallMs(), epoch_); !made) {
    return std::unexpected(made.error());
  }
  Touch(*job);
  jobs_.emplace(id, std::move(job));
  job_of_request_.emplace(std::move(request_id), id);
  return id;
}

// The same for the same request, so that a repetition after a lost log finds the
// same place; salted when another job has the name.
std::string Engine::NewJobId(std::string_view name, std::string_view request_id) const {
  for (std::uint64_t salt = 0;; ++salt) {
    std::string id = Stem(name) + "-" + Base32(HashText(request_id, salt));
    if (!jobs_.contains(id)) return id;
  }
}

// `wanted` is for the message when the job is in none of these states then.
Result<void> Engine::Reach(Job& job, std::vector<plan::Event> events, std::string_view wanted,
                           std::initializer_list<plan::JobState> states) {
  Record(job, std::move(events));
  const bool reached = std::ranges::find(states, job.State()) != states.end();
  if (!reached) return std::unexpected(Misplaced(job, wanted));
  return {};
}

void Engine::PauseJob(std::string id, Reply reply) {
  PostVerb(
      std::move(id),
      [this](Job& job, PendingReply&) -> Result<void> {
        if (job.Ended()) return std::unexpected(Misplaced(job, "paused"));
        if (job.Held()) return std::unexpected(*job.Held());
        return Reach(job, job.Plan()->Pause(), "paused", {plan::JobState::kPaused});
      },
      std::move(reply));
}

void Engine::ResumeJob(std::string id, Reply reply) {
  PostVerb(
      std::move(id),
      [this](Job& job, PendingReply&) -> Result<void> {
        if (job.Ended()) return std::unexpected(Misplaced(job, "resumed"));
        if (job.Held()) return std::unexpected(*job.Held());
        job.Asked().clear();
        return Reach(job, job.Plan()->Resume(), "running",
                     {plan::JobState::kRunning, plan::JobState::kChecking});
      },
      std::move(reply));
}

void Engine::CancelJob(std::string id, Reply reply) {
  PostVerb(
      std::move(id),
      [this](Job& job, PendingReply&) -> Result<void> {
        if (job.State() == plan::JobState::kCancelled) return {};
        if (job.Ended()) return std::unexpected(Misplaced(job, "cancelled"));
        return Reach(job, job.Cancel(), "cancelled", {plan::JobState::kCancelled});
      },
      std::move(reply));
}

void Engine::ExtendJob(std::string id, std::uint64_t candidates, Reply reply) {
  PostVerb(
      std::move(id),
      [this, candidates](Job& job, PendingReply&) -> Result<void> {
        if (job.Ended()) {
          Error error = Misplaced(job, "extended");
          error.message += "; start a job with more candidates and the same seed instead";
          return std::unexpected(error);
        }
        if (job.Held()) return std::unexpected(*job.Held());
        auto events = job.Plan()->Extend(candidates);
        if (!events) return std::unexpected(events.error());
        Record(job, *std::move(events));
        return {};
      },
      std::move(reply));
}

void Engine::DeleteJob(std::string id, Reply reply) {
  PostVerb(
      std::move(id),
      [this](Job& job, PendingReply& pending) -> Result<void> {
        if (!job.Ended()) {
          auto error = Misplaced(job, "deleted");
          error.message += "; cancel it first";
          return std::unexpected(error);
        }
        pending.view = job.View();
        deleted_.insert(&job);
        return {};
      },
      std::move(reply));
}

}  // namespace actsearch::engine
