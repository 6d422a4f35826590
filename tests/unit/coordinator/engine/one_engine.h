// Tests of one engine whose workers come and go as time passes. One thread.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "tests/unit/coordinator/engine/engine_bed.h"

namespace actsearch::engine {

inline constexpr int kGraceMs = 3000;

class OneEngine : public testing::Test {
 protected:
  void Pass(std::int64_t ms) {
    clock_.Advance(ms);
    bed_.engine().Turn();
  }
  void Leave(const std::shared_ptr<FakeLink>& link) {
    bed_.engine().Disconnect(link);
    bed_.engine().Turn();
  }
  const Outcome* OutcomeOf(const std::string& id, std::uint64_t index) {
    const Outcome* outcome = nullptr;
    EXPECT_TRUE(bed_.engine().Inspect(id, [&](const Job& job) {
      const auto& record = job.Past().Records()[index];
      if (record.outcome) outcome = &*record.outcome;
    }));
    return outcome;
  }

  TestStore store_;
  FakeClock clock_;
  EngineBed bed_{store_, clock_};
};

}  // namespace actsearch::engine
