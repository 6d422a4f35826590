// One program of a candidate on a device: chooses between a kernel of its own and the
// interpreter (choose.h), and launches it. Any thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "evaluators/kernels/cuda/backend.h"
#include "evaluators/kernels/cuda/choose.h"
#include "evaluators/kernels/cuda/interpreter.h"
#include "evaluators/kernels/cuda/source.h"

namespace actsearch::kernels::cuda {

class Pass {
 public:
  // exact: null where results need no repair; it must outlive the pass.
  Pass(std::shared_ptr<Backend> backend, const Program& program,
       std::vector<expr::Parameter> declared, const ExactPrograms* exact, bool is_backward,
       const Policy& policy);

  // Queues the program on the arrays that `a` names (inputs, stores, parameters, x and
  // gradient; the rest is filled in here), on the device of `like`. sums[r] gets the sum
  // of reduction r for each of its parameter's numbers: float, contiguous. Throws
  // std::runtime_error when a kernel cannot be compiled or launched.
  void Run(Arguments a, std::span<const std::size_t> sizes, const ChannelLayout& layout,
           std::size_t size, Storage storage, const at::Tensor& like,
           std::span<const at::Tensor> sums);

  // Loads what the first launch on a matrix of float32 needs, the interpreter where that is
  // chosen (compiled once for all candidates): fails where every kernel would.
  Result<void> Probe();

  const Program& program() const { return program_; }

 private:
  // Steps and constants in the device's memory.
  struct OnDevice {
    EncodedProgram encoded;
    at::Tensor steps, constants;
  };

  void RunCompiled(Arguments a, std::span<const std::size_t> sizes, const ChannelLayout& layout,
                   Storage storage, const at::Tensor& like, std::span<const at::Tensor> sums);
  void RunInterpreted(const Arguments& a, std::span<const std::size_t> sizes,
                      const ChannelLayout& layout, std::size_t size, Storage storage,
                      const at::Tensor& like, std::span<const at::Tensor> sums);
  void Finish(const at::Tensor& partial, unsigned slices, unsigned positions,
              std::span<const at::Tensor> sums);
  const OnDevice& Upload(const at::Tensor& like);
  template <class Source>
  Backend::Kernel Loaded(Backend::Kernel& kernel, const char* name, const Source& source);
  std::string SourceFor(Storage storage, Walk walk) const;

  const std::shared_ptr<Backend> backend_;
  const Program program_;
  const std::vector<expr::Parameter> declared_;
  const ExactPrograms* const exact_;
  const bool is_backward_;
  const bool interpretable_;
  const Policy policy_;
  std::atomic<std::size_t> launches_ = 0;
  std::mutex mutex_;
  std::optional<OnDevice> on_device_;
  // Loaded when first used; under mutex_.
  Backend::Kernel compiled_[2][3] = {};  // by storage and walk
  Backend::Kernel interpreter_[2] = {};  // by storage
  Backend::Kernel finish_ = nullptr;
};

}  // namespace actsearch::kernels::cuda
