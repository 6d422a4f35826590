#include "evaluators/kernels/attention.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "evaluators/kernels/cpu/tiles.h"
#include "evaluators/kernels/node.h"
#include "evaluators/kernels/triangular.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::kernels {
namespace {

struct Sizes {
  Sizes(const at::Tensor& qkv, std::int64_t of_length, std::int64_t of_heads)
      : length(static_cast<std::size_t>(of_length)),
        heads(static_cast<std::size_t>(of_heads)),
        width(static_cast<std::size_t>(qkv.size(1)) / 3),
        depth(width / heads),
        sequences(static_cast<std::size_t>(qkv.size(0)) / length),
        padded(RoundUp(length)),
        wide(RoundUp(depth)),
        scale(static_cast<float>(1 / std::sqrt(static_cast<double>(depth)))) {}

  static std::size_t RoundUp(std::size_t n) {
    return (n + kTriangleStep - 1) / kTriangleStep * kTriangleStep;
  }

  std::size_t length, heads, width, depth, sequences;
  std::size_t padded, wide;  // length and depth with padding
  float scale;
};

// One head's part of an array with rows `step` apart, in padded arrays of its own.
class Part {
 public:
  explicit Part(const Sizes& sizes)
      : sizes_(sizes), rows_(sizes.padded * sizes.wide), columns_(rows_.size()) {}

  void Read(const float* from, std::size_t step, float factor = 1) {
    for (std::size_t i = 0; i < sizes_.length; ++i) {
      for (std::size_t d = 0; d < sizes_.depth; ++d) {
        const float value = factor * from[i * step + d];
        rows_[i * sizes_.wide + d] = value;
        columns_[d * sizes_.padded + i] = value;
      }
    }
  }

  void Write(float* to, std::size_t step, float factor = 1) const {
    for (std::size_t i = 0; i < sizes_.length; ++i) {
      for (std::size_t d = 0; d < sizes_.depth; ++d) {
        to[i * step + d] = factor * rows_[i * sizes_.wide + d];
      }
    }
  }

  float* Rows() { return rows_.data(); }                   // padded x wide
  const float* Rows() const { return rows_.data(); }
  const float* Columns() const { return columns_.data(); }  // the transpose

 private:
  const Sizes& sizes_;
  std::vector<float> rows_, columns_;
};

// What one head needs, used again from head to head.
struct Head {
  explicit Head(const Sizes& sizes) : q(sizes), k(sizes), v(sizes), y(sizes), out(sizes) {}

  void Read(const Sizes& sizes, const float* qkv) {
    const std::size_t step = 3 * sizes.width;
    q.Read(qkv, step, sizes.scale);
    k.Read(qkv + sizes.width, step);
    v.Read(qkv + 2 * sizes.width, step);
  }

  Part q, k, v, y, out;
};

// Row i of the scores becomes its softmax over the first i + 1; 0 to the end of the block.
void SoftmaxOfRows(const Sizes& sizes, float* scores) {
  static const cpu::TileFunction exp = cpu::Tiles().ops[expr::IdOf<expr::rows::ExpRow>()];
  constexpr float kNothing = -1e30f;
  for (std::size_t i = 0; i < sizes.padded; ++i) {
    float* const row = scores + i * sizes.padded;
    const std::size_t seen = std::min(i + 1, sizes.length), end = Sizes::RoundUp(i + 1);
    const float largest = *std::max_element(row, row + seen);
    for (std::size_t j = 0; j < seen; ++j) row[j] -= largest;
    std::fill(row + seen, row + end, kNothing);
    exp(row, row, row, row, end);
    float sum = 0;
    for (std::size_t j = 0; j < end; ++j) sum += row[j];
    for (std::size_t j = 0; j < end; ++j) row[j] /= sum;
  }
}

// From dLoss/dShares, in place: share * (gradient - mean of the gradients by the shares).
void SoftmaxGradient(const Sizes& sizes, const float* shares, float* gradient) {
  for (std::size_t i = 0; i < sizes.padded; ++i) {
    const float* const p = shares + i * sizes.padded;
    float* const g = gradient + i * sizes.padded;
    const std::size_t end = Sizes::RoundUp(i + 1);
    float mean = 0;
    for (std::size_t j = 0; j < end; ++j) mean += p[j] * g[j];
    for (std::size_t j = 0; j < end; ++j) g[j] = p[j] * (g[j] - mean);
  }
}

// Calls run(head, offset of the head's numbers in a row of y, sequence, index of the pair).
template <class Run>
void ForEachHead(const Sizes& sizes, const Run& run) {
  Head head(sizes);
  for (std::size_t n = 0; n < sizes.sequences; ++n) {
    for (std::size_t h = 0; h < sizes.heads; ++h) {
      run(head, h * sizes.depth, n * sizes.length, n * sizes.heads + h);
    }
  }
}

// `shares`: sequences x heads x padded x padded.
void Forward(const Sizes& sizes, const float* qkv, float* shares, float* y) {
  const std::size_t square = sizes.padded * sizes.padded;
  ForEachHead(sizes, [&](Head& head, std::size_t at, std::size_t row, std::size_t pair) {
    float* const p = shares + pair * square;
    head.Read(sizes, qkv + row * 3 * sizes.width + at);
    TriangleOfProduct(head.q.Rows(), sizes.wide, head.k.Columns(), sizes.padded, sizes.depth, p);
    SoftmaxOfRows(sizes, p);
    TriangleTimes(p, head.v.Rows(), sizes.padded, sizes.wide, head.out.Rows());
    head.out.Write(y + row * sizes.width + at, sizes.width);
  });
}

void Backward(const Sizes& sizes, const float* qkv, const float* shares, const float* y_gradient,
              float* gradient) {
  const std::size_t square = sizes.padded * sizes.padded, step = 3 * sizes.width;
  std::vector<float> scores(square);
  ForEachHead(sizes, [&](Head& head, std::size_t at, std::size_t row, std::size_t pair) {
    const float* const p = shares + pair * square;
    float* const to = gradient + row * step + at;
    head.Read(sizes, qkv + row * step + at);
    head.y.Read(y_gradient + row * sizes.width + at, sizes.width);
    TransposedTriangleTimes(p, head.y.Rows(), sizes.padded, sizes.wide, head.out.Rows());
    head.out.Write(to + 2 * sizes.width, step);
    TriangleOfProduct(head.y.Rows(), sizes.wide, head.v.Columns(), sizes.padded, sizes.depth,
                      scores.data());
    SoftmaxGradient(sizes, p, scores.data());
    TriangleTimes(scores.data(), head.k.Rows(), sizes.padded, sizes.wide, head.out.Rows());
    head.out.Write(to, step, sizes.scale);
    TransposedTriangleTimes(scores.data(), head.q.Rows(), sizes.padded, sizes.wide,
                            head.out.Rows());
    head.out.Write(to + sizes.width, step);
  });
}

at::Tensor Plainly(const at::Tensor& qkv, std::int64_t length, std::int64_t heads) {
  const std::int64_t width = qkv.size(1) / 3, depth = width / heads;
  const at::Tensor parts = qkv.view({-1, length, 3, heads, depth}).permute({2, 0, 3, 1, 4});
  const at::Tensor q = parts.select(0, 0), k = parts.select(0, 1), v = parts.select(0, 2);
  const at::Tensor mask =
      at::full({length, length}, -std::numeric_limits<double>::infinity(), qkv.options()).triu(1);
  const double scale = 1 / std::sqrt(static_cast<double>(depth));
  const at::Tensor shares = (at::matmul(q, k.transpose(2, 3)) * scale + mask).softmax(-1);
  return at::matmul(shares, v).transpose(1, 2).reshape({-1, width});
}

struct CausalAttentionBackward : public torch::autograd::Node {
  variable_list apply(variable_list&& incoming) override {
    CheckNotReleased(released);
    if (!incoming[0].defined()) return {at::Tensor()};
    const at::Tensor x = qkv.unpack();
    if (at::GradMode::is_enabled()) {
      return PlainGradients({x}, incoming[0], [&](const variable_list& in) {
        return Plainly(in[0], length, heads);
      });
    }
    const at::Tensor dense = x.contiguous(), y_gradient = incoming[0].contiguous();
    at::Tensor result = at::empty(x.sizes(), x.options());
    Backward(Sizes(x, length, heads), dense.data_ptr<float>(), shares.data_ptr<float>(),
             y_gradient.data_ptr<float>(), result.data_ptr<float>());
    return {result};
  }

  void release_variables() override {
    released = true;
    qkv.reset_data();
    shares.reset();
  }

  std::string name() const override { return "CausalAttentionBackward"; }

  SavedVariable qkv;
  at::Tensor shares;
  std::int64_t length = 0, heads = 0;
  bool released = false;
};

}  // namespace

at::Tensor CausalAttention(const at::Tensor& qkv, std::int64_t length, std::int64_t heads) {
  TORCH_CHECK(qkv.dim() == 2 && length > 0 && heads > 0 && qkv.size(0) % length == 0 &&
                  qkv.size(1) % (3 * heads) == 0,
              "CausalAttention: ", qkv.sizes(), " is not (N * ", length, ") x (3 * width), ", heads,
              " heads");
  const bool is_served =
      qkv.is_cpu() && qkv.scalar_type() == at::kFloat && qkv.numel() > 0;
  if (!is_served) return Plainly(qkv.contiguous(), length, heads);
  const Sizes sizes(qkv, length, heads);
  const at::Tensor dense = qkv.detach().contiguous();
  at::Tensor y = at::empty({qkv.size(0), qkv.size(1) / 3}, qkv.options());
  const auto side = static_cast<std::int64_t>(sizes.padded);
  at::Tensor shares = at::empty({qkv.size(0) / length * heads, side, side}, qkv.options());
  Forward(sizes, dense.data_ptr<float>(), shares.data_ptr<float>(), y.data_ptr<float>());
  if (!NeedsGradient({&qkv, 1})) return y;
  const auto node = MakeNode<CausalAttentionBackward>({&qkv, 1});
  node->qkv = SavedVariable(qkv, false);
  node->shares = std::move(shares);
  node->length = length;
  node->heads = heads;
  SetHistory(y, node);
  return y;
}

}  // namespace actsearch::kernels
