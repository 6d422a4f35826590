// How blocks walk over elements (launch.h), as device code. K is a generated kernel: its
// numbers of inputs, stores, parameters and reductions, `load_parameters`, `compute`, `fix`.
#include "evaluators/kernels/cuda/source.h"

namespace actsearch::kernels::cuda {
namespace {

constexpr char kWalks[] = R"cuda(
constexpr int AtLeastOne(int n) { return n < 1 ? 1 : n; }

template <class K>
struct Shape {
  static constexpr int width = K::Storage::width;
  static constexpr int inputs = AtLeastOne(K::inputs);
  static constexpr int stores = AtLeastOne(K::stores);
  static constexpr int parameters = AtLeastOne(K::parameters);
  static constexpr int reductions = AtLeastOne(K::reductions);
};

// One vector: elements i, ..., i + n - 1, each with its channel and parameters.
template <class K>
DEVICE void RunVector(const Arguments& a, unsigned i, unsigned n,
                      const unsigned (&channels)[Shape<K>::width],
                      const float (&p)[Shape<K>::width][Shape<K>::parameters],
                      float (&reduced)[Shape<K>::width][Shape<K>::reductions]) {
  constexpr int W = Shape<K>::width;
  float in[Shape<K>::inputs][W];
  float out[Shape<K>::stores][W];
  const bool whole = a.aligned != 0 && n == W;
#pragma unroll
  for (int k = 0; k < K::inputs; ++k) Load<typename K::Storage>(a.inputs[k], i, n, whole, in[k]);
#pragma unroll
  for (int lane = 0; lane < W; ++lane) {
    float args[Shape<K>::inputs];
    float results[Shape<K>::stores];
#pragma unroll
    for (int k = 0; k < K::inputs; ++k) args[k] = in[k][lane];
    K::template compute<float>(args, p[lane], results, reduced[lane]);
    if (lane < n) K::fix(a, channels[lane], i + lane, results, reduced[lane]);
#pragma unroll
    for (int k = 0; k < K::stores; ++k) out[k][lane] = results[k];
  }
#pragma unroll
  for (int k = 0; k < K::stores; ++k) Store<typename K::Storage>(out[k], n, whole, a.stores[k], i);
}

// Sums of all threads of the block, in a tree of fixed shape; thread 0 has the result.
DEVICE float BlockSum(float mine) {
  SHARED float sums[256];
  sums[threadIdx.x] = mine;
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
    __syncthreads();
  }
  const float total = sums[0];
  __syncthreads();
  return total;
}

// Which number of parameter `id` a channel reads.
DEVICE unsigned NumberOf(const Arguments& a, int id, unsigned channel) {
  return a.per[id] == 1 ? channel : channel / a.per[id];
}

template <class K>
DEVICE void WalkPlain(const Arguments& a) {
  constexpr int W = Shape<K>::width;
  float sums[Shape<K>::reductions] = {};
  unsigned channels[W] = {};
  float p[W][Shape<K>::parameters];
#pragma unroll
  for (int lane = 0; lane < W; ++lane) K::load_parameters(a, 0, p[lane]);
  const unsigned vectors = (a.size + W - 1) / W;
  for (unsigned v = blockIdx.x * blockDim.x + threadIdx.x; v < vectors;
       v += gridDim.x * blockDim.x) {
    const unsigned i = v * W;
    const unsigned n = a.size - i < W ? a.size - i : W;
    if (K::by_channel) {
      const unsigned run = i / a.inner;
      unsigned place = i - run * a.inner;
      unsigned channel = run % a.channels;
#pragma unroll
      for (int lane = 0; lane < W; ++lane) {
        channels[lane] = channel;
        K::load_parameters(a, channel, p[lane]);
        if (++place == a.inner) {
          place = 0;
          if (++channel == a.channels) channel = 0;
        }
      }
    }
    float reduced[W][Shape<K>::reductions];
    RunVector<K>(a, i, n, channels, p, reduced);
#pragma unroll
    for (int r = 0; r < K::reductions; ++r) {
#pragma unroll
      for (int lane = 0; lane < W; ++lane) sums[r] += lane < n ? reduced[lane][r] : 0.0f;
    }
  }
#pragma unroll
  for (int r = 0; r < K::reductions; ++r) {
    const float total = BlockSum(sums[r]);
    if (threadIdx.x == 0) a.partial[r * gridDim.x + blockIdx.x] = total;
  }
}

// blockIdx.x is the channel, blockIdx.y the slice of its vectors.
template <class K>
DEVICE void WalkRuns(const Arguments& a) {
  constexpr int W = Shape<K>::width;
  float sums[Shape<K>::reductions] = {};
  unsigned channels[W];
  float p[W][Shape<K>::parameters];
#pragma unroll
  for (int lane = 0; lane < W; ++lane) {
    channels[lane] = blockIdx.x;
    K::load_parameters(a, blockIdx.x, p[lane]);
  }
  const unsigned period = a.channels * a.inner;
  const unsigned row = (a.inner + W - 1) / W;
  const unsigned vectors = (a.size + period - 1) / period * row;
  for (unsigned v = blockIdx.y * blockDim.x + threadIdx.x; v < vectors;
       v += gridDim.y * blockDim.x) {
    const unsigned sample = v / row;
    const unsigned place = (v - sample * row) * W;
    const unsigned i = sample * period + blockIdx.x * a.inner + place;
    const unsigned n = a.inner - place < W ? a.inner - place : W;
    float reduced[W][Shape<K>::reductions];
    RunVector<K>(a, i, n, channels, p, reduced);
#pragma unroll
    for (int r = 0; r < K::reductions; ++r) {
#pragma unroll
      for (int lane = 0; lane < W; ++lane) sums[r] += lane < n ? reduced[lane][r] : 0.0f;
    }
  }
#pragma unroll
  for (int r = 0; r < K::reductions; ++r) {
    const float total = BlockSum(sums[r]);
    if (threadIdx.x == 0) a.partial[(r * gridDim.y + blockIdx.y) * a.channels + blockIdx.x] = total;
  }
}

// blockIdx.x is the group of `across` columns, blockIdx.y the slice of samples.
template <class K>
DEVICE void WalkColumns(const Arguments& a) {
  constexpr int W = Shape<K>::width;
  SHARED float columns[256 * W];
  const unsigned period = a.channels * a.inner;
  const unsigned side = threadIdx.x % a.across;
  const unsigned row = threadIdx.x / a.across;
  const unsigned rows = blockDim.x / a.across;
  const unsigned first = (blockIdx.x * a.across + side) * W;
  const unsigned n = first >= period ? 0 : (period - first < W ? period - first : W);
  unsigned channels[W];
  float p[W][Shape<K>::parameters];
  float sums[Shape<K>::reductions][W] = {};
#pragma unroll
  for (int lane = 0; lane < W; ++lane) {
    channels[lane] = lane < n ? (first + lane) / a.inner : 0;
    K::load_parameters(a, channels[lane], p[lane]);
  }
  const unsigned samples = n == 0 ? 0 : a.size / period;
  for (unsigned s = blockIdx.y * rows + row; s < samples; s += gridDim.y * rows) {
    float reduced[W][Shape<K>::reductions];
    RunVector<K>(a, s * period + first, n, channels, p, reduced);
#pragma unroll
    for (int r = 0; r < K::reductions; ++r) {
#pragma unroll
      for (int lane = 0; lane < W; ++lane) sums[r][lane] += lane < n ? reduced[lane][r] : 0.0f;
    }
  }
#pragma unroll
  for (int r = 0; r < K::reductions; ++r) {
#pragma unroll
    for (int lane = 0; lane < W; ++lane) columns[lane * blockDim.x + threadIdx.x] = sums[r][lane];
    __syncthreads();
    if (row == 0) {
#pragma unroll
      for (int lane = 0; lane < W; ++lane) {
        float total = 0;
        for (unsigned k = 0; k < rows; ++k) {
          total += columns[lane * blockDim.x + k * a.across + side];
        }
        if (lane < n) a.partial[(r * gridDim.y + blockIdx.y) * period + first + lane] = total;
      }
    }
    __syncthreads();
  }
}
)cuda";

std::string ArgumentsText() {
  const auto number = [](std::size_t n) { return std::to_string(n); };
  return "\nstruct Arguments {\n  const void* inputs[" + number(kMaxInputs) +
         "];\n  void* stores[" + number(kMaxStores) + "];\n  const float* parameters[" +
         number(kMaxParameters) +
         "];\n  const void* x;\n  const void* gradient;\n  float* partial;\n  unsigned per[" +
         number(kMaxParameters) +
         "];\n  unsigned size, channels, inner, aligned, across;\n};\n"
         "static_assert(sizeof(Arguments) == " +
         number(sizeof(Arguments)) + ", \"as in launch.h\");\n";
}

}  // namespace

std::string WalksText() { return ArgumentsText() + kWalks; }

std::string FinishText(const std::string& name) {
  const std::string most = std::to_string(kMaxParameters);
  return "\nstruct FinishArguments {\n  const float* partial;\n  float* out[" + most +
         "];\n  unsigned outputs[" + most +
         "];\n  unsigned positions, slices;\n};\nstatic_assert(sizeof(FinishArguments) == " +
         std::to_string(sizeof(FinishArguments)) + ", \"as in launch.h\");\n\nKERNEL " + name +
         R"cuda((ARGUMENT(FinishArguments) f) {
  SHARED double sums[256];
  const unsigned r = blockIdx.y;
  if (blockIdx.x >= f.outputs[r]) return;
  const unsigned width = f.positions / f.outputs[r];
  const float* from = f.partial + r * f.slices * f.positions + blockIdx.x * width;
  double mine = 0;
  for (unsigned k = threadIdx.x; k < f.slices * width; k += blockDim.x) {
    const unsigned slice = k / width;
    mine += from[slice * f.positions + (k - slice * width)];
  }
  sums[threadIdx.x] = mine;
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
    __syncthreads();
  }
  if (threadIdx.x == 0) f.out[r][blockIdx.x] = static_cast<float>(sums[0]);
}
)cuda";
}

}  // namespace actsearch::kernels::cuda
