// Who holds which trial until when. In memory only: after a restart nothing is
// leased, and workers that still train say so (Renew) or just deliver. A Plan owns
// one and passes the time.
#pragma once

#include <cstdint>
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

class Leases {
 public:
  // Epochs are (leader_epoch << 32) | counter: larger than any of an earlier leader.
  Leases(std::uint64_t leader_epoch, int max_attempts);

  void Open(std::uint64_t index);   // it may be leased from now on
  void Close(std::uint64_t index);  // it has ended
  void CloseAll();

  // The lowest open index, unless `limit` are leased.
  std::optional<Grant> Lease(std::string_view worker, std::int64_t deadline, std::size_t limit);

  // Prolongs a lease, or adopts one of before a restart or an expiry. Adoption may
  // exceed the limit: that work is under way already.
  bool Renew(std::string_view worker, std::uint64_t index, std::uint64_t epoch,
             std::int64_t deadline);

  // Whether an outcome under this epoch counts: the lease is current, or nobody
  // holds the open trial.
  bool Accepts(std::uint64_t index, std::uint64_t epoch) const;

  // Open again at once, without an attempt.
  void Release(std::uint64_t index, std::uint64_t epoch);

  // Each returns the trials that have used up their attempts, for the caller to
  // end. Attempts are counted for the life of this process and not logged: a
  // restart forgives, which costs a deadly trial a few more workers at most.
  std::vector<std::uint64_t> WorkerDied(std::string_view worker,
                                        std::optional<std::uint64_t> running);
  std::vector<std::uint64_t> Expire(std::int64_t now, std::uint64_t* expired);

  std::size_t Count() const { return leases_.size(); }

 private:
  struct Holder {
    std::string worker;
    std::uint64_t epoch = 0;
    std::int64_t deadline = 0;
  };

  bool IsIssued(std::uint64_t epoch) const { return epoch <= newest_epoch_; }
  bool AttemptsUsedUp(std::uint64_t index);

  std::uint64_t newest_epoch_;
  int max_attempts_;
  std::set<std::uint64_t> open_;            // not leased
  std::map<std::uint64_t, Holder> leases_;  // by index
  std::map<std::uint64_t, int> attempts_;   // of trials not ended
};

}  // namespace actsearch::plan
