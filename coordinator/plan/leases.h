// Who holds which trial until when. In memory only: after a restart nothing is
// leased, and workers that still train say so (Renew) or just deliver. A Plan owns
// one and passes the time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace actsearch::plan {

struct Grant {
  std::uint64_t index = 0;
  std::uint64_t epoch = 0;
};

// A lease whose time is over.
struct Expired {
  std::uint64_t index = 0;
  std::uint64_t epoch = 0;
  std::string worker;
};

class Leases {
 public:
  // Epochs are (leader_epoch << 32) | counter: larger than any of an earlier leader.
  explicit Leases(std::uint64_t leader_epoch) : newest_epoch_(leader_epoch << 32) {}

  void Open(std::uint64_t index);   // it may be leased from now on
  void Close(std::uint64_t index);  // it has ended
  void CloseAll();

  // The lowest open index that the worker may have, unless `limit` are leased.
  using MayHave = std::function<bool(std::uint64_t index)>;
  std::optional<Grant> Lease(std::string_view worker, std::int64_t deadline, std::size_t limit,
                             const MayHave& may_have);
  bool HasOpen() const { return !open_.empty(); }

  // Prolongs a lease, or adopts one of before a restart or an expiry. Adoption may
  // exceed the limit: that work is under way already.
  bool Renew(std::string_view worker, std::uint64_t index, std::uint64_t epoch,
             std::int64_t deadline);

  // Whether an outcome under this epoch counts: the lease is current, or nobody
  // holds the open trial.
  bool Accepts(std::uint64_t index, std::uint64_t epoch) const;
  bool IsCurrent(std::uint64_t index, std::uint64_t epoch) const;

  // Open again at once.
  void Release(std::uint64_t index, std::uint64_t epoch);

  // Those of one worker are open again; those whose time is over are, and are returned.
  void ReleaseAll(std::string_view worker);
  std::vector<Expired> Expire(std::int64_t now);

  std::size_t Count() const { return leases_.size(); }

 private:
  struct Holder {
    std::string worker;
    std::uint64_t epoch = 0;
    std::int64_t deadline = 0;
  };

  bool IsIssued(std::uint64_t epoch) const { return epoch <= newest_epoch_; }

  std::uint64_t newest_epoch_;
  std::set<std::uint64_t> open_;            // not leased
  std::map<std::uint64_t, Holder> leases_;  // by index
};

}  // namespace actsearch::plan
