#include "evaluators/kernels/batch_moments.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>

#include "evaluators/kernels/dense.h"

namespace actsearch::kernels {
namespace {

// The slices of an array, in chunks.
struct Chunks {
  explicit Chunks(const at::Tensor& x)
      : layout(LayoutOf(x)),
        slices(static_cast<std::size_t>(x.numel()) / layout.Period()),
        length(SlicesInAChunk(layout)),
        count((slices + length - 1) / length) {}

  std::size_t LengthOf(std::size_t chunk) const {
    return std::min(length, slices - chunk * length);
  }
  std::size_t ElementAt(std::size_t chunk) const { return chunk * length * layout.Period(); }

  template <class Body>
  void ForEach(const Body& body) const {
    // Backwards: the passes before and after go forwards, so that each begins with what the
    // one before it left in the caches.
    const auto run = [&](std::int64_t first, std::int64_t last) {
      while (last-- > first) body(static_cast<std::size_t>(last));
    };
    if (count == 1) return run(0, 1);
    at::parallel_for(0, static_cast<std::int64_t>(count), 1, run);
  }

  ChannelLayout layout;
  std::size_t slices, length, count;
};

}  // namespace

BatchMoments MomentsOf(const at::Tensor& x) {
  const Chunks chunks(x);
  const std::size_t channels = chunks.layout.channels;
  const float* const data = x.data_ptr<float>();
  std::vector<double> means(chunks.count * channels), squares(chunks.count * channels);
  chunks.ForEach([&](std::size_t k) {
    MomentsOf(data + chunks.ElementAt(k), chunks.layout, chunks.LengthOf(k),
              means.data() + k * channels, squares.data() + k * channels);
  });
  // Chan, Golub and LeVeque 1979: the moments of two sets together.
  BatchMoments total{.mean = std::vector<double>(channels, 0),
                     .variance = std::vector<double>(channels, 0)};
  double count = 0;
  for (std::size_t k = 0; k < chunks.count; ++k) {
    const auto n = static_cast<double>(chunks.LengthOf(k) * chunks.layout.inner);
    for (std::size_t c = 0; c < channels; ++c) {
      const double difference = means[k * channels + c] - total.mean[c];
      total.mean[c] += difference * n / (count + n);
      total.variance[c] +=
          squares[k * channels + c] + difference * difference * n * count / (count + n);
    }
    count += n;
  }
  for (double& variance : total.variance) variance /= count;
  return total;
}

void SubtractLines(const ChannelLines& lines, const at::Tensor& x, at::Tensor& values) {
  const Chunks chunks(x);
  const float* const from = x.data_ptr<float>();
  float* const to = values.data_ptr<float>();
  chunks.ForEach([&](std::size_t k) {
    const std::size_t at = chunks.ElementAt(k);
    SubtractLines(lines, from + at, chunks.layout, chunks.LengthOf(k), to + at);
  });
}

}  // namespace actsearch::kernels
