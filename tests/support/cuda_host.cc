#include "tests/support/cuda_host.h"

#include <dlfcn.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

namespace actsearch::testing {
namespace {

constexpr std::size_t kStackSize = 256 * 1024;

// The threads of one block as fibers: each runs until it waits at the barrier, then the
// next one goes on.
class Block {
 public:
  Block(unsigned threads, const std::function<void()>& work) : work_(work), fibers_(threads) {
    for (Fiber& fiber : fibers_) fiber.stack = std::make_unique<char[]>(kStackSize);
  }

  // `enter(thread)` is called whenever a thread goes on.
  template <class Enter>
  void Run(const Enter& enter) {
    for (Fiber& fiber : fibers_) Prepare(fiber);
    for (bool any = true; any;) {
      any = false;
      for (unsigned t = 0; t < fibers_.size(); ++t) {
        if (fibers_[t].done) continue;
        enter(t);
        current_ = &fibers_[t];
        running = this;
        swapcontext(&scheduler_, &current_->context);
        any = true;
      }
    }
  }

  static void Wait() { swapcontext(&running->current_->context, &running->scheduler_); }

 private:
  struct Fiber {
    std::unique_ptr<char[]> stack;
    ucontext_t context;
    bool done = false;
  };

  static void Start() {
    running->work_();
    running->current_->done = true;
  }

  void Prepare(Fiber& fiber) {
    fiber.done = false;
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack.get();
    fiber.context.uc_stack.ss_size = kStackSize;
    fiber.context.uc_link = &scheduler_;
    makecontext(&fiber.context, &Start, 0);
  }

  static thread_local Block* running;

  const std::function<void()>& work_;
  std::vector<Fiber> fibers_;
  Fiber* current_ = nullptr;
  ucontext_t scheduler_;
};
thread_local Block* Block::running = nullptr;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string CompilerName() {
  const char* name = std::getenv("CXX");
  return name == nullptr || *name == 0 ? "g++" : name;
}

}  // namespace

std::string HostTargetText() {
  return R"cpp(
#include <math.h>
#include <string.h>
#define DEVICE static inline
#define DEVICE_MEMBER
#define COLD_MEMBER
#define SHARED static
#define KERNEL extern "C" void
#define DYNAMIC_SHARED(name) static float4 name[1 << 18]
#define ARGUMENT(Type) Type
    struct Three {
      unsigned x, y, z;
    };
    static Three threadIdx, blockIdx, blockDim, gridDim;
    static void (*wait_here)();
    extern "C" void host_enter(const unsigned* place, void (*wait)()) {
      threadIdx.x = place[0], blockDim.x = place[1], blockIdx.x = place[2], blockIdx.y = place[3];
      gridDim.x = place[4], gridDim.y = place[5];
      wait_here = wait;
    }
    static inline void __syncthreads() { wait_here(); }
    struct alignas(16) float4 {
      float x, y, z, w;
    };
    struct alignas(16) uint4 {
      unsigned x, y, z, w;
    };
    static inline float __uint_as_float(unsigned a) {
      float f;
      memcpy(&f, &a, 4);
      return f;
    }
    static inline unsigned __float_as_uint(float a) {
      unsigned u;
      memcpy(&u, &a, 4);
      return u;
    }
    static inline float __fdividef(float a, float b) { return a / b; }
    static inline float __fmul_rn(float a, float b) {
      volatile float c = a * b;
      return c;
    }
  )cpp";
}

HostModule::HostModule(const std::string& source) {
  std::string folder = (std::filesystem::temp_directory_path() / "cuda_host_XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    error_ = "no temporary folder " + folder;
    return;
  }
  path_ = folder;
  std::ofstream(path_ + "/kernel.cc") << source;
  const std::string command = CompilerName() +
                              " -std=c++17 -O1 -w -fPIC -shared -fno-strict-aliasing -o " + path_ +
                              "/kernel.so " + path_ + "/kernel.cc > " + path_ + "/messages 2>&1";
  if (std::system(command.c_str()) != 0) {
    error_ = command + ": " + ReadAll(path_ + "/messages").substr(0, 4000);
    return;
  }
  library_ = dlopen((path_ + "/kernel.so").c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library_ == nullptr) error_ = dlerror();
}

HostModule::~HostModule() {
  if (library_ != nullptr) dlclose(library_);
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

void* HostModule::Find(const std::string& name) const { return dlsym(library_, name.c_str()); }

void HostModule::RunBlocks(const Grid& grid, const std::function<void()>& thread) const {
  const auto enter = reinterpret_cast<void (*)(const unsigned*, void (*)())>(Find("host_enter"));
  Block block(grid.threads, thread);
  for (unsigned y = 0; y < grid.blocks_y; ++y) {
    for (unsigned x = 0; x < grid.blocks_x; ++x) {
      block.Run([&](unsigned t) {
        const unsigned place[] = {t, grid.threads, x, y, grid.blocks_x, grid.blocks_y};
        enter(place, &Block::Wait);
      });
    }
  }
}

}  // namespace actsearch::testing
