#include "workers/program_build.h"

#include <cstddef>
#include <fstream>
#include <vector>

#include "search_spaces/base/hash.h"

namespace actsearch::workers {

std::string ProgramBuild() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  std::vector<char> chunk(1 << 20);
  std::uint64_t hash = 0;
  while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || file.gcount() > 0) {
    hash = HashText({chunk.data(), static_cast<std::size_t>(file.gcount())}, hash);
  }
  return hash == 0 ? "" : HexDigits(hash);
}

}  // namespace actsearch::workers
