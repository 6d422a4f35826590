#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/store/store.h"

namespace actsearch::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Error Refusal(std::string_view address) {
  const auto store = OpenStore(address);
  return store ? Error{ErrorCode::kInternal, "opened"} : store.error();
}

TEST(Stores, RowsAreDocumented) {
  for (const StoreRow& row : Stores().Rows()) EXPECT_FALSE(row.doc.empty()) << row.name;
}

TEST(OpenStore, SuggestsTheNearestScheme) {
  const Error error = Refusal("sqlit:jobs.db");
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.message, AllOf(HasSubstr("'sqlit'"), HasSubstr("did you mean 'sqlite'?")));
}

TEST(OpenStore, AsksForAScheme) {
  const Error error = Refusal("jobs.db");
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.message, AllOf(HasSubstr("'jobs.db'"), HasSubstr("sqlite:PATH")));
}

TEST(OpenStore, NeverRepeatsAPassword) {
  for (const char* address :
       {"redi://:hunter2@host", "redis://:hunter2@host:port", "redis://:hunter2@127.0.0.1:1",
        "rediss://:hunter2@host", "redis://hunter2@host", "redis://:hunter2%zz@host"}) {
    EXPECT_THAT(Refusal(address).message, AllOf(Not(HasSubstr("hunter2")), Not("opened")))
        << address;
  }
}

TEST(OpenStore, SaysWhatToDoWithoutTls) {
  const Error error = Refusal("rediss://host");
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.message, HasSubstr("TLS"));
}

TEST(OpenStore, MemoryTakesNothingMore) {
  EXPECT_TRUE(OpenStore("memory:"));
  EXPECT_EQ(Refusal("memory:x").code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace actsearch::store
