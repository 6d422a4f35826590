#include "coordinator/store/retry.h"

#include <algorithm>

#include "coordinator/store/forwarding.h"

namespace actsearch::store {
namespace {

class RetryingStore final : public ForwardingStore<RetryingStore> {
 public:
  RetryingStore(std::unique_ptr<Store> inner, RetryPolicy policy,
                std::function<void(std::int64_t)> sleep)
      : ForwardingStore(std::move(inner)), policy_(policy), sleep_(std::move(sleep)) {}

  template <class Ask>
  auto Call(Ask ask) -> decltype(ask()) {
    std::int64_t pause_ms = policy_.first_pause_ms;
    auto result = ask();
    for (int attempt = 1; attempt < policy_.attempts && Unavailable(result); ++attempt) {
      sleep_(std::min(pause_ms, policy_.longest_pause_ms));
      pause_ms = std::min(2 * pause_ms, policy_.longest_pause_ms);
      result = ask();
    }
    if (Unavailable(result)) {
      result.error().message += " (tried " + std::to_string(policy_.attempts) + " times)";
    }
    return result;
  }

 private:
  template <class T>
  static bool Unavailable(const Result<T>& result) {
    return !result && result.error().code == ErrorCode::kUnavailable;
  }

  const RetryPolicy policy_;
  const std::function<void(std::int64_t)> sleep_;
};

}  // namespace

std::unique_ptr<Store> WithRetries(std::unique_ptr<Store> inner, RetryPolicy policy,
                                   std::function<void(std::int64_t pause_ms)> sleep) {
  policy.attempts = std::max(policy.attempts, 1);
  return std::make_unique<RetryingStore>(std::move(inner), policy, std::move(sleep));
}

}  // namespace actsearch::store
