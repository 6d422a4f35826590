#include "coordinator/telemetry/metered_store.h"

#include <type_traits>
#include <utility>

namespace actsearch::telemetry {
namespace {

using store::Epoch;
using store::Snapshot;
using Strings = std::vector<std::string>;

class MeteredStore : public store::Store {
 public:
  MeteredStore(std::unique_ptr<Store> inner, const Clock& clock, Metrics& metrics)
      : inner_(std::move(inner)), clock_(clock), metrics_(metrics) {}

  Result<Epoch> Lead(std::string_view owner, std::int64_t now_ms, std::int64_t ttl_ms) override {
    return Timed("lead", [&] { return inner_->Lead(owner, now_ms, ttl_ms); });
  }
  Result<void> Resign(std::string_view owner) override {
    return Timed("resign", [&] { return inner_->Resign(owner); });
  }
  Result<std::uint64_t> Append(std::string_view job, Epoch epoch, std::uint64_t offset,
                               std::span<const std::string> events) override {
    return Timed("append", [&] { return inner_->Append(job, epoch, offset, events); });
  }
  Result<Strings> Read(std::string_view job, std::uint64_t offset, std::uint64_t limit) override {
    return Timed("read", [&] { return inner_->Read(job, offset, limit); });
  }
  Result<Strings> Jobs() override {
    return Timed("jobs", [&] { return inner_->Jobs(); });
  }
  Result<void> Delete(std::string_view job, Epoch epoch) override {
    return Timed("delete", [&] { return inner_->Delete(job, epoch); });
  }
  Result<void> PutSnapshot(std::string_view job, Epoch epoch, const Snapshot& snapshot) override {
    return Timed("put_snapshot", [&] { return inner_->PutSnapshot(job, epoch, snapshot); });
  }
  Result<std::optional<Snapshot>> GetSnapshot(std::string_view job) override {
    return Timed("get_snapshot", [&] { return inner_->GetSnapshot(job); });
  }
  Result<void> PutResults(Epoch epoch,
                          std::span<const std::pair<std::string, std::string>> results) override {
    return Timed("put_results", [&] { return inner_->PutResults(epoch, results); });
  }
  Result<std::vector<std::optional<std::string>>> GetResults(
      std::span<const std::string> keys) override {
    return Timed("get_results", [&] { return inner_->GetResults(keys); });
  }
  std::vector<std::string> Warnings() override { return inner_->Warnings(); }

 private:
  template <class Operation>
  std::invoke_result_t<Operation> Timed(std::string_view op, Operation operation) {
    const std::int64_t start_us = clock_.MonotonicUs();
    auto result = operation();
    metrics_.StoreOp(op, static_cast<double>(clock_.MonotonicUs() - start_us) * 1e-6);
    return result;
  }

  std::unique_ptr<Store> inner_;
  const Clock& clock_;
  Metrics& metrics_;
};

}  // namespace

std::unique_ptr<store::Store> Metered(std::unique_ptr<store::Store> inner, const Clock& clock,
                                      Metrics& metrics) {
  return std::make_unique<MeteredStore>(std::move(inner), clock, metrics);
}

}  // namespace actsearch::telemetry
