#include "evaluators/device.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <malloc.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/version.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <system_error>

#include "evaluators/kernels/cpu/runner.h"

namespace actsearch::evaluators {
namespace {

// The file that matrix products come from, links followed; empty when LibTorch has
// them inside. More than one BLAS may be loaded: the first that has the symbol counts.
std::string FileOfMatrixProduct() {
  Dl_info info;
  void* symbol = dlsym(RTLD_DEFAULT, "sgemm_");
  if (symbol == nullptr || dladdr(symbol, &info) == 0) return "";
  std::error_code ignored;
  return std::filesystem::canonical(info.dli_fname, ignored).string();
}

template <class Function>
Function FindSymbol(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

// cpu, cuda, or cuda: and at most three digits.
bool IsDeviceName(std::string_view name) {
  if (name == "cpu" || name == "cuda") return true;
  if (!name.starts_with("cuda:")) return false;
  const std::string_view digits = name.substr(5);
  return !digits.empty() && digits.size() <= 3 &&
         std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

Result<at::Device> OpenDevice(const std::string& name) {
  if (!IsDeviceName(name)) {
    return Fail(ErrorCode::kInvalid, "unknown device '" + name + "'; use cpu, cuda or cuda:N");
  }
  if (name != "cpu" && !at::hasCUDA()) {
    return Fail(ErrorCode::kInvalid,
                "device '" + name +
                    "' is not there: LibTorch " TORCH_VERSION
                    " sees no CUDA device; use --device cpu, or build against a LibTorch with CUDA "
                    "(cmake -DCMAKE_PREFIX_PATH=DIR) on a machine with a driver");
  }
  try {
    const at::Device device(name);
    at::zeros({1}, at::TensorOptions(device)).item<float>();
    return device;
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kInvalid,
                "device '" + name + "' cannot be used: " + FirstLine(e.what()));
  }
}

void ConfigureLibraries() {
  at::set_num_threads(1);
  if (const auto set = FindSymbol<void (*)(int)>("openblas_set_num_threads")) set(1);
  // Tensors of a step come and go: memory stays with the process, in one arena whatever the
  // thread, or each step would have its pages taken away and cleared anew.
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_ARENA_MAX, 1);
  try {
    at::set_num_interop_threads(1);
  } catch (const std::exception&) {
    // The pool has started already; nothing here uses it.
  }
  at::Context& context = at::globalContext();
  context.setDeterministicCuDNN(true);
  context.setBenchmarkCuDNN(false);
  context.setAllowTF32CuDNN(false);
  context.setAllowTF32CuBLAS(false);
  torch::jit::getProfilingMode() = false;
}

BlasLibrary LoadedBlas() {
  const std::string file = FileOfMatrixProduct();
  const auto is = [&](const char* part) { return file.find(part) != std::string::npos; };
  if (is("openblas")) {
    const auto config = FindSymbol<char* (*)()>("openblas_get_config");
    std::istringstream words(config == nullptr ? "OpenBLAS" : config());
    std::string name, version;
    words >> name >> version;
    // Its kernels, and with them the last digits of sums, follow the kind of core.
    const auto core = FindSymbol<char* (*)()>("openblas_get_corename");
    return {name + " " + version + (core == nullptr ? "" : " for " + std::string(core())), false};
  }
  if (is("mkl") || (file.empty() && at::hasMKL())) return {"MKL", false};
  if (is("blis")) return {"BLIS", false};
  if (is("atlas")) return {"ATLAS", false};
  if (is("libblas")) return {"reference BLAS", true};
  return {"BLAS inside LibTorch", false};
}

Result<void> CheckBlas(const BlasLibrary& blas) {
  if (!blas.reference) return {};
  return Fail(ErrorCode::kUnavailable,
              "LibTorch has loaded the reference BLAS (libblas.so.3), which multiplies matrices "
              "tens of times slower than OpenBLAS. Remedy: apt-get install libopenblas0-pthread "
              "&& update-alternatives --auto libblas.so.3-$(uname -m)-linux-gnu, and look that "
              "LD_LIBRARY_PATH does not name the folder of another one");
}

std::string DescribeDevice(const at::Device& device) {
  std::string text = device.str();
  if (device.is_cpu()) {
    text += ' ';
    text += kernels::cpu::DescribeKernels();
    text += ' ';
    text += LoadedBlas().name;
  }
  return text + ", LibTorch " TORCH_VERSION;
}

}  // namespace actsearch::evaluators
