// Where kernels come from and how they are launched: on a GPU through NVRTC and the driver
// (CudaBackend), in tests on the host. Any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "search_spaces/base/error.h"

namespace actsearch::kernels::cuda {

struct Grid {
  unsigned blocks_x = 1, blocks_y = 1, threads = 1;
  std::size_t shared_bytes = 0;  // dynamic shared memory
};

class Backend {
 public:
  using Kernel = const void*;

  virtual ~Backend() = default;

  // The kernel `name` of a source, compiled when it is asked for first, for the device
  // that is current. Valid while the process lives.
  virtual Result<Kernel> Load(const std::string& source, const std::string& name) = 0;

  // Queues kernel(argument) on the device's current stream and does not wait for it.
  // `argument` is copied. A batch of tasks is a pointer: the argument is then that pointer.
  virtual Result<void> Launch(Kernel kernel, const Grid& grid, void* argument,
                              std::size_t argument_bytes) = 0;

  virtual unsigned threads() const = 0;       // of a block of a compiled kernel
  virtual unsigned tile_threads() const = 0;  // of a block of the interpreter
};

// stream(device) is the current stream of that device, a cudaStream_t. kUnavailable where
// there is no driver or no NVRTC, with the remedy.
Result<std::shared_ptr<Backend>> MakeCudaBackend(int device,
                                                 std::function<void*(int device)> stream);

}  // namespace actsearch::kernels::cuda
