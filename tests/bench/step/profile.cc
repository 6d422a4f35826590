#include "tests/bench/step/profile.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <memory>
#include <utility>

#include "tests/support/processor_time.h"

namespace actsearch {
namespace {

struct Open {
  std::string name;
  double start = 0;
  double inner = 0;  // seconds in operations that it called
};

// Callbacks of LibTorch carry no data of their own: what they write to while Profile runs.
struct Sums {
  std::vector<Open> open;
  std::map<std::string, OperationTime> by_name;
};
thread_local Sums* sums = nullptr;

std::unique_ptr<at::ObserverContext> Enter(const at::RecordFunction& function) {
  if (sums != nullptr) sums->open.push_back({function.name(), ProcessorSeconds(), 0});
  return nullptr;
}

void Leave(const at::RecordFunction&, at::ObserverContext*) {
  if (sums == nullptr || sums->open.empty()) return;
  const Open last = std::move(sums->open.back());
  sums->open.pop_back();
  const double total = ProcessorSeconds() - last.start;
  if (!sums->open.empty()) sums->open.back().inner += total;
  OperationTime& sum = sums->by_name[last.name];
  sum.name = last.name;
  ++sum.calls;
  sum.seconds += total - last.inner;
}

}  // namespace

std::vector<OperationTime> Profile(const std::function<void()>& work) {
  Sums here;
  sums = &here;
  const at::CallbackHandle handle = at::addGlobalCallback(at::RecordFunctionCallback(Enter, Leave));
  work();
  at::removeCallback(handle);
  sums = nullptr;
  std::vector<OperationTime> times;
  for (auto& [name, time] : here.by_name) times.push_back(std::move(time));
  std::ranges::sort(times, std::greater(), &OperationTime::seconds);
  return times;
}

void Phase(const char* name, const std::function<void()>& part) {
  RECORD_USER_SCOPE(name);
  part();
}

}  // namespace actsearch
