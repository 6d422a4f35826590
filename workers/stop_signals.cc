#include "workers/stop_signals.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

#include "search_spaces/base/check.h"

namespace actsearch::workers {
namespace {

// Handlers, not blocked signals: BLAS libraries start threads before main that do not
// block anything. A handler can reach nothing but globals.
std::atomic<int> signals_seen = 0;
std::atomic<int> wake_fd = -1;

void Wake() {
  const std::uint64_t one = 1;
  // Full is as good as written: the reader wakes.
  [[maybe_unused]] const auto written = write(wake_fd, &one, sizeof one);
}

void OnSignal(int /*signal*/) {
  if (signals_seen.fetch_add(1) > 0) _exit(1);
  Wake();
}

void SetHandler(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
}

}  // namespace

StopSignals::StopSignals() {
  wake_fd = eventfd(0, EFD_CLOEXEC);
  ACTSEARCH_CHECK(wake_fd >= 0, "no file descriptor for signals");
  SetHandler(OnSignal);
  waiter_ = std::thread([this] {
    std::uint64_t count = 0;
    while (read(wake_fd, &count, sizeof count) < 0) {
    }
    stop_.request_stop();
  });
}

StopSignals::~StopSignals() {
  SetHandler(SIG_DFL);
  Wake();
  waiter_.join();
  close(wake_fd);
  wake_fd = -1;
  signals_seen = 0;
}

}  // namespace actsearch::workers
