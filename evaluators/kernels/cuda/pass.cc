#include "evaluators/kernels/cuda/pass.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace actsearch::kernels::cuda {
namespace {

// LibTorch's callers know exceptions only.
template <class T>
T OrThrow(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

template <class T>
at::Tensor Copied(const std::vector<T>& values, const at::Tensor& like) {
  const auto bytes = static_cast<std::int64_t>(values.size() * sizeof(T));
  at::Tensor host = at::empty({bytes}, at::kByte);
  std::memcpy(host.data_ptr(), values.data(), values.size() * sizeof(T));
  return host.to(like.device());
}

at::Tensor FloatsOn(const at::Tensor& like, std::size_t count) {
  return at::empty({static_cast<std::int64_t>(count)}, like.options().dtype(at::kFloat));
}

bool IsAligned(const Program& program, const Arguments& a) {
  const auto whole = [](const void* p) { return reinterpret_cast<std::uintptr_t>(p) % 16 == 0; };
  return std::all_of(a.inputs, a.inputs + program.inputs.size(), whole) &&
         std::all_of(a.stores, a.stores + program.stores, whole);
}

}  // namespace

Pass::Pass(std::shared_ptr<Backend> backend, const Program& program,
           std::vector<expr::Parameter> declared, const ExactPrograms* exact, bool is_backward,
           const Policy& policy)
    : backend_(std::move(backend)),
      program_(program),
      declared_(std::move(declared)),
      exact_(exact),
      is_backward_(is_backward),
      interpretable_(IsInterpretable(program, declared_.size())),
      policy_(policy) {}

std::string Pass::SourceFor(Storage storage, Walk walk) const {
  return SourceOf({.program = &program_,
                   .declared = declared_,
                   .storage = storage,
                   .walk = walk,
                   .exact = exact_,
                   .is_backward = is_backward_});
}

Result<void> Pass::Probe() {
  const bool interpreted = Choose({.interpretable = interpretable_, .repairs = exact_ != nullptr},
                                  policy_) == Way::kInterpreted;
  const auto kernel =
      interpreted ? backend_->Load(InterpreterSource(Storage::kFloat32), kInterpretOne)
                  : backend_->Load(SourceFor(Storage::kFloat32, Walk::kPlain), kKernelName);
  if (!kernel) return std::unexpected(kernel.error());
  return {};
}

template <class Source>
Backend::Kernel Pass::Loaded(Backend::Kernel& kernel, const char* name, const Source& source) {
  const std::scoped_lock lock(mutex_);
  if (kernel == nullptr) kernel = OrThrow(backend_->Load(source(), name));
  return kernel;
}

void Pass::Run(Arguments a, std::span<const std::size_t> sizes, const ChannelLayout& layout,
               std::size_t size, Storage storage, const at::Tensor& like,
               std::span<const at::Tensor> sums) {
  a.size = static_cast<std::uint32_t>(size);
  a.channels = static_cast<std::uint32_t>(layout.channels);
  a.inner = static_cast<std::uint32_t>(layout.inner);
  for (std::size_t k = 0; k < sizes.size(); ++k) a.per[k] = PerNumber(sizes[k], layout.channels);
  const Use use{.launches = launches_.fetch_add(1, std::memory_order_relaxed),
                .elements = size,
                .interpretable = interpretable_,
                .repairs = exact_ != nullptr};
  if (Choose(use, policy_) == Way::kCompiled) {
    RunCompiled(a, sizes, layout, storage, like, sums);
  } else {
    RunInterpreted(a, sizes, layout, size, storage, like, sums);
  }
}

void Pass::RunCompiled(Arguments a, std::span<const std::size_t> sizes, const ChannelLayout& layout,
                       Storage storage, const at::Tensor& like, std::span<const at::Tensor> sums) {
  const kernels::cuda::Launch launch =
      LaunchOf(program_, sizes, layout, a.size, storage, backend_->threads());
  at::Tensor partial;
  if (!sums.empty()) {
    partial = FloatsOn(like, launch.PartialFloats(sums.size()));
    a.partial = partial.data_ptr<float>();
  }
  a.aligned = launch.vectors && IsAligned(program_, a);
  a.across = launch.across;
  const Backend::Kernel kernel =
      Loaded(compiled_[static_cast<int>(storage)][static_cast<int>(launch.walk)], kKernelName,
             [&] { return SourceFor(storage, launch.walk); });
  OrThrow(backend_->Launch(
      kernel, {.blocks_x = launch.blocks_x, .blocks_y = launch.blocks_y, .threads = launch.threads},
      &a, sizeof a));
  Finish(partial, launch.slices, launch.positions, sums);
}

void Pass::RunInterpreted(const Arguments& a, std::span<const std::size_t> sizes,
                          const ChannelLayout& layout, std::size_t size, Storage storage,
                          const at::Tensor& like, std::span<const at::Tensor> sums) {
  const OnDevice& mine = Upload(like);
  const unsigned threads = backend_->tile_threads();
  Task task = TaskOf(mine.encoded, program_, sizes, layout, size, threads);
  task.steps = static_cast<const Command*>(mine.steps.data_ptr());
  task.constants = static_cast<const float*>(mine.constants.data_ptr());
  std::ranges::copy(a.inputs, task.inputs);
  std::ranges::copy(a.stores, task.stores);
  for (std::size_t k = 0; k < program_.parameters.size(); ++k) {
    task.parameters[k] = a.parameters[program_.parameters[k]];
  }
  at::Tensor partial;
  if (!sums.empty()) {
    partial = FloatsOn(like, sums.size() * task.slices * task.walk_channels);
    task.partial = partial.data_ptr<float>();
  }
  const Backend::Kernel kernel = Loaded(interpreter_[static_cast<int>(storage)], kInterpretOne,
                                        [&] { return InterpreterSource(storage); });
  OrThrow(backend_->Launch(kernel,
                           {.blocks_x = task.walk_channels * task.slices,
                            .threads = threads,
                            .shared_bytes = mine.encoded.SharedBytes(threads)},
                           &task, sizeof task));
  Finish(partial, task.slices, task.walk_channels, sums);
}

void Pass::Finish(const at::Tensor& partial, unsigned slices, unsigned positions,
                  std::span<const at::Tensor> sums) {
  if (sums.empty()) return;
  FinishArguments f{.partial = partial.data_ptr<float>(), .positions = positions, .slices = slices};
  unsigned most = 1;
  for (std::size_t r = 0; r < sums.size(); ++r) {
    f.out[r] = sums[r].data_ptr<float>();
    f.outputs[r] = static_cast<std::uint32_t>(sums[r].numel());
    most = std::max(most, f.outputs[r]);
  }
  OrThrow(backend_->Launch(Loaded(finish_, kKernelName, FinishSource),
                           {.blocks_x = most,
                            .blocks_y = static_cast<unsigned>(sums.size()),
                            .threads = backend_->threads()},
                           &f, sizeof f));
}

const Pass::OnDevice& Pass::Upload(const at::Tensor& like) {
  const std::scoped_lock lock(mutex_);
  if (!on_device_) {
    EncodedProgram encoded = Encode(program_);
    at::Tensor steps = Copied(encoded.steps, like);
    at::Tensor constants = Copied(encoded.constants, like);
    on_device_.emplace(std::move(encoded), std::move(steps), std::move(constants));
  }
  return *on_device_;
}

}  // namespace actsearch::kernels::cuda
