// Ctrl-C and SIGTERM as something to ask for, not something that happens: while an
// instance lives, both signals wait in a file descriptor. Make it before any other
// thread, which then inherits that the signals are blocked. Linux.
#pragma once

#include <thread>

namespace actsearch::cli {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // True once a signal has come.
  bool Asked();

  // Until Collect, a further signal ends the process at once with kInterrupted.
  void ExitOnNext();
  // Signals are kept for Asked again.
  void Collect();

 private:
  int signals_ = -1;
  int leave_ = -1;  // wakes the thread when this is destroyed
  bool asked_ = false;
  std::thread exiting_;
};

}  // namespace actsearch::cli
