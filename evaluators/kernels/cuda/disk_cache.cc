#include "evaluators/kernels/cuda/disk_cache.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "search_spaces/base/hash.h"

namespace actsearch::kernels::cuda {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> Folder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
    return fs::path(cache) / "actsearch" / "kernels";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return fs::path(home) / ".cache" / "actsearch" / "kernels";
  }
  return std::nullopt;
}

}  // namespace

std::string CacheKey(std::string_view source, std::string_view architecture, int compiler) {
  return HexDigits(HashText(source, 1)) + HexDigits(HashText(source, 2)) + "-" +
         std::string(architecture) + "-" + std::to_string(compiler);
}

std::optional<std::vector<char>> ReadCached(const std::string& key) {
  const std::optional<fs::path> folder = Folder();
  if (!folder) return std::nullopt;
  std::ifstream file(*folder / (key + ".cubin"), std::ios::binary);
  std::vector<char> code{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || code.empty()) return std::nullopt;
  return code;
}

void WriteCached(const std::string& key, const std::vector<char>& code) {
  const std::optional<fs::path> folder = Folder();
  if (!folder) return;
  std::error_code ignored;
  fs::create_directories(*folder, ignored);
  std::string part = (*folder / (key + ".XXXXXX")).string();
  const int descriptor = mkstemp(part.data());
  if (descriptor < 0) return;
  const ssize_t written = ::write(descriptor, code.data(), code.size());
  const bool closed = ::close(descriptor) == 0;
  if (closed && written == static_cast<ssize_t>(code.size())) {
    fs::rename(part, *folder / (key + ".cubin"), ignored);
    if (!ignored) return;
  }
  fs::remove(part, ignored);
}

}  // namespace actsearch::kernels::cuda
