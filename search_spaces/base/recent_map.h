// Remembers what was worked out for the texts asked for lately: between Size and twice as many.
// Thread-safe; it must only be given what follows from the text alone, so that nobody can tell
// whether it remembered.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace actsearch {

template <class Value>
class RecentMap {
 public:
  explicit RecentMap(std::size_t size) : size_(size) {}

  std::optional<Value> Find(const std::string& text) {
    const std::lock_guard lock(mutex_);
    if (const auto at = young_.find(text); at != young_.end()) return at->second;
    auto node = old_.extract(text);
    if (!node) return std::nullopt;
    Value value = node.mapped();
    Insert(text, value);
    return value;
  }

  void Add(const std::string& text, Value value) {
    const std::lock_guard lock(mutex_);
    Insert(text, std::move(value));
  }

 private:
  void Insert(const std::string& text, Value value) {
    if (young_.size() >= size_) old_ = std::exchange(young_, {});
    young_.insert_or_assign(text, std::move(value));
  }

  const std::size_t size_;
  std::mutex mutex_;
  std::unordered_map<std::string, Value> young_, old_;
};

}  // namespace actsearch
