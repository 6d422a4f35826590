#include "evaluators/kernels/cuda/activation.h"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "evaluators/kernels/cuda/pass.h"
#include "evaluators/kernels/dense.h"
#include "evaluators/kernels/plan.h"
#include "search_spaces/base/check.h"

namespace actsearch::kernels::cuda {
namespace {

bool IsServed(const at::Tensor& x) {
  return (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16) &&
         static_cast<std::size_t>(x.numel()) <= kMaxElements;
}

Storage StorageOf(const at::Tensor& t) {
  return t.scalar_type() == at::kBFloat16 ? Storage::kBfloat16 : Storage::kFloat32;
}

// Parameters as arrays of float on the device, valid while the object lives. Its memory
// may go back to LibTorch's allocator before the kernel has run: reuse is in stream order.
struct Numbers {
  explicit Numbers(std::span<const at::Tensor> parameters) {
    for (const at::Tensor& p : parameters) {
      tensors.push_back(p.to(at::kFloat).contiguous());
      sizes.push_back(static_cast<std::size_t>(p.numel()));
    }
  }
  void PutInto(Arguments& a) const {
    for (std::size_t k = 0; k < tensors.size(); ++k) a.parameters[k] = tensors[k].data_ptr<float>();
  }

  std::vector<at::Tensor> tensors;
  std::vector<std::size_t> sizes;
};

class CudaActivation : public Activation {
 public:
  CudaActivation(const expr::Expr& f, Plan plan, const std::shared_ptr<Backend>& backend,
                 const Policy& policy)
      : Activation(f),
        plan_(std::move(plan)),
        exact_(plan_.may_overflow ? std::optional<ExactPrograms>(f) : std::nullopt),
        value_(backend, plan_.value, f.parameters, exact(), false, policy),
        forward_(backend, plan_.forward, f.parameters, exact(), false, policy),
        backward_(backend, plan_.backward, f.parameters, exact(), true, policy) {}

  Result<void> Probe() const { return value_.Probe(); }

  bool IsFusedFor(const at::Tensor& x) const override { return x.is_cuda() && IsServed(x); }

  void Value(const at::Tensor& x, std::span<const at::Tensor> parameters,
             at::Tensor& y) const override {
    ACTSEARCH_CHECK(IsServed(x), "beyond the GPU kernels' types or sizes");
    if (plan_.is_identity) {
      y = x;
      return;
    }
    const at::Tensor dense = Dense(x);
    Reuse(y, dense);
    void* const stores[] = {y.data_ptr()};
    RunForward(value_, dense, parameters, stores);
  }

  void Forward(const at::Tensor& x, std::span<const at::Tensor> parameters, at::Tensor& y,
               Saved& saved) const override {
    ACTSEARCH_CHECK(IsServed(x), "beyond the GPU kernels' types or sizes");
    const at::Tensor dense = Dense(x);
    saved.x = dense;
    if (plan_.is_identity) {
      y = x;
      return;
    }
    Reuse(y, dense);
    saved.arrays.resize(static_cast<std::size_t>(plan_.saved));
    std::vector<void*> stores = {y.data_ptr()};
    for (at::Tensor& array : saved.arrays) {
      Reuse(array, dense);
      stores.push_back(array.data_ptr());
    }
    if (plan_.reads_result) saved.result = y;
    RunForward(forward_, dense, parameters, stores);
    if (!plan_.reads_x && !plan_.may_overflow) saved.x = at::Tensor();
  }

  void Backward(const at::Tensor& gradient, std::span<const at::Tensor> parameters,
                const Saved& saved, Gradients& gradients) const override {
    ACTSEARCH_CHECK(IsServed(gradient), "beyond the GPU kernels' types or sizes");
    const at::Tensor dense = Aligned(gradient, saved);
    Arguments a;
    const std::vector<std::uint16_t>& inputs = plan_.backward.inputs;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const at::Tensor& input = inputs[k] == kInputX          ? saved.x
                                : inputs[k] == kInputGradient ? dense
                                : inputs[k] == kInputResult   ? saved.result
                                                            : saved.arrays[inputs[k] - kInputSaved];
      a.inputs[k] = input.data_ptr();
    }
    if (plan_.may_overflow) a.x = saved.x.data_ptr();
    a.gradient = dense.data_ptr();
    if (plan_.input_gradient == InputGradient::kStored) {
      if (gradients.input.defined() && gradients.input.is_same(gradient)) {
        gradients.input = at::Tensor();
      }
      Reuse(gradients.input, dense);
      a.stores[0] = gradients.input.data_ptr();
    } else if (plan_.input_gradient == InputGradient::kSame) {
      gradients.input = gradient;
    } else {
      gradients.input = at::Tensor();
    }
    const std::vector<at::Tensor> sums = PrepareSums(parameters);
    const bool runs = plan_.input_gradient == InputGradient::kStored || !sums.empty();
    if (runs && dense.numel() > 0) {
      const c10::DeviceGuard guard(dense.device());
      const Numbers numbers(parameters);
      numbers.PutInto(a);
      backward_.Run(a, numbers.sizes, LayoutOf(dense), static_cast<std::size_t>(dense.numel()),
                    StorageOf(dense), dense, sums);
    }
    SetParameterGradients(parameters, sums, gradients);
  }

 private:
  const ExactPrograms* exact() const { return exact_ ? &*exact_ : nullptr; }

  void RunForward(Pass& pass, const at::Tensor& x, std::span<const at::Tensor> parameters,
                  std::span<void* const> stores) const {
    if (x.numel() == 0) return;
    const c10::DeviceGuard guard(x.device());
    const Numbers numbers(parameters);
    Arguments a;
    numbers.PutInto(a);
    if (!pass.program().inputs.empty()) a.inputs[0] = x.data_ptr();
    std::ranges::copy(stores, a.stores);
    a.x = x.data_ptr();
    pass.Run(a, numbers.sizes, LayoutOf(x), static_cast<std::size_t>(x.numel()), StorageOf(x), x,
             {});
  }

  // Zeros: what a pass over no elements leaves.
  std::vector<at::Tensor> PrepareSums(std::span<const at::Tensor> parameters) const {
    std::vector<at::Tensor> sums;
    for (const Reduction& r : plan_.backward.reductions) {
      const at::Tensor& p = parameters[r.parameter];
      sums.push_back(at::zeros({p.numel()}, p.options().dtype(at::kFloat)));
    }
    return sums;
  }

  void SetParameterGradients(std::span<const at::Tensor> parameters,
                             std::span<const at::Tensor> sums, Gradients& gradients) const {
    gradients.parameters.resize(parameters.size());
    std::vector<bool> set(parameters.size(), false);
    for (std::size_t r = 0; r < sums.size(); ++r) {
      const std::uint16_t k = plan_.backward.reductions[r].parameter;
      gradients.parameters[k] = sums[r].view(parameters[k].sizes()).to(parameters[k].dtype());
      set[k] = true;
    }
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      if (!set[k]) gradients.parameters[k] = at::zeros_like(parameters[k]);
    }
  }

  const Plan plan_;
  const std::optional<ExactPrograms> exact_;
  mutable Pass value_, forward_, backward_;  // count launches and keep kernels; thread-safe
};

}  // namespace

Result<std::shared_ptr<const Activation>> MakeCudaActivation(const expr::Expr& f,
                                                             std::shared_ptr<Backend> backend,
                                                             const Policy& policy) {
  Plan plan = MakePlan(f);
  const std::size_t count = f.parameters.size();
  for (const Program* program : {&plan.value, &plan.forward, &plan.backward}) {
    if (kernels::cuda::IsServed(*program, count)) continue;
    return Fail(ErrorCode::kInvalid, "a formula with " + std::to_string(count) +
                                         " parameters is beyond the GPU kernels' limits");
  }
  auto activation = std::make_shared<CudaActivation>(f, std::move(plan), backend, policy);
  if (Result<void> probe = activation->Probe(); !probe) return std::unexpected(probe.error());
  return activation;
}

}  // namespace actsearch::kernels::cuda
