// NVIDIA's driver, loaded when first asked for, and the kernels that it holds.
#include <dlfcn.h>

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "evaluators/kernels/cuda/backend.h"
#include "evaluators/kernels/cuda/disk_cache.h"
#include "evaluators/kernels/cuda/interpreter.h"
#include "evaluators/kernels/cuda/launch.h"
#include "evaluators/kernels/cuda/nvrtc.h"

namespace actsearch::kernels::cuda {
namespace {

constexpr int kComputeMajor = 75, kComputeMinor = 76;  // CU_DEVICE_ATTRIBUTE_...

// cuda.h, whose functions keep their C signatures.
struct Driver {
  int (*device_get)(int*, int);
  int (*device_attribute)(int*, int, int);
  int (*module_load)(void**, const void*);
  int (*module_function)(void**, void*, const char*);
  int (*launch)(void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void*,
                void**, void**);
  int (*error_string)(int, const char**);

  std::string Describe(int status) const {
    const char* text = nullptr;
    if (error_string(status, &text) != 0 || text == nullptr) text = "unknown error";
    return std::string(text) + " (" + std::to_string(status) + ")";
  }
};

template <class Function>
bool Find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

Result<Driver> LoadDriver() {
  void* library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return Fail(ErrorCode::kUnavailable,
                "libcuda.so.1 is not there: install NVIDIA's driver, or use --device cpu");
  }
  Driver driver{};
  int (*init)(unsigned) = nullptr;
  const bool complete = Find(library, "cuInit", init) &&
                        Find(library, "cuDeviceGet", driver.device_get) &&
                        Find(library, "cuDeviceGetAttribute", driver.device_attribute) &&
                        Find(library, "cuModuleLoadData", driver.module_load) &&
                        Find(library, "cuModuleGetFunction", driver.module_function) &&
                        Find(library, "cuLaunchKernel", driver.launch) &&
                        Find(library, "cuGetErrorString", driver.error_string);
  if (!complete || init(0) != 0) {
    return Fail(ErrorCode::kUnavailable, "NVIDIA's driver does not start: see nvidia-smi");
  }
  return driver;
}

Result<std::string> ArchitectureOf(const Driver& driver, int index) {
  int device = 0, major = 0, minor = 0;
  if (driver.device_get(&device, index) != 0 ||
      driver.device_attribute(&major, kComputeMajor, device) != 0 ||
      driver.device_attribute(&minor, kComputeMinor, device) != 0) {
    return Fail(ErrorCode::kUnavailable, "the driver has no device " + std::to_string(index));
  }
  return "sm_" + std::to_string(major) + std::to_string(minor);
}

class CudaBackend : public Backend {
 public:
  CudaBackend(Driver driver, Nvrtc nvrtc, std::string architecture, int device,
              std::function<void*(int)> stream)
      : driver_(driver),
        nvrtc_(std::move(nvrtc)),
        architecture_(std::move(architecture)),
        device_(device),
        stream_(std::move(stream)) {}

  Result<Kernel> Load(const std::string& source, const std::string& name) override {
    const std::string key = CacheKey(source, architecture_, nvrtc_.version());
    const std::scoped_lock lock(mutex_);
    const auto found = kernels_.find(key + name);
    if (found != kernels_.end()) return found->second;
    std::optional<std::vector<char>> code = ReadCached(key);
    if (!code) {
      Result<std::vector<char>> compiled = nvrtc_.Compile(source, architecture_);
      if (!compiled) return std::unexpected(compiled.error());
      WriteCached(key, *compiled);
      code = std::move(*compiled);
    }
    void* module = nullptr;
    void* function = nullptr;
    int status = driver_.module_load(&module, code->data());
    if (status == 0) status = driver_.module_function(&function, module, name.c_str());
    if (status != 0) {
      return Fail(ErrorCode::kInternal, "the driver does not load a kernel for " + architecture_ +
                                            ": " + driver_.Describe(status));
    }
    kernels_[key + name] = function;
    return function;
  }

  Result<void> Launch(Kernel kernel, const Grid& grid, void* argument, std::size_t) override {
    void* arguments[] = {argument};
    const int status = driver_.launch(const_cast<void*>(kernel), grid.blocks_x, grid.blocks_y, 1,
                                      grid.threads, 1, 1, static_cast<unsigned>(grid.shared_bytes),
                                      stream_(device_), arguments, nullptr);
    if (status == 0) return {};
    return Fail(ErrorCode::kInternal, "a kernel cannot be launched: " + driver_.Describe(status));
  }

  unsigned threads() const override { return kThreads; }
  unsigned tile_threads() const override { return kTileThreads; }

 private:
  const Driver driver_;
  const Nvrtc nvrtc_;
  const std::string architecture_;
  const int device_;
  const std::function<void*(int)> stream_;
  std::mutex mutex_;
  std::map<std::string, Kernel> kernels_;  // never unloaded: launches may be under way
};

}  // namespace

Result<std::shared_ptr<Backend>> MakeCudaBackend(int device,
                                                 std::function<void*(int device)> stream) {
  const Result<Driver> driver = LoadDriver();
  if (!driver) return std::unexpected(driver.error());
  Result<Nvrtc> nvrtc = Nvrtc::Load();
  if (!nvrtc) return std::unexpected(nvrtc.error());
  Result<std::string> architecture = ArchitectureOf(*driver, device);
  if (!architecture) return std::unexpected(architecture.error());
  return std::make_shared<CudaBackend>(*driver, std::move(*nvrtc), std::move(*architecture), device,
                                       std::move(stream));
}

}  // namespace actsearch::kernels::cuda
