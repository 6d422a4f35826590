#include "evaluators/kernels/cuda/nvrtc.h"

#include <dlfcn.h>

#include <algorithm>

namespace actsearch::kernels::cuda {
namespace {

constexpr const char* kNames[] = {
    "libnvrtc.so.13",
    "libnvrtc.so.12",
    "libnvrtc.so.11.2",
    "libnvrtc.so",
    "/usr/local/cuda/lib64/libnvrtc.so",
    "/usr/local/cuda/lib/libnvrtc.so",
};

constexpr std::size_t kLongestLog = 2000;

// The library stays loaded for the life of the process.
void* OpenLibrary() {
  for (const char* name : kNames) {
    if (void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL)) return library;
  }
  return nullptr;
}

template <class Function>
bool Find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

}  // namespace

Result<Nvrtc> Nvrtc::Load() {
  void* library = OpenLibrary();
  if (library == nullptr) {
    return Fail(ErrorCode::kUnavailable,
                "libnvrtc is not there: GPU kernels cannot be compiled; install the CUDA toolkit's "
                "NVRTC or add its folder to LD_LIBRARY_PATH");
  }
  Nvrtc nvrtc;
  Functions& f = nvrtc.functions_;
  const bool complete =
      Find(library, "nvrtcVersion", f.version) && Find(library, "nvrtcCreateProgram", f.create) &&
      Find(library, "nvrtcCompileProgram", f.compile) &&
      Find(library, "nvrtcGetProgramLogSize", f.log_size) &&
      Find(library, "nvrtcGetProgramLog", f.log) && Find(library, "nvrtcGetPTXSize", f.ptx_size) &&
      Find(library, "nvrtcGetPTX", f.ptx) && Find(library, "nvrtcGetCUBINSize", f.cubin_size) &&
      Find(library, "nvrtcGetCUBIN", f.cubin) && Find(library, "nvrtcDestroyProgram", f.destroy);
  int major = 0, minor = 0;
  if (!complete || f.version(&major, &minor) != 0) {
    return Fail(ErrorCode::kUnavailable,
                "libnvrtc is older than 11.2: GPU kernels need a newer one");
  }
  nvrtc.version_ = major * 1000 + minor * 10;
  return nvrtc;
}

std::string Nvrtc::LogOf(Handle program) const {
  std::size_t size = 0;
  if (functions_.log_size(program, &size) != 0 || size == 0) return "no log";
  std::string log(size, '\0');
  functions_.log(program, log.data());
  return log.substr(0, std::min(log.find('\0'), kLongestLog));
}

Result<std::vector<char>> Nvrtc::Compile(const std::string& source,
                                         const std::string& architecture) const {
  const bool machine_code = architecture.starts_with("sm_");
  const std::string option = "--gpu-architecture=" + architecture;
  const char* options[] = {option.c_str(), "--std=c++17", "-default-device", "--disable-warnings"};
  Handle program = nullptr;
  if (functions_.create(&program, source.c_str(), "actsearch.cu", 0, nullptr, nullptr) != 0) {
    return Fail(ErrorCode::kUnavailable, "NVRTC cannot start a compilation");
  }
  const int status = functions_.compile(program, std::size(options), options);
  std::vector<char> code;
  std::size_t size = 0;
  const auto size_of = machine_code ? functions_.cubin_size : functions_.ptx_size;
  const auto get = machine_code ? functions_.cubin : functions_.ptx;
  bool done = status == 0 && size_of(program, &size) == 0 && size > 0;
  if (done) {
    code.resize(size);
    done = get(program, code.data()) == 0;
  }
  const std::string log = done ? "" : LogOf(program);
  functions_.destroy(&program);
  if (done) return code;
  return Fail(ErrorCode::kInternal, "NVRTC " + std::to_string(version_) + " for " + architecture +
                                        " refuses a generated kernel: " + log);
}

}  // namespace actsearch::kernels::cuda
