// What store.h promises, asked of every back end, once plainly and once with
// faults injected beneath retries, where each answer must be the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <thread>

#include "coordinator/store/faulty.h"
#include "coordinator/store/retry.h"
#include "coordinator/store/store.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"

namespace actsearch::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;
using Events = std::vector<std::string>;
using Results = std::vector<std::pair<std::string, std::string>>;

// A place where a back end keeps its data, new and empty for each test.
class Place {
 public:
  virtual ~Place() = default;
  virtual std::string Address() = 0;
  virtual void Crash() {}  // the server dies and comes back; files need nothing
};

class FilePlace final : public Place {
 public:
  std::string Address() override { return "sqlite:" + (dir_.Path() / "store.db").string(); }

 private:
  test::TempDir dir_;
};

class RedisPlace final : public Place {
 public:
  explicit RedisPlace(bool unix_socket) : unix_socket_(unix_socket) {}
  std::string Address() override {
    return unix_socket_ ? server_.UnixAddress() : server_.Address();
  }
  void Crash() override {
    server_.Kill();
    server_.Restart();
  }

 private:
  test::RedisServer server_;
  const bool unix_socket_;
};

struct Backend {
  std::string name;    // row of Stores()
  bool shared = true;  // a second handle sees the same data
  std::function<bool()> installed = [] { return true; };
  std::function<std::unique_ptr<Place>()> make_place;
};

class MemoryPlace final : public Place {
 public:
  std::string Address() override { return "memory:"; }
};

std::vector<Backend> Backends() {
  return {
      {.name = "memory", .shared = false, .make_place = std::make_unique<MemoryPlace>},
      {.name = "sqlite", .make_place = std::make_unique<FilePlace>},
      {.name = "redis",
       .installed = test::RedisServer::Installed,
       .make_place = [] { return std::make_unique<RedisPlace>(false); }},
      {.name = "redis+unix",
       .installed = test::RedisServer::Installed,
       .make_place = [] { return std::make_unique<RedisPlace>(true); }},
  };
}

struct Case {
  Backend backend;
  bool faulty = false;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const bool faulty : {false, true}) {
    for (const Backend& backend : Backends()) cases.push_back({backend, faulty});
  }
  return cases;
}

template <class T>
std::string Message(const Result<T>& result) {
  return result ? "no error" : result.error().message;
}

#define ASSERT_OK(expression) ASSERT_TRUE((expression).has_value())
#define EXPECT_CODE(expression, expected)                                 \
  do {                                                                    \
    const auto outcome = (expression);                                    \
    ASSERT_FALSE(outcome.has_value());                                    \
    EXPECT_EQ(outcome.error().code, expected) << outcome.error().message; \
  } while (false)

class StoreConformance : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (!GetParam().backend.installed()) GTEST_SKIP() << "redis-server is not installed";
    place_ = GetParam().backend.make_place();
    store_ = Open();
    const auto epoch = store_->Lead("leader", kNow, kTtl);
    ASSERT_TRUE(epoch) << Message(epoch);
    epoch_ = *epoch;
  }

  std::unique_ptr<Store> Open() {
    auto store = OpenStore(place_->Address());
    EXPECT_TRUE(store) << Message(store);
    if (!GetParam().faulty) return *std::move(store);
    const RetryPolicy many{.attempts = 60};  // 0.4^60: never all of them fail
    return WithRetries(WithFaults(*std::move(store), Rng(++seed_), {.before = 0.2, .after = 0.2}),
                       many, [](std::int64_t) {});
  }

  void Put(std::uint64_t offset, const Events& events, std::string_view job = "job") {
    const auto length = store_->Append(job, epoch_, offset, events);
    ASSERT_TRUE(length) << Message(length);
    EXPECT_EQ(*length, offset + events.size());
  }

  Events All(std::string_view job = "job") {
    const auto events = store_->Read(job, 0, 1'000'000);
    EXPECT_TRUE(events) << Message(events);
    return events.value_or(Events{});
  }

  static constexpr std::int64_t kNow = 1'790'000'000'000;
  static constexpr std::int64_t kTtl = 10'000;
  std::uint64_t seed_ = 0;
  std::unique_ptr<Place> place_;
  std::unique_ptr<Store> store_;
  Epoch epoch_ = 0;
};

TEST_P(StoreConformance, StartsEmpty) {
  EXPECT_THAT(*store_->Jobs(), IsEmpty());
  EXPECT_THAT(All(), IsEmpty());
  EXPECT_EQ(*store_->GetSnapshot("job"), std::nullopt);
  EXPECT_THAT(*store_->GetResults(Events{"key"}), ElementsAre(std::nullopt));
  EXPECT_THAT(*store_->GetResults(Events{}), IsEmpty());
}

TEST_P(StoreConformance, ReadsWhatWasAppendedInPages) {
  Put(0, {"a", "b"});
  Put(2, {"c", "d", "e"});
  EXPECT_THAT(All(), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(*store_->Read("job", 1, 2), ElementsAre("b", "c"));
  EXPECT_THAT(*store_->Read("job", 4, 10), ElementsAre("e"));
  EXPECT_THAT(*store_->Read("job", 5, 10), IsEmpty());
  EXPECT_THAT(*store_->Read("job", 0, 0), IsEmpty());
  EXPECT_THAT(*store_->Read("job", 3, ~0ULL), ElementsAre("d", "e"));
  EXPECT_THAT(*store_->Read("job", ~0ULL, ~0ULL), IsEmpty());
}

TEST_P(StoreConformance, KeepsLongLogsInOrder) {
  Events events;
  for (int i = 0; i < 3000; ++i) events.push_back("event " + std::to_string(i));
  Put(0, events);
  EXPECT_EQ(All(), events);
  EXPECT_THAT(*store_->Read("job", 2998, 10), ElementsAre("event 2998", "event 2999"));
}

TEST_P(StoreConformance, RepeatedAppendHasNoEffect) {
  Put(0, {"a", "b"});
  Put(0, {"a", "b"});
  Put(2, {"c"});
  Put(0, {"a", "b"});
  Put(1, {"b"});
  Put(3, {});
  EXPECT_THAT(All(), ElementsAre("a", "b", "c"));
}

TEST_P(StoreConformance, AppendThatOverlapsAddsTheRest) {
  Put(0, {"a", "b"});
  Put(1, {"b", "c", "d"});
  EXPECT_THAT(All(), ElementsAre("a", "b", "c", "d"));
}

TEST_P(StoreConformance, OtherEventsAtTheOffsetAreRefusedWhole) {
  Put(0, {"a", "b"});
  EXPECT_CODE(store_->Append("job", epoch_, 1, Events{"x"}), ErrorCode::kExists);
  EXPECT_CODE(store_->Append("job", epoch_, 0, Events{"a", "x", "c"}), ErrorCode::kExists);
  EXPECT_THAT(Message(store_->Append("job", epoch_, 0, Events{"a", "x"})),
              HasSubstr("'job' has another event at index 1"));
  EXPECT_THAT(All(), ElementsAre("a", "b"));
}

TEST_P(StoreConformance, GapsAreRefused) {
  Put(0, {"a"});
  EXPECT_CODE(store_->Append("job", epoch_, 2, Events{"c"}), ErrorCode::kInvalid);
  EXPECT_CODE(store_->Append("job", epoch_, ~0ULL, Events{"c"}), ErrorCode::kInvalid);
  EXPECT_THAT(Message(store_->Append("job", epoch_, 2, Events{"c"})),
              HasSubstr("'job' has 1 events; offset 2 is beyond its end"));
  EXPECT_THAT(All(), ElementsAre("a"));
}

TEST_P(StoreConformance, NamesAndLeasesAreChecked) {
  EXPECT_CODE(store_->Append("", epoch_, 0, Events{"a"}), ErrorCode::kInvalid);
  EXPECT_CODE(store_->Append(std::string(5000, 'j'), epoch_, 0, Events{"a"}), ErrorCode::kInvalid);
  EXPECT_CODE(store_->Read("", 0, 1), ErrorCode::kInvalid);
  EXPECT_CODE(store_->Lead("", kNow, kTtl), ErrorCode::kInvalid);
  EXPECT_CODE(store_->Lead("leader", kNow, 0), ErrorCode::kInvalid);
  EXPECT_CODE(store_->Lead("leader", -1, kTtl), ErrorCode::kInvalid);
  EXPECT_CODE(store_->Lead("leader", kNow, std::numeric_limits<std::int64_t>::max()),
              ErrorCode::kInvalid);
  EXPECT_CODE(store_->PutResults(epoch_, Results{{"", "value"}}), ErrorCode::kInvalid);
}

TEST_P(StoreConformance, KeepsEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  const std::string job = "job 'x' {y}:\"\xff\n";
  const std::string key("k\0y", 3);
  Put(0, {bytes, "", std::string(3, '\0'), bytes + bytes}, job);
  EXPECT_THAT(All(job), ElementsAre(bytes, "", std::string(3, '\0'), bytes + bytes));
  EXPECT_THAT(*store_->Jobs(), ElementsAre(job));
  ASSERT_OK(store_->PutSnapshot(job, epoch_, {2, bytes}));
  EXPECT_EQ((*store_->GetSnapshot(job))->bytes, bytes);
  ASSERT_OK(store_->PutResults(epoch_, Results{{key, bytes}, {"k", ""}}));
  EXPECT_THAT(*store_->GetResults(Events{key, "k"}),
              ElementsAre(Optional(bytes), Optional(std::string())));
}

TEST_P(StoreConformance, KeepsLargeEvents) {
  const Events events = {std::string(1 << 20, 'a'), std::string(1 << 20, '\0')};
  Put(0, events);
  Put(0, events);
  EXPECT_EQ(All(), events);
}

TEST_P(StoreConformance, ListsJobsSorted) {
  for (const char* job : {"b", "a", "c", "B"}) Put(0, {"event"}, job);
  Put(0, {}, "without events");
  EXPECT_THAT(*store_->Jobs(), ElementsAre("B", "a", "b", "c"));
}

TEST_P(StoreConformance, DeletesEventsAndSnapshotOfOneJob) {
  Put(0, {"a", "b"});
  Put(0, {"x"}, "other");
  ASSERT_OK(store_->PutSnapshot("job", epoch_, {1, "state"}));
  ASSERT_OK(store_->Delete("job", epoch_));
  ASSERT_OK(store_->Delete("job", epoch_));
  EXPECT_THAT(All(), IsEmpty());
  EXPECT_EQ(*store_->GetSnapshot("job"), std::nullopt);
  EXPECT_THAT(*store_->Jobs(), ElementsAre("other"));
  EXPECT_THAT(All("other"), ElementsAre("x"));
  Put(0, {"new"});
  EXPECT_THAT(All(), ElementsAre("new"));
}

TEST_P(StoreConformance, SnapshotIsReplaced) {
  Put(0, {"a", "b"});
  ASSERT_OK(store_->PutSnapshot("job", epoch_, {1, "one"}));
  ASSERT_OK(store_->PutSnapshot("job", epoch_, {2, "two"}));
  const auto snapshot = store_->GetSnapshot("job");
  ASSERT_TRUE(snapshot && *snapshot) << Message(snapshot);
  EXPECT_EQ((*snapshot)->offset, 2U);
  EXPECT_EQ((*snapshot)->bytes, "two");
  EXPECT_CODE(store_->PutSnapshot("job", epoch_, {3, "three"}), ErrorCode::kInvalid);
  EXPECT_EQ((*store_->GetSnapshot("job"))->bytes, "two");
}

TEST_P(StoreConformance, FirstResultStays) {
  ASSERT_OK(store_->PutResults(epoch_, Results{{"a", "1"}, {"b", "2"}}));
  ASSERT_OK(store_->PutResults(epoch_, Results{{"b", "other"}, {"c", "3"}, {"c", "4"}}));
  ASSERT_OK(store_->PutResults(epoch_, Results{}));
  EXPECT_THAT(*store_->GetResults(Events{"c", "x", "b", "a", "a"}),
              ElementsAre(Optional(std::string("3")), std::nullopt, Optional(std::string("2")),
                          Optional(std::string("1")), Optional(std::string("1"))));
}

TEST_P(StoreConformance, ManyResultsComeBackInOrder) {
  Results results;
  Events keys;
  for (int i = 0; i < 1000; ++i) {
    results.emplace_back("key" + std::to_string(i), "value" + std::to_string(i));
    keys.push_back(results.back().first);
  }
  ASSERT_OK(store_->PutResults(epoch_, results));
  const auto values = store_->GetResults(keys);
  ASSERT_EQ(values->size(), 1000U);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ((*values)[i], results[i].second);
}

TEST_P(StoreConformance, LeaderKeepsItsEpochAndOthersWait) {
  EXPECT_GT(epoch_, 0U);
  EXPECT_EQ(*store_->Lead("leader", kNow + 5'000, kTtl), epoch_);
  const auto refused = store_->Lead("rival", kNow + 14'999, kTtl);
  EXPECT_CODE(refused, ErrorCode::kStale);
  EXPECT_THAT(Message(refused), HasSubstr("'leader' leads"));
}

TEST_P(StoreConformance, ExpiredLeaderIsFollowedByALargerEpoch) {
  const auto rival = store_->Lead("rival", kNow + kTtl, kTtl);
  ASSERT_TRUE(rival) << Message(rival);
  EXPECT_GT(*rival, epoch_);
  EXPECT_CODE(store_->Lead("leader", kNow + kTtl, kTtl), ErrorCode::kStale);
  const auto again = store_->Lead("leader", kNow + 2 * kTtl, kTtl);
  ASSERT_TRUE(again) << Message(again);
  EXPECT_GT(*again, *rival);
}

TEST_P(StoreConformance, LeaderRenewsAnExpiredLeaseThatNobodyTook) {
  EXPECT_EQ(*store_->Lead("leader", kNow + 5 * kTtl, kTtl), epoch_);
  Put(0, {"a"});
}

TEST_P(StoreConformance, ResignedLeaderIsFollowedAtOnce) {
  ASSERT_OK(store_->Resign("nobody"));
  EXPECT_CODE(store_->Lead("rival", kNow, kTtl), ErrorCode::kStale);
  ASSERT_OK(store_->Resign("leader"));
  ASSERT_OK(store_->Resign("leader"));
  const auto rival = store_->Lead("rival", kNow, kTtl);
  ASSERT_TRUE(rival) << Message(rival);
  EXPECT_GT(*rival, epoch_);
  ASSERT_OK(store_->Resign("leader"));
  EXPECT_CODE(store_->Lead("leader", kNow, kTtl), ErrorCode::kStale);
}

TEST_P(StoreConformance, OldEpochIsRefusedByEveryWrite) {
  Put(0, {"a"});
  ASSERT_OK(store_->PutSnapshot("job", epoch_, {1, "state"}));
  ASSERT_OK(store_->Lead("rival", kNow + kTtl, kTtl));
  EXPECT_CODE(store_->Append("job", epoch_, 1, Events{"b"}), ErrorCode::kStale);
  EXPECT_CODE(store_->Append("job", epoch_, 0, Events{"a"}), ErrorCode::kStale);
  EXPECT_CODE(store_->Append("new", epoch_, 0, Events{"a"}), ErrorCode::kStale);
  EXPECT_CODE(store_->PutSnapshot("job", epoch_, {0, "old"}), ErrorCode::kStale);
  EXPECT_CODE(store_->PutResults(epoch_, Results{{"key", "value"}}), ErrorCode::kStale);
  EXPECT_CODE(store_->Delete("job", epoch_), ErrorCode::kStale);
  EXPECT_THAT(All(), ElementsAre("a"));
  EXPECT_THAT(*store_->Jobs(), ElementsAre("job"));
  EXPECT_EQ((*store_->GetSnapshot("job"))->bytes, "state");
  EXPECT_THAT(*store_->GetResults(Events{"key"}), ElementsAre(std::nullopt));
}

TEST_P(StoreConformance, EpochNeverGivenOutIsRefusedByEveryWrite) {
  const Epoch future = epoch_ + 1;
  EXPECT_CODE(store_->Append("job", future, 0, Events{"a"}), ErrorCode::kInvalid);
  EXPECT_CODE(store_->PutSnapshot("job", future, {0, "state"}), ErrorCode::kInvalid);
  EXPECT_CODE(store_->PutResults(future, Results{{"key", "value"}}), ErrorCode::kInvalid);
  EXPECT_CODE(store_->Delete("job", future), ErrorCode::kInvalid);
  EXPECT_THAT(*store_->Jobs(), IsEmpty());
}

TEST_P(StoreConformance, TwoHandlesSeeEachOther) {
  if (!GetParam().backend.shared) GTEST_SKIP() << "each handle is a store of its own";
  const auto other = Open();
  Put(0, {"a"});
  EXPECT_THAT(*other->Read("job", 0, 10), ElementsAre("a"));
  EXPECT_CODE(other->Lead("rival", kNow, kTtl), ErrorCode::kStale);
  const auto rival = other->Lead("rival", kNow + kTtl, kTtl);
  ASSERT_TRUE(rival) << Message(rival);
  EXPECT_CODE(store_->Append("job", epoch_, 1, Events{"b"}), ErrorCode::kStale);
  ASSERT_OK(other->Append("job", *rival, 1, Events{"c"}));
  EXPECT_THAT(All(), ElementsAre("a", "c"));
}

TEST_P(StoreConformance, EverythingSurvivesACrash) {
  if (!GetParam().backend.shared) GTEST_SKIP() << "nothing outlives the process";
  Put(0, {"a", "b"});
  ASSERT_OK(store_->PutSnapshot("job", epoch_, {1, "state"}));
  ASSERT_OK(store_->PutResults(epoch_, Results{{"key", "value"}}));
  place_->Crash();
  const auto after = Open();
  EXPECT_THAT(*after->Read("job", 0, 10), ElementsAre("a", "b"));
  EXPECT_THAT(*after->Jobs(), ElementsAre("job"));
  EXPECT_EQ((*after->GetSnapshot("job"))->bytes, "state");
  EXPECT_THAT(*after->GetResults(Events{"key"}), ElementsAre(Optional(std::string("value"))));
  EXPECT_CODE(after->Lead("rival", kNow, kTtl), ErrorCode::kStale);
  EXPECT_EQ(*after->Lead("leader", kNow, kTtl), epoch_);
  // The handle from before the crash goes on too.
  Put(2, {"c"});
  EXPECT_THAT(*after->Read("job", 0, 10), ElementsAre("a", "b", "c"));
}

TEST_P(StoreConformance, ThreadsAppendToJobsOfTheirOwn) {
  constexpr int kThreads = 4;
  constexpr int kAppends = 25;
  std::vector<int> failures(kThreads);
  const auto work = [&](int thread) {
    const std::string job = "job" + std::to_string(thread);
    for (int i = 0; i < kAppends; ++i) {
      const Events event = {job + "/" + std::to_string(i)};
      const auto length = store_->Append(job, epoch_, i, event);
      if (!length || *length != static_cast<std::uint64_t>(i) + 1) ++failures[thread];
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) threads.emplace_back(work, thread);
  }
  EXPECT_THAT(failures, testing::Each(0));
  for (int thread = 0; thread < kThreads; ++thread) {
    const Events events = All("job" + std::to_string(thread));
    ASSERT_EQ(events.size(), static_cast<std::size_t>(kAppends));
    EXPECT_EQ(events.back(), "job" + std::to_string(thread) + "/" + std::to_string(kAppends - 1));
  }
}

// Rivals that append to one job at the same offset: exactly one of them wins it.
TEST_P(StoreConformance, OneOfManyWritersWinsAnOffset) {
  constexpr int kThreads = 4;
  std::vector<int> wins(kThreads);
  const auto work = [&](int thread) {
    for (std::uint64_t offset = 0; offset < 20; ++offset) {
      const Events event = {std::to_string(thread)};
      if (store_->Append("job", epoch_, offset, event)) ++wins[thread];
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) threads.emplace_back(work, thread);
  }
  const Events events = All();
  EXPECT_EQ(events.size(), 20U);
  for (int thread = 0; thread < kThreads; ++thread) {
    EXPECT_EQ(std::ranges::count(events, std::to_string(thread)), wins[thread]);
  }
}

std::string CaseName(const testing::TestParamInfo<Case>& info) {
  std::string name = info.param.backend.name + (info.param.faulty ? "_faulty" : "_plain");
  std::ranges::replace(name, '+', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreConformance, testing::ValuesIn(Cases()), CaseName);

TEST(StoreConformanceCoverage, EveryRowIsAsked) {
  std::set<std::string_view> missing;
  for (const StoreRow& row : Stores().Rows()) missing.insert(row.name);
  const std::vector<Backend> backends = Backends();
  for (const Backend& backend : backends) missing.erase(backend.name);
  EXPECT_THAT(missing, ElementsAre("rediss"));  // always refused: see stores_test.cc
}

}  // namespace
}  // namespace actsearch::store
