#include "evaluators/kernels/channel_loops.h"

#include <algorithm>
#include <vector>

#include "evaluators/kernels/cpu_copies.h"

namespace actsearch::kernels {
namespace {

constexpr std::size_t kChunk = 32768;  // elements
// Sums that are formed side by side, in vectors.
constexpr std::size_t kLanes = 64;
// Slices whose terms are added up before they are added to the sums of their positions.
constexpr std::size_t kUnroll = 8;
// The share of a chunk whose mean is the pivot.
constexpr std::size_t kHeadShare = 8;
// Runs of one channel are summed run by run, from this length on and where a chunk has few
// of them; else position by position.
constexpr std::size_t kLeastRun = 64;
constexpr std::size_t kLeastPeriod = 2048;

bool HasRuns(const ChannelLayout& layout) {
  return layout.inner >= kLeastRun && layout.Period() >= kLeastPeriod;
}

// How many positions the loops by position walk at a time: whole slices.
std::size_t WidthOf(const ChannelLayout& layout) {
  const std::size_t period = layout.Period();
  return (kLanes + period - 1) / period * period;
}

// sums[j] += d and squares[j] += d * d for d = x[k * width + j] - pivot[j], k < kUnroll * groups.
ACTSEARCH_FOR_EACH_CPU
void AddGroups(const float* __restrict x, const float* __restrict pivot, std::size_t width,
               std::size_t groups, float* __restrict sums, float* __restrict squares) {
  for (std::size_t g = 0; g < groups; ++g, x += kUnroll * width) {
    for (std::size_t j = 0; j < width; ++j) {
      float sum = 0, square = 0;
#pragma GCC unroll 8
      for (std::size_t k = 0; k < kUnroll; ++k) {
        const float d = x[k * width + j] - pivot[j];
        sum += d;
        square += d * d;
      }
      sums[j] += sum;
      squares[j] += square;
    }
  }
}

// The same for n elements, of which element i belongs to position i % width.
ACTSEARCH_FOR_EACH_CPU
void AddRest(const float* __restrict x, const float* __restrict pivot, std::size_t width,
             std::size_t n, float* __restrict sums, float* __restrict squares) {
  for (std::size_t begin = 0; begin < n; begin += width) {
    for (std::size_t j = 0; j < std::min(width, n - begin); ++j) {
      const float d = x[begin + j] - pivot[j];
      sums[j] += d;
      squares[j] += d * d;
    }
  }
}

// sums[i % kLanes] += d and squares[...] += d * d for d = x[i] - pivot, i < n.
ACTSEARCH_FOR_EACH_CPU
void AddRun(const float* __restrict x, float pivot, std::size_t n, float* __restrict sums,
            float* __restrict squares) {
  for (std::size_t i = 0; i < n / kLanes * kLanes; i += kLanes) {
    for (std::size_t j = 0; j < kLanes; ++j) {
      const float d = x[i + j] - pivot;
      sums[j] += d;
      squares[j] += d * d;
    }
  }
  const std::size_t rest = n / kLanes * kLanes;
  for (std::size_t j = 0; j < n - rest; ++j) {
    const float d = x[rest + j] - pivot;
    sums[j] += d;
    squares[j] += d * d;
  }
}

// The sum of every position's terms as its channel's.
struct ChannelSums {
  double d = 0, square = 0;

  void Finish(double pivot, std::size_t n, double* mean, double* square_sum) const {
    const auto count = static_cast<double>(n);
    *mean = pivot + d / count;
    *square_sum = std::max(square - d * d / count, 0.0);
  }
};

std::vector<float> HeadMeans(const float* x, const ChannelLayout& layout, std::size_t slices) {
  const std::size_t head = std::max<std::size_t>(slices / kHeadShare, 1);
  std::vector<double> sums(layout.channels, 0);
  for (std::size_t s = 0; s < head; ++s) {
    for (std::size_t c = 0; c < layout.channels; ++c) {
      for (std::size_t k = 0; k < layout.inner; ++k) sums[c] += *x++;
    }
  }
  std::vector<float> means;
  for (const double sum : sums) {
    means.push_back(static_cast<float>(sum / static_cast<double>(head * layout.inner)));
  }
  return means;
}

void MomentsByPosition(const float* x, const ChannelLayout& layout, std::size_t slices,
                       double* mean, double* square_sum) {
  const std::vector<float> pivots = HeadMeans(x, layout, slices);
  const std::size_t width = WidthOf(layout), n = slices * layout.Period();
  std::vector<float> pivot(width), sums(width, 0.0f), squares(width, 0.0f);
  for (std::size_t j = 0; j < width; ++j) pivot[j] = pivots[layout.ChannelOf(j)];
  const std::size_t groups = n / (kUnroll * width), done = groups * kUnroll * width;
  AddGroups(x, pivot.data(), width, groups, sums.data(), squares.data());
  AddRest(x + done, pivot.data(), width, n - done, sums.data(), squares.data());
  std::vector<ChannelSums> totals(layout.channels);
  for (std::size_t j = 0; j < width; ++j) {
    totals[layout.ChannelOf(j)].d += sums[j];
    totals[layout.ChannelOf(j)].square += squares[j];
  }
  for (std::size_t c = 0; c < layout.channels; ++c) {
    totals[c].Finish(pivots[c], slices * layout.inner, mean + c, square_sum + c);
  }
}

void MomentsByRun(const float* x, const ChannelLayout& layout, std::size_t slices, double* mean,
                  double* square_sum) {
  constexpr std::size_t kBlock = 8192;  // elements that are summed in float
  const std::size_t inner = layout.inner, n = slices * inner;
  const std::size_t head = std::min(inner, std::max(n / kHeadShare, kLeastRun));
  for (std::size_t c = 0; c < layout.channels; ++c) {
    double start = 0;
    for (std::size_t i = 0; i < head; ++i) start += x[c * inner + i];
    const auto pivot = static_cast<float>(start / static_cast<double>(head));
    ChannelSums total;
    float sums[kLanes] = {}, squares[kLanes] = {};
    const auto collect = [&] {
      for (std::size_t j = 0; j < kLanes; ++j) {
        total.d += sums[j];
        total.square += squares[j];
        sums[j] = squares[j] = 0;
      }
    };
    std::size_t since = 0;
    for (std::size_t s = 0; s < slices; ++s) {
      const float* run = x + s * layout.Period() + c * inner;
      for (std::size_t at = 0; at < inner; at += kBlock) {
        const std::size_t block = std::min(kBlock, inner - at);
        AddRun(run + at, pivot, block, sums, squares);
        since += block;
        if (since < kBlock) continue;
        collect();
        since = 0;
      }
    }
    collect();
    total.Finish(pivot, n, mean + c, square_sum + c);
  }
}

ACTSEARCH_FOR_EACH_CPU
void SubtractByPosition(const float* __restrict offset, const float* __restrict slope,
                        const float* __restrict centre, const float* __restrict x,
                        std::size_t width, std::size_t n, float* __restrict values) {
  for (std::size_t begin = 0; begin < n; begin += width) {
    for (std::size_t j = 0; j < std::min(width, n - begin); ++j) {
      values[begin + j] -= offset[j] + slope[j] * (x[begin + j] - centre[j]);
    }
  }
}

ACTSEARCH_FOR_EACH_CPU
void SubtractFromRun(float offset, float slope, float centre, const float* __restrict x,
                     std::size_t n, float* __restrict values) {
  for (std::size_t i = 0; i < n; ++i) values[i] -= offset + slope * (x[i] - centre);
}

}  // namespace

std::size_t SlicesInAChunk(const ChannelLayout& layout) {
  return std::max<std::size_t>(kChunk / layout.Period(), 1);
}

void MomentsOf(const float* x, const ChannelLayout& layout, std::size_t slices, double* mean,
               double* square_sum) {
  (HasRuns(layout) ? MomentsByRun : MomentsByPosition)(x, layout, slices, mean, square_sum);
}

void SubtractLines(const ChannelLines& lines, const float* x, const ChannelLayout& layout,
                   std::size_t slices, float* values) {
  if (HasRuns(layout)) {
    for (std::size_t s = 0; s < slices; ++s) {
      for (std::size_t c = 0; c < layout.channels; ++c) {
        const std::size_t at = s * layout.Period() + c * layout.inner;
        SubtractFromRun(lines.offset[c], lines.slope[c], lines.centre[c], x + at, layout.inner,
                        values + at);
      }
    }
    return;
  }
  const std::size_t width = WidthOf(layout);
  std::vector<float> numbers(3 * width);
  float* const offset = numbers.data();
  float* const slope = offset + width;
  float* const centre = slope + width;
  for (std::size_t j = 0; j < width; ++j) {
    const std::size_t c = layout.ChannelOf(j);
    offset[j] = lines.offset[c];
    slope[j] = lines.slope[c];
    centre[j] = lines.centre[c];
  }
  SubtractByPosition(offset, slope, centre, x, width, slices * layout.Period(), values);
}

}  // namespace actsearch::kernels
