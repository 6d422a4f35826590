#include "evaluators/kernels/cuda/on_stream.h"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>

#include <map>
#include <mutex>

#include "evaluators/kernels/cuda/activation.h"
#include "evaluators/kernels/cuda/backend.h"

namespace actsearch::kernels::cuda {
namespace {

void* CurrentStream(int device) {
  return c10::cuda::getCurrentCUDAStream(static_cast<c10::DeviceIndex>(device)).stream();
}

// One backend a device for the whole process: its kernels belong to the device's primary
// context, as LibTorch's own do, and are shared by all trials.
Result<std::shared_ptr<Backend>> BackendOf(int device) {
  static std::mutex mutex;
  static std::map<int, std::shared_ptr<Backend>> backends;
  const std::scoped_lock lock(mutex);
  std::shared_ptr<Backend>& backend = backends[device];
  if (backend == nullptr) {
    auto made = MakeCudaBackend(device, &CurrentStream);
    if (!made) return std::unexpected(made.error());
    backend = std::move(*made);
  }
  return backend;
}

}  // namespace

Result<std::shared_ptr<const Activation>> MakeActivationOnStream(const expr::Expr& f,
                                                                 const at::Device& device) {
  const int index = device.has_index() ? device.index() : c10::cuda::current_device();
  // Kernels are loaded into the context that is current; an empty tensor makes it so.
  const c10::DeviceGuard guard(at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(index)));
  try {
    at::empty({1}, at::TensorOptions(guard.current_device()));
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kUnavailable, std::string("the GPU cannot be used: ") + e.what());
  }
  auto backend = BackendOf(index);
  if (!backend) return std::unexpected(backend.error());
  return MakeCudaActivation(f, std::move(*backend));
}

}  // namespace actsearch::kernels::cuda
