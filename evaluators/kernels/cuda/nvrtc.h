// NVIDIA's run-time compiler, loaded when first asked for: neither headers nor the library
// are needed to build. Immutable after construction; Compile may be called from any thread.
#pragma once

#include <string>
#include <vector>

#include "search_spaces/base/error.h"

namespace actsearch::kernels::cuda {

class Nvrtc {
 public:
  // Looks for libnvrtc where the loader looks (LD_LIBRARY_PATH, ldconfig), then in the
  // toolkit's usual folders. kUnavailable when there is none.
  static Result<Nvrtc> Load();

  // architecture: sm_90 gives machine code for such devices (cubin), compute_90 gives PTX.
  // Failures carry the first lines of the compiler's log.
  Result<std::vector<char>> Compile(const std::string& source,
                                    const std::string& architecture) const;

  // 13000 for 13.0: part of the key of what was compiled.
  int version() const { return version_; }

 private:
  using Handle = struct Opaque*;
  // nvrtc.h, whose functions keep their C signatures from 11.2 to 13.
  struct Functions {
    int (*version)(int* major, int* minor);
    int (*create)(Handle*, const char* source, const char* name, int headers,
                  const char* const* texts, const char* const* names);
    int (*compile)(Handle, int options, const char* const* list);
    int (*log_size)(Handle, std::size_t*);
    int (*log)(Handle, char*);
    int (*ptx_size)(Handle, std::size_t*);
    int (*ptx)(Handle, char*);
    int (*cubin_size)(Handle, std::size_t*);
    int (*cubin)(Handle, char*);
    int (*destroy)(Handle*);
  };

  std::string LogOf(Handle program) const;

  Functions functions_{};
  int version_ = 0;
};

}  // namespace actsearch::kernels::cuda
