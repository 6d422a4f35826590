// How those who read messages refuse what arrives: each check names the field and says what is
// allowed. Called by proto/convert*.cc and coordinator/rpc. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "search_spaces/base/error.h"

namespace actsearch::proto {

std::unexpected<Error> Invalid(const std::string& field, const std::string& value,
                               const std::string& expected);

// What arrived is inside `field`: put its name before the inner one.
std::unexpected<Error> Within(const std::string& field, const Error& error);
std::string At(std::string_view list, int index);  // list[index]

Result<void> CheckRange(const std::string& field, std::int64_t value, std::int64_t low,
                        std::int64_t high);
Result<void> CheckAtLeast(const std::string& field, std::int64_t value, std::int64_t low);
Result<void> CheckFinite(const std::string& field, double value);
Result<void> CheckCount(const std::string& field, int items, int most);
Result<void> CheckSize(const std::string& field, std::string_view text, std::size_t most);

// Visible ASCII of at most kMostNameBytes; empty only where `may_be_empty`.
Result<void> CheckName(const std::string& field, std::string_view name, bool may_be_empty = false);

// Empty, or 16 lower-case hexadecimal digits.
Result<void> CheckDigest(const std::string& field, std::string_view digest);

}  // namespace actsearch::proto
