// Lists of names for people: in errors, bounds and tables. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace actsearch {

// "a, b, c"; of more than 50 the first dozen and how many more there are.
std::string ListNames(std::span<const std::string_view> names);

}  // namespace actsearch
