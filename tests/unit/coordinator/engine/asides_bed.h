// Workers of one engine that fail as a test says. One thread.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/coordinator/engine/one_engine.h"

namespace actsearch::engine {

using plan::JobState;

inline constexpr int kLeastPauseMs = 10'000;  // of a pause for want of workers
inline const Error kNoData = {ErrorCode::kNotFound, "data_dir: no such folder"};
inline const std::string kDigest = "0123456789abcdef";

inline plan::JobSpec OnFiles() {
  plan::JobSpec spec = NoopSpec();
  spec.name = "on files";
  spec.task.name = "mlp";
  spec.task.dataset = "mnist";
  spec.task.data_dir = "files";
  return spec;
}

// What a sound worker says of such files.
inline catalogue::DataFacts Facts(const std::string& digest) {
  return {.digest = digest,
          .inputs = {.shape = Spatial(1, 28, 28)},
          .targets = {catalogue::ValueKind::kTokens, Features(1), 10},
          .rows = {6000, 1000, 1000, 2000}};
}

class Asides : public OneEngine {
 protected:
  // Ends everything that the worker was granted in this way, until it is granted no more.
  void Fail(const std::shared_ptr<FakeLink>& link, AttemptEnd end, const Error& error = {}) {
    while (!link->granted.empty()) {
      std::vector<Report> reports;
      for (const Granted& granted : std::exchange(link->granted, {})) {
        reports.push_back(Failed(granted, end, error));
      }
      bed_.engine().Take(link, std::move(reports));
      bed_.engine().Turn();
    }
  }
  void Resume(const std::string& id) {
    const auto reply = bed_.Ask([&](Engine& e, Reply r) { e.ResumeJob(id, std::move(r)); });
    ASSERT_TRUE(reply && *reply) << reply->error().message;
  }
  // The worker's heartbeat says that it reads the data of this job.
  void Read(const std::shared_ptr<FakeLink>& link, const std::string& id) {
    bed_.engine().Beat(link, std::nullopt, id);
    bed_.engine().Turn();
  }
  void Answer(const std::shared_ptr<FakeLink>& link, Result<catalogue::DataFacts> facts) {
    ASSERT_FALSE(link->probes.empty());
    const Probe probe = link->probes.front();
    link->probes.clear();
    bed_.engine().TakeAnswer(link, {probe.job, std::move(facts)});
    bed_.engine().Turn();
  }
  // How often the log has this event.
  int Logged(const std::string& id, const std::string& text) {
    int count = 0;
    const auto log = store_.Read(id, 0, 100'000);
    for (const std::string& event : *log) {
      count += event.find(text) != std::string::npos ? 1 : 0;
    }
    return count;
  }
};

}  // namespace actsearch::engine
