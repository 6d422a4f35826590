// The floor of a training step: its convolutions and matrix products alone, forward and
// backward, on arrays that lie ready in channels-last memory. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace actsearch {

class Floor {
 public:
  // `network`: mlp, cnn, cnn_bn or resnet, as step_bench.cc trains them on 3 x 32 x 32 images;
  // text: its linear layers, without the products inside the attention.
  Floor(std::string_view network, std::int64_t batch);

  void Step() const {
    for (const std::function<void()>& product : products_) product();
  }

 private:
  struct Convolution {
    std::int64_t inputs, outputs, side;  // side of the plane that comes in
    std::int64_t kernel = 3, stride = 1;
    bool bias = true, first = false;     // first: nobody needs the gradient by its input
  };
  struct Linear {
    std::int64_t inputs, outputs;
    bool first = false;
  };

  void Add(const Convolution& layer, std::int64_t batch);
  void Add(const Linear& layer, std::int64_t batch);

  std::vector<std::function<void()>> products_;
};

}  // namespace actsearch
