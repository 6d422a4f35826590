#include "coordinator/store/faulty.h"

#include <mutex>

#include "coordinator/store/forwarding.h"

namespace actsearch::store {
namespace {

class FaultyStore final : public ForwardingStore<FaultyStore> {
 public:
  FaultyStore(std::unique_ptr<Store> inner, Rng rng, FaultRates rates)
      : ForwardingStore(std::move(inner)), rng_(rng), rates_(rates) {}

  template <class Ask>
  auto Call(Ask ask) -> decltype(ask()) {
    const double draw = Draw();
    if (draw < rates_.before) {
      return Fail(ErrorCode::kUnavailable, "injected fault: the call was not done");
    }
    auto result = ask();
    if (result && draw < rates_.before + rates_.after) {
      return Fail(ErrorCode::kUnavailable, "injected fault: the call was done");
    }
    return result;
  }

 private:
  double Draw() {
    const std::lock_guard lock(mutex_);
    return rng_.Uniform();
  }

  std::mutex mutex_;
  Rng rng_;
  const FaultRates rates_;
};

}  // namespace

std::unique_ptr<Store> WithFaults(std::unique_ptr<Store> inner, Rng rng, FaultRates rates) {
  return std::make_unique<FaultyStore>(std::move(inner), rng, rates);
}

}  // namespace actsearch::store
