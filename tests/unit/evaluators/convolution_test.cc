// Convolutions keep to their memory, forward and backward, and compute what LibTorch's own does
// in double. A program of its own: all tensors lie between zones whose bytes are looked at.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/Allocator.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>
#include <unordered_map>

#include "evaluators/modules/layers.h"

namespace actsearch::modules {
namespace {

constexpr std::size_t kZone = 4096;  // bytes before and behind each block
constexpr std::size_t kAlignment = 64;
constexpr char kUntouched = 0x5a;

class Zones final : public at::Allocator {
 public:
  at::DataPtr allocate(std::size_t size) const override {
    const std::size_t whole = (size + 2 * kZone + kAlignment - 1) / kAlignment * kAlignment;
    auto* start = static_cast<char*>(std::aligned_alloc(kAlignment, whole));
    if (start == nullptr) throw std::bad_alloc();
    std::fill_n(start, whole, kUntouched);
    Sizes()[start + kZone] = size;
    return {start + kZone, start + kZone, &Release, at::Device(at::kCPU)};
  }
  at::DeleterFnPtr raw_deleter() const override { return &Release; }

  static int& Overwritten() {
    static int count = 0;
    return count;
  }

 private:
  static std::unordered_map<void*, std::size_t>& Sizes() {
    static std::unordered_map<void*, std::size_t> sizes;
    return sizes;
  }

  static void Release(void* block) {
    char* const data = static_cast<char*>(block);
    const std::size_t size = Sizes().extract(block).mapped();
    const auto is_whole = [](const char* zone) {
      return std::all_of(zone, zone + kZone, [](char c) { return c == kUntouched; });
    };
    if (!is_whole(data - kZone) || !is_whole(data + size)) ++Overwritten();
    std::free(data - kZone);
  }
};

struct Case {
  std::int64_t inputs = 1;
  std::int64_t outputs = 1;
  std::int64_t side = 8;
  catalogue::Window window;
};

std::string Text(const Case& c) {
  return std::to_string(c.inputs) + " to " + std::to_string(c.outputs) + " channels, side " +
         std::to_string(c.side) + ", kernel " + std::to_string(c.window.kernel) + ", stride " +
         std::to_string(c.window.stride);
}

double Off(const at::Tensor& a, const at::Tensor& b) {
  return ((a.to(at::kDouble) - b).norm() / b.norm()).item<double>();
}

// Largest norm-relative difference of the output and both gradients.
double Difference(const Case& c) {
  const catalogue::Window& window = c.window;
  at::Tensor x =
      at::randn({5, c.inputs, c.side, c.side}).contiguous(at::MemoryFormat::ChannelsLast);
  at::Tensor w = at::randn({c.outputs, c.inputs, window.kernel, window.kernel})
                     .contiguous(at::MemoryFormat::ChannelsLast);
  at::Tensor x2 = x.to(at::kDouble).contiguous(), w2 = w.to(at::kDouble).contiguous();
  for (at::Tensor* leaf : {&x, &w, &x2, &w2}) leaf->set_requires_grad(true);
  const auto layer = MakeConvolution(c.inputs, c.outputs, window);
  layer->Bind(layer->Declarations()[0], w);
  Run run{.mode = Mode::kTrain};
  const at::Tensor y = layer->Forward(run, x);
  const at::Tensor y2 =
      at::conv2d(x2, w2, {}, {window.stride, window.stride}, {window.padding, window.padding});
  const at::Tensor slope = at::randn(y.sizes()).contiguous(at::MemoryFormat::ChannelsLast);
  const auto own = torch::autograd::grad({y}, {x, w}, {slope});
  const auto right = torch::autograd::grad({y2}, {x2, w2}, {slope.to(at::kDouble)});
  return std::max({Off(y, y2), Off(own[0], right[0]), Off(own[1], right[1])});
}

// Every window that a task draws, and channels below, at and above the width of a vector.
TEST(Convolution, KeepsToItsMemory) {
  static Zones zones;
  c10::SetAllocator(c10::kCPU, &zones, /*priority=*/255);
  at::set_num_threads(1);
  at::manual_seed(4);
  const catalogue::Window plain = {.bias = false};
  const catalogue::Window halving = {.stride = 2, .bias = false};
  const catalogue::Window projection = {.kernel = 1, .stride = 2, .padding = 0, .bias = false};
  const catalogue::Window pointwise = {.kernel = 1, .padding = 0, .bias = false};
  for (const auto& window : {plain, halving, projection, pointwise}) {
    for (const std::int64_t inputs : {1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17}) {
      for (const std::int64_t outputs : {1, 3, 4, 8, 9, 16}) {
        for (const std::int64_t side : {7, 8, 28}) {
          const Case c = {inputs, outputs, side, window};
          EXPECT_LT(Difference(c), 1e-5) << Text(c);
          ASSERT_EQ(std::exchange(Zones::Overwritten(), 0), 0) << Text(c);
        }
      }
    }
  }
}

}  // namespace
}  // namespace actsearch::modules
