#include "evaluators/kernels/channel_loops.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "search_spaces/base/cpu_copies.h"

namespace actsearch::kernels {
namespace {

constexpr std::size_t kChunk = 32768;  // elements
// Elements that are worked on side by side, in two vectors of the widest kind.
constexpr std::size_t kLanes = 32;
constexpr std::size_t kVector = kLanes / 2;
typedef float Vector __attribute__((vector_size(kVector * sizeof(float))));

// The share of a chunk whose mean is the pivot.
constexpr std::size_t kHeadShare = 16;
// Runs of one channel are summed run by run, from this length on and where a chunk has few
// of them; else position by position.
constexpr std::size_t kLeastRun = 64;
constexpr std::size_t kLeastPeriod = 2048;
// Rows of positions are made as long as whole blocks of lanes, unless they get longer.
constexpr std::size_t kLongestRow = 4096;

bool HasRuns(const ChannelLayout& layout) {
  return layout.inner >= kLeastRun && layout.Period() >= kLeastPeriod;
}

// How many positions the loops by position tell apart: whole slices.
std::size_t RowOf(const ChannelLayout& layout) {
  const std::size_t row = std::lcm(layout.Period(), kLanes);
  return row <= kLongestRow ? row : layout.Period();
}

// A vector wherever it is.
typedef float Unaligned
    __attribute__((vector_size(kVector * sizeof(float)), aligned(4), may_alias));
const Unaligned& At(const float* p) { return *reinterpret_cast<const Unaligned*>(p); }
Unaligned& At(float* p) { return *reinterpret_cast<Unaligned*>(p); }

// For kLanes positions, whose elements are `step` apart from row to row:
// sums += d and squares += d * d for d = x - pivot.
ACTSEARCH_FOR_EACH_CPU
void AddLanes(const float* x, std::size_t step, std::size_t rows, const float* pivot, float* sums,
              float* squares) {
  const Vector pivot0 = At(pivot), pivot1 = At(pivot + kVector);
  Vector sum0 = At(sums), sum1 = At(sums + kVector);
  Vector square0 = At(squares), square1 = At(squares + kVector);
  for (std::size_t row = 0; row < rows; ++row, x += step) {
    const Vector d0 = At(x) - pivot0, d1 = At(x + kVector) - pivot1;
    sum0 += d0;
    sum1 += d1;
    square0 += d0 * d0;
    square1 += d1 * d1;
  }
  At(sums) = sum0;
  At(sums + kVector) = sum1;
  At(squares) = square0;
  At(squares + kVector) = square1;
}

// The same for n positions of one row.
void AddRow(const float* x, std::size_t n, const float* pivot, float* sums, float* squares) {
  for (std::size_t j = 0; j < n; ++j) {
    const float d = x[j] - pivot[j];
    sums[j] += d;
    squares[j] += d * d;
  }
}

// values -= offset + slope * (x - centre), for kLanes positions.
ACTSEARCH_FOR_EACH_CPU
void SubtractLanes(const ChannelLines& lines, const float* x, std::size_t step, std::size_t rows,
                   float* values) {
  const Vector offset0 = At(lines.offset), offset1 = At(lines.offset + kVector);
  const Vector slope0 = At(lines.slope), slope1 = At(lines.slope + kVector);
  const Vector centre0 = At(lines.centre), centre1 = At(lines.centre + kVector);
  for (std::size_t row = 0; row < rows; ++row, x += step, values += step) {
    At(values) -= offset0 + slope0 * (At(x) - centre0);
    At(values + kVector) -= offset1 + slope1 * (At(x + kVector) - centre1);
  }
}

void SubtractRow(const ChannelLines& lines, const float* x, std::size_t n, float* values) {
  for (std::size_t j = 0; j < n; ++j) {
    values[j] -= lines.offset[j] + lines.slope[j] * (x[j] - lines.centre[j]);
  }
}

// What all elements of a channel add up to.
struct ChannelSums {
  double d = 0, square = 0;

  void Finish(double pivot, std::size_t n, double* mean, double* square_sum) const {
    const auto count = static_cast<double>(n);
    *mean = pivot + d / count;
    *square_sum = std::max(square - d * d / count, 0.0);
  }
};

std::vector<ChannelSums> SumsByPosition(const float* x, const ChannelLayout& layout,
                                        std::size_t slices, const std::vector<float>& pivots) {
  const std::size_t row = RowOf(layout), n = slices * layout.Period(), rows = n / row;
  std::vector<float> pivot(row), sums(row, 0.0f), squares(row, 0.0f);
  for (std::size_t j = 0; j < row; ++j) pivot[j] = pivots[layout.ChannelOf(j)];
  const std::size_t lanes = row / kLanes * kLanes;
  for (std::size_t j = 0; j < lanes; j += kLanes) {
    AddLanes(x + j, row, rows, &pivot[j], &sums[j], &squares[j]);
  }
  for (std::size_t k = 0; k < rows && lanes < row; ++k) {
    AddRow(x + k * row + lanes, row - lanes, &pivot[lanes], &sums[lanes], &squares[lanes]);
  }
  AddRow(x + rows * row, n - rows * row, pivot.data(), sums.data(), squares.data());
  std::vector<ChannelSums> totals(layout.channels);
  for (std::size_t j = 0; j < row; ++j) {
    totals[layout.ChannelOf(j)].d += sums[j];
    totals[layout.ChannelOf(j)].square += squares[j];
  }
  return totals;
}

void MomentsByPosition(const float* x, const ChannelLayout& layout, std::size_t slices,
                       double* mean, double* square_sum) {
  const std::size_t head = std::max<std::size_t>(slices / kHeadShare, 1);
  std::vector<float> pivots(layout.channels, 0.0f);
  const std::vector<ChannelSums> starts = SumsByPosition(x, layout, head, pivots);
  for (std::size_t c = 0; c < layout.channels; ++c) {
    pivots[c] = static_cast<float>(starts[c].d / static_cast<double>(head * layout.inner));
  }
  const std::vector<ChannelSums> totals = SumsByPosition(x, layout, slices, pivots);
  for (std::size_t c = 0; c < layout.channels; ++c) {
    totals[c].Finish(pivots[c], slices * layout.inner, mean + c, square_sum + c);
  }
}

// Of one run, n elements.
void AddRun(const float* x, std::size_t n, const float* pivot, float* sums, float* squares) {
  AddLanes(x, kLanes, n / kLanes, pivot, sums, squares);
  AddRow(x + n / kLanes * kLanes, n % kLanes, pivot, sums, squares);
}

void MomentsByRun(const float* x, const ChannelLayout& layout, std::size_t slices, double* mean,
                  double* square_sum) {
  constexpr std::size_t kBlock = 8192;  // elements that are summed in float
  const std::size_t inner = layout.inner, n = slices * inner;
  const std::size_t head = std::min({inner, std::max(n / kHeadShare, kLeastRun), kBlock});
  for (std::size_t c = 0; c < layout.channels; ++c) {
    float pivot[kLanes] = {}, sums[kLanes] = {}, squares[kLanes] = {};
    ChannelSums total;
    std::size_t since = 0;
    const auto collect = [&] {
      for (std::size_t j = 0; j < kLanes; ++j) {
        total.d += sums[j];
        total.square += squares[j];
        sums[j] = squares[j] = 0;
      }
      since = 0;
    };
    AddRun(x + c * inner, head, pivot, sums, squares);
    collect();
    std::ranges::fill(pivot, static_cast<float>(total.d / static_cast<double>(head)));
    total = {};
    for (std::size_t s = 0; s < slices; ++s) {
      const float* run = x + s * layout.Period() + c * inner;
      for (std::size_t at = 0; at < inner; at += kBlock) {
        const std::size_t block = std::min(kBlock, inner - at);
        AddRun(run + at, block, pivot, sums, squares);
        since += block;
        if (since >= kBlock) collect();
      }
    }
    collect();
    total.Finish(pivot[0], n, mean + c, square_sum + c);
  }
}

void SubtractByPosition(const ChannelLines& lines, const float* x, const ChannelLayout& layout,
                        std::size_t slices, float* values) {
  const std::size_t row = RowOf(layout), n = slices * layout.Period(), rows = n / row;
  std::vector<float> numbers(3 * row);
  for (std::size_t j = 0; j < row; ++j) {
    const std::size_t c = layout.ChannelOf(j);
    numbers[j] = lines.offset[c];
    numbers[row + j] = lines.slope[c];
    numbers[2 * row + j] = lines.centre[c];
  }
  const auto from = [&](std::size_t j) {
    return ChannelLines{&numbers[j], &numbers[row + j], &numbers[2 * row + j]};
  };
  const std::size_t lanes = row / kLanes * kLanes;
  for (std::size_t j = 0; j < lanes; j += kLanes) {
    SubtractLanes(from(j), x + j, row, rows, values + j);
  }
  for (std::size_t k = 0; k < rows && lanes < row; ++k) {
    SubtractRow(from(lanes), x + k * row + lanes, row - lanes, values + k * row + lanes);
  }
  if (rows * row < n) SubtractRow(from(0), x + rows * row, n - rows * row, values + rows * row);
}

void SubtractByRun(const ChannelLines& lines, const float* x, const ChannelLayout& layout,
                   std::size_t slices, float* values) {
  const std::size_t rest = layout.inner % kLanes;
  for (std::size_t c = 0; c < layout.channels; ++c) {
    float offset[kLanes], slope[kLanes], centre[kLanes];
    std::ranges::fill(offset, lines.offset[c]);
    std::ranges::fill(slope, lines.slope[c]);
    std::ranges::fill(centre, lines.centre[c]);
    const ChannelLines line{offset, slope, centre};
    for (std::size_t s = 0; s < slices; ++s) {
      const std::size_t at = s * layout.Period() + c * layout.inner;
      const std::size_t last = at + layout.inner - rest;
      SubtractLanes(line, x + at, kLanes, layout.inner / kLanes, values + at);
      SubtractRow(line, x + last, rest, values + last);
    }
  }
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
  (HasRuns(layout) ? SubtractByRun : SubtractByPosition)(lines, x, layout, slices, values);
}

}  // namespace actsearch::kernels
