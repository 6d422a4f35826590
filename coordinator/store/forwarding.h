// A store around another: each call goes through Call(ask), where a decorator
// repeats it, breaks it or counts it. The private base of faulty.cc and retry.cc.
#pragma once

#include <memory>
#include <utility>

#include "coordinator/store/store.h"

namespace actsearch::store {

// `Around` has: template <class Ask> auto Call(Ask ask) -> decltype(ask()).
template <class Around>
class ForwardingStore : public Store {
 public:
  explicit ForwardingStore(std::unique_ptr<Store> inner) : inner_(std::move(inner)) {}

  Result<Epoch> Lead(std::string_view owner, std::int64_t now_ms, std::int64_t ttl_ms) final {
    return Self().Call([&] { return inner_->Lead(owner, now_ms, ttl_ms); });
  }
  Result<void> Resign(std::string_view owner) final {
    return Self().Call([&] { return inner_->Resign(owner); });
  }
  Result<std::uint64_t> Append(std::string_view job, Epoch epoch, std::uint64_t offset,
                               std::span<const std::string> events) final {
    return Self().Call([&] { return inner_->Append(job, epoch, offset, events); });
  }
  Result<std::vector<std::string>> Read(std::string_view job, std::uint64_t offset,
                                        std::uint64_t limit) final {
    return Self().Call([&] { return inner_->Read(job, offset, limit); });
  }
  Result<std::vector<std::string>> Jobs() final {
    return Self().Call([&] { return inner_->Jobs(); });
  }
  Result<void> Delete(std::string_view job, Epoch epoch) final {
    return Self().Call([&] { return inner_->Delete(job, epoch); });
  }
  Result<void> PutSnapshot(std::string_view job, Epoch epoch, const Snapshot& snapshot) final {
    return Self().Call([&] { return inner_->PutSnapshot(job, epoch, snapshot); });
  }
  Result<std::optional<Snapshot>> GetSnapshot(std::string_view job) final {
    return Self().Call([&] { return inner_->GetSnapshot(job); });
  }
  Result<void> PutResults(Epoch epoch,
                          std::span<const std::pair<std::string, std::string>> results) final {
    return Self().Call([&] { return inner_->PutResults(epoch, results); });
  }
  Result<std::vector<std::optional<std::string>>> GetResults(
      std::span<const std::string> keys) final {
    return Self().Call([&] { return inner_->GetResults(keys); });
  }
  std::vector<std::string> Warnings() final { return inner_->Warnings(); }

 private:
  Around& Self() { return static_cast<Around&>(*this); }

  std::unique_ptr<Store> inner_;
};

}  // namespace actsearch::store
