// Device code on a machine without a GPU: the text that kernels are made of, compiled by
// the host's C++ compiler as ordinary C++ and run with one fiber for each thread of a block,
// which take turns at barriers. Shows that the text means what it should; says nothing
// about speed or about a GPU's mathematical library. Not thread-safe.
#pragma once

#include <functional>
#include <string>

namespace actsearch::testing {

// What TargetText is on a GPU.
std::string HostTargetText();

// A shared object made of device code; closed and removed at the end.
class HostModule {
 public:
  // Empty `error` on success. Takes seconds. The compiler is $CXX or g++.
  explicit HostModule(const std::string& source);
  ~HostModule();
  HostModule(const HostModule&) = delete;
  HostModule& operator=(const HostModule&) = delete;

  const std::string& error() const { return error_; }
  bool has(const std::string& kernel) const { return Find(kernel) != nullptr; }

  // Runs `kernel(arguments)` for every thread of every block, block after block.
  template <class Arguments>
  void Launch(const std::string& kernel, const Arguments& arguments, unsigned blocks_x,
              unsigned blocks_y, unsigned threads) {
    const auto function = reinterpret_cast<void (*)(Arguments)>(Find(kernel));
    RunBlocks({blocks_x, blocks_y, threads}, [&] { function(arguments); });
  }

 private:
  struct Grid {
    unsigned blocks_x, blocks_y, threads;
  };

  void* Find(const std::string& name) const;
  void RunBlocks(const Grid& grid, const std::function<void()>& thread) const;

  std::string path_;
  std::string error_;
  void* library_ = nullptr;
};

}  // namespace actsearch::testing
