#include "search_spaces/base/recent_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

namespace actsearch {
namespace {

TEST(RecentMap, RemembersWhatWasAddedLately) {
  RecentMap<int> map(4);
  EXPECT_FALSE(map.Find("a"));
  for (int i = 0; i < 100; ++i) {
    map.Add(std::to_string(i), i);
    for (int k = std::max(0, i - 3); k <= i; ++k) EXPECT_EQ(map.Find(std::to_string(k)), k);
  }
  EXPECT_FALSE(map.Find("0"));
}

TEST(RecentMap, KeepsWhatIsAskedForAgain) {
  RecentMap<int> map(4);
  map.Add("a", 7);
  for (int i = 0; i < 100; ++i) {
    map.Add(std::to_string(i), i);
    EXPECT_EQ(map.Find("a"), 7);
  }
}

TEST(RecentMap, ServesThreads) {
  RecentMap<int> map(16);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&map] {
      for (int i = 0; i < 2000; ++i) {
        const std::string text = std::to_string(i % 50);
        if (const auto known = map.Find(text)) {
          EXPECT_EQ(*known, i % 50);
        } else {
          map.Add(text, i % 50);
        }
      }
    });
  }
}

}  // namespace
}  // namespace actsearch
