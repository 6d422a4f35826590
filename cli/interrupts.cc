#include "cli/interrupts.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdint>

#include "cli/failure.h"
#include "search_spaces/base/check.h"

namespace actsearch::cli {
namespace {

sigset_t Signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Interrupts::Interrupts() {
  const sigset_t set = Signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  leave_ = eventfd(0, EFD_CLOEXEC);
  ACTSEARCH_CHECK(signals_ >= 0 && leave_ >= 0, "no file descriptor for signals");
}

Interrupts::~Interrupts() {
  Collect();
  close(signals_);
  close(leave_);
  const sigset_t set = Signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

bool Interrupts::Asked() {
  signalfd_siginfo info;
  if (!asked_ && read(signals_, &info, sizeof info) == sizeof info) asked_ = true;
  return asked_;
}

void Interrupts::Collect() {
  if (!exiting_.joinable()) return;
  std::uint64_t one = 1;
  ACTSEARCH_CHECK(write(leave_, &one, sizeof one) == sizeof one, "eventfd");
  exiting_.join();
  ACTSEARCH_CHECK(read(leave_, &one, sizeof one) == sizeof one, "eventfd");
}

void Interrupts::ExitOnNext() {
  if (exiting_.joinable()) return;
  exiting_ = std::thread([this] {
    pollfd waits[2] = {{signals_, POLLIN, 0}, {leave_, POLLIN, 0}};
    while (poll(waits, 2, -1) < 0) {
    }
    if (waits[0].revents != 0) _exit(kInterrupted);
  });
}

}  // namespace actsearch::cli
