// Fused passes on the CPU as an Activation: tensors to arrays, ranges to threads.
#include "evaluators/kernels/activation.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <optional>

#include "evaluators/kernels/cpu/repair.h"
#include "evaluators/kernels/cpu/runner.h"
#include "evaluators/kernels/dense.h"
#include "evaluators/kernels/plan.h"
#include "search_spaces/base/check.h"

namespace actsearch::kernels {
namespace {

using cpu::Array;
using cpu::Arrays;
using cpu::ConstArray;
using cpu::kChunk;
using cpu::Runner;
using cpu::Storage;

bool IsServed(const at::Tensor& x) {
  return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

Storage StorageOf(const at::Tensor& t) {
  return t.scalar_type() == at::kBFloat16 ? Storage::kBfloat16 : Storage::kFloat32;
}
ConstArray Read(const at::Tensor& t) { return {t.data_ptr(), StorageOf(t)}; }
Array Write(const at::Tensor& t) { return {t.data_ptr(), StorageOf(t)}; }

// Parameters as arrays of float, valid while the object lives.
class ParameterArrays {
 public:
  explicit ParameterArrays(std::span<const at::Tensor> parameters) {
    for (const at::Tensor& p : parameters) {
      tensors_.push_back(p.to(at::kFloat).contiguous());
      arrays_.push_back(tensors_.back().data_ptr<float>());
    }
  }
  std::span<const float* const> get() const { return arrays_; }

 private:
  std::vector<at::Tensor> tensors_;
  std::vector<const float*> arrays_;
};

// Sums over all elements: totals[r][channel].
using Totals = std::vector<std::vector<double>>;

Totals RunInChunks(const Runner& runner, const Arrays& arrays) {
  const std::size_t reductions = runner.program().reductions.size();
  const std::size_t chunks = (arrays.size + kChunk - 1) / kChunk;
  const std::size_t channels = arrays.layout.channels;
  std::vector<double> partial(chunks * reductions * channels);
  const auto run = [&](std::int64_t first, std::int64_t last) {
    runner.Run(arrays, static_cast<std::size_t>(first), static_cast<std::size_t>(last), partial);
  };
  if (chunks == 1) {
    run(0, 1);
  } else {
    at::parallel_for(0, static_cast<std::int64_t>(chunks), 1, run);
  }
  Totals totals(reductions, std::vector<double>(channels, 0));
  for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
    for (std::size_t r = 0; r < reductions; ++r) {
      const double* sums = partial.data() + (chunk * reductions + r) * channels;
      for (std::size_t c = 0; c < channels; ++c) totals[r][c] += sums[c];
    }
  }
  return totals;
}

class CpuActivation : public Activation {
 public:
  CpuActivation(const expr::Expr& f, std::span<const std::uint16_t> constants)
      : Activation(f),
        plan_(MakePlan(f, constants)),
        value_(plan_.value, f.parameters, cpu::Execution::kMachineCode, plan_.may_overflow),
        forward_(plan_.forward, f.parameters, cpu::Execution::kMachineCode, plan_.may_overflow),
        backward_(plan_.backward, f.parameters, cpu::Execution::kMachineCode, plan_.may_overflow) {
    if (plan_.may_overflow) exact_.emplace(f);
  }

  bool IsFusedFor(const at::Tensor& x) const override { return IsServed(x); }

  void Value(const at::Tensor& x, std::span<const at::Tensor> parameters,
             at::Tensor& y) const override {
    ACTSEARCH_CHECK(IsServed(x), "no float32 or bfloat16 on the CPU");
    if (plan_.is_identity) {
      y = x;
      return;
    }
    const at::Tensor dense = Dense(x);
    Reuse(y, dense);
    const Array stores[] = {Write(y)};
    RunForward(value_, dense, parameters, stores);
  }

  void Forward(const at::Tensor& x, std::span<const at::Tensor> parameters, at::Tensor& y,
               Saved& saved) const override {
    ACTSEARCH_CHECK(IsServed(x), "no float32 or bfloat16 on the CPU");
    const at::Tensor dense = Dense(x);
    saved.x = dense;
    if (plan_.is_identity) {
      y = x;
      return;
    }
    Reuse(y, dense);
    saved.arrays.resize(static_cast<std::size_t>(plan_.saved));
    std::vector<Array> stores = {Write(y)};
    for (at::Tensor& array : saved.arrays) {
      Reuse(array, dense);
      stores.push_back(Write(array));
    }
    if (plan_.reads_result) saved.result = y;
    RunForward(forward_, dense, parameters, stores);
    if (!plan_.reads_x && !plan_.may_overflow) saved.x = at::Tensor();
  }

  void Backward(const at::Tensor& gradient, std::span<const at::Tensor> parameters,
                const Saved& saved, Gradients& gradients) const override {
    ACTSEARCH_CHECK(IsServed(gradient), "no float32 or bfloat16 on the CPU");
    const at::Tensor dense = Aligned(gradient, saved);
    const ParameterArrays numbers(parameters);
    std::vector<ConstArray> inputs;
    for (const std::uint16_t id : plan_.backward.inputs) {
      inputs.push_back(Read(id == kInputX          ? saved.x
                            : id == kInputGradient ? dense
                            : id == kInputResult   ? saved.result
                                                   : saved.arrays[id - kInputSaved]));
    }
    std::vector<Array> stores;
    if (plan_.input_gradient == InputGradient::kStored) {
      if (gradients.input.defined() && gradients.input.is_same(gradient)) {
        gradients.input = plan_.in_place && dense.is_same(gradient) ? dense : at::Tensor();
      }
      Reuse(gradients.input, dense);
      stores.push_back(Write(gradients.input));
    } else if (plan_.input_gradient == InputGradient::kSame) {
      gradients.input = gradient;
    } else {
      gradients.input = at::Tensor();
    }
    Arrays arrays{.size = static_cast<std::size_t>(dense.numel()),
                  .layout = LayoutOf(dense),
                  .inputs = inputs,
                  .parameters = numbers.get(),
                  .stores = stores};
    const cpu::Sources sources{.x = plan_.may_overflow ? Read(saved.x) : ConstArray{},
                               .gradient = Read(dense),
                               .parameters = numbers.get(),
                               .layout = arrays.layout};
    std::optional<cpu::BackwardRepair> repair;
    if (exact_) repair.emplace(*exact_, sources, plan_.backward.reductions);
    if (repair) arrays.repair = &*repair;
    const bool runs = !stores.empty() || !plan_.backward.reductions.empty();
    if (!runs || arrays.size == 0) return SetParameterGradients({}, parameters, gradients);
    SetParameterGradients(RunInChunks(backward_, arrays), parameters, gradients);
  }

 private:
  void RunForward(const Runner& runner, const at::Tensor& x, std::span<const at::Tensor> parameters,
                  std::span<const Array> stores) const {
    if (x.numel() == 0) return;
    const ParameterArrays numbers(parameters);
    const ConstArray input = Read(x);
    const bool reads_x = !runner.program().inputs.empty();
    Arrays arrays{.size = static_cast<std::size_t>(x.numel()),
                  .layout = LayoutOf(x),
                  .inputs = std::span(&input, reads_x ? 1 : 0),
                  .parameters = numbers.get(),
                  .stores = stores};
    const cpu::Sources sources{
        .x = input, .gradient = {}, .parameters = numbers.get(), .layout = arrays.layout};
    std::optional<cpu::ForwardRepair> repair;
    if (exact_) repair.emplace(*exact_, sources);
    if (repair) arrays.repair = &*repair;
    RunInChunks(runner, arrays);
  }

  void SetParameterGradients(const Totals& totals, std::span<const at::Tensor> parameters,
                             Gradients& gradients) const {
    gradients.parameters.resize(parameters.size());
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      Reuse(gradients.parameters[k], parameters[k]);
      if (!IsReduced(k) || totals.empty()) gradients.parameters[k].zero_();
    }
    for (std::size_t r = 0; r < totals.size(); ++r) {
      const std::uint16_t k = plan_.backward.reductions[r].parameter;
      const std::size_t channels = totals[r].size();
      std::vector<double> sums(static_cast<std::size_t>(parameters[k].numel()), 0);
      for (std::size_t c = 0; c < channels; ++c) {
        sums[IndexOf(formula().parameters[k], c, channels)] += totals[r][c];
      }
      at::Tensor& target = gradients.parameters[k];
      if (target.scalar_type() == at::kFloat && target.is_contiguous()) {
        std::copy(sums.begin(), sums.end(), target.data_ptr<float>());
      } else {
        target.copy_(at::tensor(sums).view(target.sizes()));
      }
    }
  }

  bool IsReduced(std::size_t parameter) const {
    return std::ranges::any_of(plan_.backward.reductions, [&](const Reduction& reduction) {
      return reduction.parameter == parameter;
    });
  }

  Plan plan_;
  Runner value_;
  Runner forward_;
  Runner backward_;
  std::optional<cpu::ExactFormulas> exact_;
};

}  // namespace

std::shared_ptr<const Activation> MakeCpuActivation(const expr::Expr& f,
                                                    std::span<const std::uint16_t> constants) {
  return std::make_shared<CpuActivation>(f, constants);
}

}  // namespace actsearch::kernels
