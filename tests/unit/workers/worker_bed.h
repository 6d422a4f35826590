// A worker beside a coordinator and an evaluator that do as a test says.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <future>
#include <limits>
#include <set>

#include "tests/unit/workers/fake_coordinator.h"
#include "tests/unit/workers/fake_evaluator.h"
#include "workers/worker.h"

namespace actsearch::workers {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline const grpc::Status kRestart(grpc::StatusCode::UNAVAILABLE, "restarting");

class WorkerTest : public testing::Test {
 protected:
  WorkerTest() {
    options_.coordinator = coordinator_.Address();
    options_.name = "tester";
    options_.slots = 3;
    options_.language = 42;
    options_.version = "1.2.3";
    options_.log =
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>());
  }

  void TearDown() override {
    if (ended_.valid()) {
      coordinator_.RefuseAll();
      Stop();
      ended_.wait();
    }
  }

  void Start() {
    ended_ = std::async(std::launch::async, [this] {
      Worker worker(options_, evaluator_);
      return worker.Run(stop_.get_token());
    });
  }

  // Starts the worker and greets it.
  void Connect() {
    Start();
    coordinator_.NextHello();
    coordinator_.Welcome();
  }

  void Stop() { stop_.request_stop(); }

  // How Run ended.
  Result<void> End() {
    if (ended_.wait_for(seconds(20)) != std::future_status::ready) {
      ADD_FAILURE() << "the worker does not end";
      return Fail(ErrorCode::kInternal, "still running");
    }
    return ended_.get();
  }

  // The only report of the next message that has any.
  v1::Report NextReport() {
    const v1::Reports reports = coordinator_.NextReports();
    EXPECT_EQ(reports.reports_size(), 1);
    return reports.reports_size() > 0 ? reports.reports(0) : v1::Report();
  }

  // All that the coordinator has said so far has been read: an assignment without sense is
  // answered from the reading thread.
  void WaitUntilRead() {
    v1::Assignment nonsense;
    *nonsense.mutable_lease() = Lease("nonsense", 99);
    coordinator_.AssignMessage(nonsense);
    EXPECT_EQ(NextReport().lease().index(), 99U);
  }

  FakeCoordinator coordinator_;
  FakeEvaluator evaluator_;
  WorkerOptions options_;
  std::stop_source stop_;
  std::future<Result<void>> ended_;
};

inline std::set<std::uint64_t> Indices(
    const google::protobuf::RepeatedPtrField<v1::LeaseId>& leases) {
  std::set<std::uint64_t> indices;
  for (const auto& lease : leases) indices.insert(lease.index());
  return indices;
}

}  // namespace actsearch::workers
