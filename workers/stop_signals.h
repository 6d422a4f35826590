// SIGTERM and SIGINT as a stop token: the first asks to stop, the second ends the process
// at once. One instance in a process, made by main. Linux.
#pragma once

#include <stop_token>
#include <thread>

namespace actsearch::workers {

class StopSignals {
 public:
  StopSignals();
  ~StopSignals();  // signals do again what they did before
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  std::stop_token Token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::thread waiter_;
};

}  // namespace actsearch::workers
