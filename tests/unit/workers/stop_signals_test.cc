#include "workers/stop_signals.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <future>

namespace actsearch::workers {
namespace {

TEST(StopSignals, ASignalIsARequestToStop) {
  for (const int signal : {SIGTERM, SIGINT}) {  // twice: an instance leaves nothing behind
    const StopSignals signals;
    std::promise<void> stopped;
    const std::stop_callback on_stop(signals.Token(), [&] { stopped.set_value(); });
    EXPECT_FALSE(signals.Token().stop_requested());
    raise(signal);
    EXPECT_EQ(stopped.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
  }
}

TEST(StopSignalsDeathTest, TheSecondSignalEndsTheProcessAtOnce) {
  EXPECT_EXIT(
      {
        const StopSignals signals;
        raise(SIGTERM);
        raise(SIGINT);
      },
      testing::ExitedWithCode(1), "");
}

TEST(StopSignalsDeathTest, AfterwardsASignalKillsAgain) {
  EXPECT_EXIT(
      {
        { const StopSignals signals; }
        raise(SIGTERM);
      },
      testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace actsearch::workers
