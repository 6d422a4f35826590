// A constant table of named rows. Looking up an unknown name gives an Error that
// lists the known names and suggests the nearest. Rows need a `name` member
// convertible to std::string_view. Immutable, so safe from any thread.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/base/error.h"

namespace actsearch {

// The known name within two edits of `name`, or empty.
std::string_view Nearest(std::string_view name, std::span<const std::string_view> known);

// "unknown KIND 'NAME'; did you mean 'NEAREST'? known: A, B, C"
Error UnknownName(std::string_view kind, std::string_view name,
                  std::span<const std::string_view> known);

template <class Row>
class Registry {
 public:
  Registry(std::string_view kind, std::initializer_list<Row> rows) : kind_(kind), rows_(rows) {}
  Registry(std::string_view kind, std::vector<Row> rows) : kind_(kind), rows_(std::move(rows)) {}

  // The pointer lives as long as the registry.
  Result<const Row*> Find(std::string_view name) const {
    for (const Row& row : rows_) {
      if (std::string_view(row.name) == name) return &row;
    }
    return std::unexpected(UnknownName(kind_, name, Names()));
  }

  std::vector<std::string_view> Names() const {
    std::vector<std::string_view> names;
    for (const Row& row : rows_) names.emplace_back(row.name);
    return names;
  }

  std::span<const Row> Rows() const { return rows_; }

 private:
  std::string kind_;
  std::vector<Row> rows_;
};

}  // namespace actsearch
