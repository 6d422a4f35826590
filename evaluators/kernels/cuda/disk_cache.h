// Compiled kernels between runs: $XDG_CACHE_HOME/actsearch/kernels (or ~/.cache/...), one
// file each, named by what it was compiled from and for. A file appears whole or not at
// all. What cannot be read or written is compiled again. Any thread, any process.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace actsearch::kernels::cuda {

// 32 hexadecimal digits of the source, then architecture and compiler version.
std::string CacheKey(std::string_view source, std::string_view architecture, int compiler);

std::optional<std::vector<char>> ReadCached(const std::string& key);
void WriteCached(const std::string& key, const std::vector<char>& code);

}  // namespace actsearch::kernels::cuda
