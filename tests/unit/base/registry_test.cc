#include "search_spaces/base/names.h"
#include "search_spaces/base/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace actsearch {
namespace {

struct Fruit {
  std::string_view name;
  int price;
};

TEST(Registry, FindsByNameAndExplainsMisses) {
  const Registry<Fruit> fruits("fruit", {{"apple", 1}, {"banana", 2}});
  ASSERT_TRUE(fruits.Find("banana"));
  EXPECT_EQ((*fruits.Find("banana"))->price, 2);
  const auto missing = fruits.Find("bananna");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().message,
            "unknown fruit 'bananna'; did you mean 'banana'? known: apple, banana");
}

TEST(Registry, SuggestsNothingWhenNothingIsNear) {
  const Registry<Fruit> fruits("fruit", {{"apple", 1}});
  EXPECT_EQ(fruits.Find("zzz").error().message, "unknown fruit 'zzz'; known: apple");
  EXPECT_THAT(fruits.Find(std::string(5000, 'a')).error().message.size(), testing::Lt(200));
}

TEST(Registry, CutsLongListsOfNames) {
  const std::vector<std::string_view> names(60, "a");
  EXPECT_EQ(ListNames(names), "a, a, a, a, a, a, a, a, a, a, a, a and 48 more");
  EXPECT_EQ(ListNames(std::vector<std::string_view>{"a", "b"}), "a, b");
}

}  // namespace
}  // namespace actsearch
