#include "tests/support/cuda_cases.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <sstream>

#include "evaluators/kernels/activation.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::testing {

using namespace kernels;        // NOLINT
using namespace kernels::cuda;  // NOLINT

namespace {

// Columns and runs, with and without whole vectors.
constexpr DeviceCase kCases[] = {
    {37, {.channels = 6, .inner = 1}, Storage::kFloat32},
    {3, {.channels = 3, .inner = 132}, Storage::kFloat32},
    {40, {.channels = 8, .inner = 1}, Storage::kFloat32},
    {2, {.channels = 2, .inner = 130}, Storage::kFloat32},
    {50, {.channels = 2, .inner = 3}, Storage::kFloat32},
    {40, {.channels = 8, .inner = 1}, Storage::kBfloat16},
    {2, {.channels = 2, .inner = 131}, Storage::kBfloat16},
};

// An array in its storage type, as floats outside.
class Stored {
 public:
  Stored(Storage storage, std::vector<float> values)
      : storage_(storage), floats_(std::move(values)), halves_(floats_.size()) {
    for (std::size_t i = 0; i < floats_.size(); ++i) {
      halves_[i] = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(floats_[i]) >> 16);
      if (storage == Storage::kBfloat16) floats_[i] = FromHalf(halves_[i]);  // cut off, exact
    }
  }
  void* data() {
    return storage_ == Storage::kFloat32 ? static_cast<void*>(floats_.data()) : halves_.data();
  }
  float operator[](std::size_t i) const {
    return storage_ == Storage::kFloat32 ? floats_[i] : FromHalf(halves_[i]);
  }

 private:
  static float FromHalf(std::uint16_t half) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16);
  }

  Storage storage_;
  std::vector<float> floats_;
  std::vector<std::uint16_t> halves_;
};

// f(c * x, 0.75 + l, 0.5) with a parameter for each channel and one for the layer.
expr::Expr Applied(const expr::PrimitiveRow& row) {
  const std::uint16_t mul = expr::IdOf<expr::rows::MulRow>(),
                      add = expr::IdOf<expr::rows::AddRow>();
  expr::Expr e;
  e.parameters = {{"c", expr::Shape::kChannel, 1}, {"l", expr::Shape::kLayer, 0}};
  e.nodes = {{.kind = expr::Kind::kInput},
             {.kind = expr::Kind::kConstant, .value = 0.75},
             {.kind = expr::Kind::kConstant, .value = 0.5},
             {.kind = expr::Kind::kParameter, .id = 0},
             {.kind = expr::Kind::kParameter, .id = 1},
             {.kind = expr::Kind::kPrimitive, .id = mul, .args = {3, 0, 0}},
             {.kind = expr::Kind::kPrimitive, .id = add, .args = {1, 4, 0}},
             {.kind = expr::Kind::kPrimitive, .id = row.id, .args = {5, 6, 2}}};
  return e;
}

// Arrays that a pass reads or writes, by the ids of Program::inputs.
struct Memory {
  Stored x, gradient, y, input_gradient;
  std::vector<Stored> saved;
};

void RunForward(const DeviceEngine& engine, Arguments a, Memory& memory) {
  a.inputs[0] = memory.x.data();
  a.stores[0] = memory.y.data();
  for (std::size_t k = 0; k < memory.saved.size(); ++k) a.stores[k + 1] = memory.saved[k].data();
  engine.run(false, a);
}

void RunBackward(HostModule& module, const DeviceEngine& engine, const DeviceEntry& entry,
                 Arguments a, Memory& memory, DevicePass& pass) {
  const Program& program = entry.plan.backward;
  for (std::size_t k = 0; k < program.inputs.size(); ++k) {
    const std::uint16_t id = program.inputs[k];
    a.inputs[k] = id == kInputX          ? memory.x.data()
                  : id == kInputGradient ? memory.gradient.data()
                  : id == kInputResult   ? memory.y.data()
                                         : memory.saved[id - kInputSaved].data();
  }
  const std::size_t reductions = program.reductions.size();
  std::vector<float> partial(reductions * engine.slices * engine.positions);
  a.stores[0] = memory.input_gradient.data();
  a.partial = partial.data();
  engine.run(true, a);
  FinishArguments finish{
      .partial = partial.data(), .positions = engine.positions, .slices = engine.slices};
  unsigned most = 1;
  for (std::size_t r = 0; r < reductions; ++r) {
    std::vector<float>& out = pass.parameter_gradients[program.reductions[r].parameter];
    finish.out[r] = out.data();
    finish.outputs[r] = static_cast<std::uint32_t>(out.size());
    most = std::max(most, finish.outputs[r]);
  }
  if (reductions > 0) {
    module.Launch("finish", finish, most, static_cast<unsigned>(reductions), kHostThreads);
  }
}

std::vector<double> NumbersAt(const DeviceEntry& entry, const DevicePass& pass,
                              std::size_t channel) {
  std::vector<double> values;
  for (std::size_t k = 0; k < pass.numbers.size(); ++k) {
    const std::size_t index = IndexOf(entry.f.parameters[k], channel, entry.where.layout.channels);
    values.push_back(pass.numbers[k][index]);
  }
  return values;
}

}  // namespace

DeviceEntry::DeviceEntry(std::string entry_name, expr::Expr formula, const DeviceCase& c)
    : name(std::move(entry_name)), f(std::move(formula)), where(c), plan(MakePlan(f)) {
  if (plan.may_overflow) exact.emplace(f);
  for (const expr::Parameter& p : f.parameters) sizes.push_back(SizeOf(p, c.layout.channels));
  const std::size_t size = Size();
  forward = LaunchOf(plan.forward, sizes, c.layout, size, c.storage, kHostThreads);
  backward = LaunchOf(plan.backward, sizes, c.layout, size, c.storage, kHostThreads);
}

kernels::cuda::KernelRequest DeviceEntry::Request(bool is_backward) const {
  return {.program = is_backward ? &plan.backward : &plan.forward,
          .declared = f.parameters,
          .storage = where.storage,
          .walk = is_backward ? backward.walk : forward.walk,
          .exact = exact ? &*exact : nullptr,
          .is_backward = is_backward};
}

std::vector<DeviceEntry> MakeDeviceEntries() {
  std::vector<DeviceEntry> entries;
  const auto add = [&](std::string name, expr::Expr f) {
    const DeviceCase& where = kCases[entries.size() % std::size(kCases)];
    entries.emplace_back(std::move(name), std::move(f), where);
  };
  std::size_t row_index = 0;
  for (const activations::ZooRow& row : activations::Zoo().Rows()) {
    const expr::Expr f = *expr::Parse(row.formula);
    // The phase of sin(30 x) magnifies rounding beyond what these comparisons allow.
    if (row.name == "incode") continue;
    if (row_index++ % 4 == 0 && HasFusedPasses(f)) add(std::string(row.name), f);
  }
  for (const expr::PrimitiveRow& row : expr::Primitives()) {
    if (!row.random) add("primitive " + std::string(row.name), Applied(row));
  }
  return entries;
}

DevicePass RunOnDevice(HostModule& module, const DeviceEngine& engine, const DeviceEntry& entry,
                       const std::vector<float>& x, Rng& rng) {
  const std::size_t size = entry.Size();
  DevicePass pass{.x = x};
  const std::vector<float> zeros(size);
  for (std::size_t i = 0; i < size; ++i) {
    pass.gradient.push_back(static_cast<float>(rng.Uniform(0.5, 1.5)));
  }
  const Storage storage = entry.where.storage;
  Memory memory{
      {storage, pass.x}, {storage, pass.gradient}, {storage, zeros}, {storage, zeros}, {}};
  memory.saved.assign(static_cast<std::size_t>(entry.plan.saved), Stored(storage, zeros));
  Arguments a{.x = memory.x.data(), .gradient = memory.gradient.data()};
  a.size = static_cast<std::uint32_t>(size);
  a.channels = static_cast<std::uint32_t>(entry.where.layout.channels);
  a.inner = static_cast<std::uint32_t>(entry.where.layout.inner);
  for (std::size_t k = 0; k < entry.sizes.size(); ++k) {
    std::vector<float>& numbers = pass.numbers.emplace_back();
    for (std::size_t c = 0; c < entry.sizes[k]; ++c) {
      numbers.push_back(static_cast<float>(entry.f.parameters[k].initial + 0.0625 * (double)c));
    }
    pass.parameter_gradients.emplace_back(entry.sizes[k]);
    a.per[k] = PerNumber(entry.sizes[k], entry.where.layout.channels);
  }
  for (std::size_t k = 0; k < pass.numbers.size(); ++k) a.parameters[k] = pass.numbers[k].data();
  RunForward(engine, a, memory);
  RunBackward(module, engine, entry, a, memory, pass);
  for (std::size_t i = 0; i < size; ++i) {
    pass.x[i] = memory.x[i];
    pass.gradient[i] = memory.gradient[i];
    pass.y.push_back(memory.y[i]);
    pass.input_gradient.push_back(memory.input_gradient[i]);
  }
  return pass;
}

namespace {

// The first number that is not near what it should be.
struct Judge {
  std::ostringstream text;
  bool failed = false;

  void Near(double seen, double exact, double tolerance, const char* what, double where) {
    if (failed || std::fabs(seen - exact) <= tolerance) return;
    failed = true;
    text.precision(9);
    text << what << " at " << where << " is " << seen << ", in double " << exact;
  }
};

}  // namespace

std::string DifferenceFromDouble(const DeviceEntry& entry, const DevicePass& pass) {
  Judge judge;
  const bool half = entry.where.storage == Storage::kBfloat16;
  const double relative = half ? 0.03 : 2e-6, absolute = half ? 0.03 : 2e-6;
  const expr::Expr slope = expr::Derive(entry.f), curvature = expr::Derive(slope);
  std::vector<expr::Expr> parameter_slopes;
  std::vector<std::vector<double>> sums, sizes;
  for (std::size_t k = 0; k < entry.sizes.size(); ++k) {
    parameter_slopes.push_back(expr::DeriveParameter(entry.f, k));
    sums.emplace_back(entry.sizes[k], 0.0);
    sizes.emplace_back(entry.sizes[k], 0.0);
  }
  for (std::size_t i = 0; i < pass.x.size(); ++i) {
    const std::size_t channel = entry.where.layout.ChannelOf(i);
    const std::vector<double> numbers = NumbersAt(entry, pass, channel);
    const double y = expr::Evaluate(entry.f, pass.x[i], numbers);
    // What the rounding of x alone does to the value.
    const double rounded =
        0x1p-22 * std::fabs(pass.x[i] * expr::Evaluate(slope, pass.x[i], numbers));
    judge.Near(pass.y[i], y, relative * std::fabs(y) + absolute + rounded, "value", pass.x[i]);
    const double g = pass.gradient[i] * expr::Evaluate(slope, pass.x[i], numbers);
    if (entry.plan.input_gradient == InputGradient::kStored) {
      const double bent = 0x1p-22 * std::fabs(pass.gradient[i] * pass.x[i] *
                                              expr::Evaluate(curvature, pass.x[i], numbers));
      judge.Near(pass.input_gradient[i], g, relative * std::fabs(g) + 2 * absolute + bent, "slope",
                 pass.x[i]);
    }
    for (std::size_t k = 0; k < sums.size(); ++k) {
      const double term =
          pass.gradient[i] * expr::Evaluate(parameter_slopes[k], pass.x[i], numbers);
      const std::size_t index =
          IndexOf(entry.f.parameters[k], channel, entry.where.layout.channels);
      sums[k][index] += term;
      sizes[k][index] += std::fabs(term) + absolute / relative;
    }
  }
  for (std::size_t k = 0; k < sums.size(); ++k) {
    for (std::size_t c = 0; c < sums[k].size(); ++c) {
      judge.Near(pass.parameter_gradients[k][c], sums[k][c], relative * sizes[k][c], "sum",
                 static_cast<double>(c));
    }
  }
  return judge.failed ? entry.name + ": " + judge.text.str() : "";
}

}  // namespace actsearch::testing
