// Generated device code, compiled for the host, against double precision: values, input
// gradients and parameter gradients of the zoo and of every primitive, over every walk and
// both storage types. One shared object for all of them.
#include "tests/support/cuda_host.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include "evaluators/kernels/cuda/device_text.h"
#include "evaluators/kernels/cuda/source.h"
#include "evaluators/kernels/plan.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::kernels::cuda {
namespace {

constexpr unsigned kHostThreads = 8;

struct Case {
  std::size_t samples;
  ChannelLayout layout;
  Storage storage;
};

// Columns and runs, with and without whole vectors.
constexpr Case kCases[] = {
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

// A formula, its plan, and the kernels that run it on one layout.
struct Entry {
  std::string name;
  expr::Expr f;
  Case where;
  Plan plan;
  std::optional<ExactPrograms> exact;
  std::vector<std::size_t> sizes;
  Launch forward, backward;

  Entry(std::string entry_name, expr::Expr formula, const Case& c)
      : name(std::move(entry_name)), f(std::move(formula)), where(c), plan(MakePlan(f)) {
    if (plan.may_overflow) exact.emplace(f);
    for (const expr::Parameter& p : f.parameters) sizes.push_back(SizeOf(p, c.layout.channels));
    const std::size_t size = Size();
    forward = LaunchOf(plan.forward, sizes, c.layout, size, c.storage, kHostThreads);
    backward = LaunchOf(plan.backward, sizes, c.layout, size, c.storage, kHostThreads);
  }
  std::size_t Size() const { return where.samples * where.layout.Period(); }

  KernelRequest Request(bool is_backward) const {
    return {.program = is_backward ? &plan.backward : &plan.forward,
            .declared = f.parameters,
            .storage = where.storage,
            .walk = is_backward ? backward.walk : forward.walk,
            .exact = exact ? &*exact : nullptr,
            .is_backward = is_backward};
  }
};

expr::Expr Parsed(std::string_view text) {
  const Result<expr::Expr> e = expr::Parse(text);
  EXPECT_TRUE(e.has_value()) << text;
  return *e;
}

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

std::vector<Entry> MakeEntries() {
  std::vector<Entry> entries;
  const auto add = [&](std::string name, expr::Expr f) {
    const Case& where = kCases[entries.size() % std::size(kCases)];
    entries.emplace_back(std::move(name), std::move(f), where);
  };
  std::size_t row_index = 0;
  for (const activations::ZooRow& row : activations::Zoo().Rows()) {
    if (row_index++ % 2 == 0) add(std::string(row.name), Parsed(row.formula));
  }
  for (const expr::PrimitiveRow& row : expr::Primitives()) {
    add("primitive " + std::string(row.name), Applied(row));
  }
  return entries;
}

std::string SourceFor(const std::vector<Entry>& entries) {
  std::vector<const Program*> programs;
  std::string kernels;
  for (std::size_t e = 0; e < entries.size(); ++e) {
    const Entry& entry = entries[e];
    programs.push_back(&entry.plan.forward);
    programs.push_back(&entry.plan.backward);
    if (entry.exact) {
      programs.push_back(&entry.exact->value);
      programs.push_back(&entry.exact->input_slope);
      for (const Program& slope : entry.exact->parameter_slopes) programs.push_back(&slope);
    }
    kernels += KernelText(entry.Request(false), "forward_" + std::to_string(e));
    kernels += KernelText(entry.Request(true), "backward_" + std::to_string(e));
  }
  return testing::HostTargetText() + std::string(VocabularyText()) + WalksText() +
         OpFunctionsText(programs) + kernels + FinishText("finish");
}

// One forward and one backward pass.
struct Pass {
  std::vector<float> x, gradient;
  std::vector<std::vector<float>> numbers;  // of each parameter
  std::vector<float> y, input_gradient;
  std::vector<std::vector<float>> parameter_gradients;
};

// Arrays that a pass reads or writes, by the ids of Program::inputs.
struct Memory {
  Stored x, gradient, y, input_gradient;
  std::vector<Stored> saved;
};

void RunForward(testing::HostModule& module, const std::string& kernel, const Entry& entry,
                Arguments a, Memory& memory) {
  a.inputs[0] = memory.x.data();
  a.stores[0] = memory.y.data();
  for (std::size_t k = 0; k < memory.saved.size(); ++k) a.stores[k + 1] = memory.saved[k].data();
  a.aligned = entry.forward.vectors;
  a.across = entry.forward.across;
  module.Launch(kernel, a, entry.forward.blocks_x, entry.forward.blocks_y, kHostThreads);
}

void RunBackward(testing::HostModule& module, const std::string& kernel, const Entry& entry,
                 Arguments a, Memory& memory, Pass& pass) {
  const Program& program = entry.plan.backward;
  for (std::size_t k = 0; k < program.inputs.size(); ++k) {
    const std::uint16_t id = program.inputs[k];
    a.inputs[k] = id == kInputX          ? memory.x.data()
                  : id == kInputGradient ? memory.gradient.data()
                  : id == kInputResult   ? memory.y.data()
                                         : memory.saved[id - kInputSaved].data();
  }
  const std::size_t reductions = program.reductions.size();
  std::vector<float> partial(entry.backward.PartialFloats(reductions));
  a.stores[0] = memory.input_gradient.data();
  a.partial = partial.data();
  a.aligned = entry.backward.vectors;
  a.across = entry.backward.across;
  module.Launch(kernel, a, entry.backward.blocks_x, entry.backward.blocks_y, kHostThreads);
  FinishArguments finish{.partial = partial.data(),
                         .positions = entry.backward.positions,
                         .slices = entry.backward.slices};
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

Pass RunBoth(testing::HostModule& module, std::size_t index, const Entry& entry,
             const std::vector<float>& x, Rng& rng) {
  const std::size_t size = entry.Size();
  Pass pass{.x = x};
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
  const std::string suffix = std::to_string(index);
  RunForward(module, "forward_" + suffix, entry, a, memory);
  RunBackward(module, "backward_" + suffix, entry, a, memory, pass);
  for (std::size_t i = 0; i < size; ++i) {
    pass.x[i] = memory.x[i];
    pass.gradient[i] = memory.gradient[i];
    pass.y.push_back(memory.y[i]);
    pass.input_gradient.push_back(memory.input_gradient[i]);
  }
  return pass;
}

std::vector<double> NumbersAt(const Entry& entry, const Pass& pass, std::size_t channel) {
  std::vector<double> values;
  for (std::size_t k = 0; k < pass.numbers.size(); ++k) {
    const std::size_t index = IndexOf(entry.f.parameters[k], channel, entry.where.layout.channels);
    values.push_back(pass.numbers[k][index]);
  }
  return values;
}

class CudaHostTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    entries_ = new std::vector<Entry>(MakeEntries());
    module_ = new testing::HostModule(SourceFor(*entries_));
  }
  static void TearDownTestSuite() {
    delete module_;
    delete entries_;
  }
  void SetUp() override { ASSERT_EQ(module_->error(), ""); }

  static std::vector<Entry>* entries_;
  static testing::HostModule* module_;
};
std::vector<Entry>* CudaHostTest::entries_ = nullptr;
testing::HostModule* CudaHostTest::module_ = nullptr;

// Elementwise results and sums against double. bfloat16 keeps 8 bits of a result, and what
// it saves for the backward pass reaches the gradients.
void Compare(const Entry& entry, const Pass& pass) {
  const bool half = entry.where.storage == Storage::kBfloat16;
  const double relative = half ? 0.03 : 2e-6, absolute = half ? 0.03 : 2e-6;
  const expr::Expr slope = expr::Derive(entry.f);
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
    ASSERT_NEAR(pass.y[i], y, relative * std::fabs(y) + absolute)
        << entry.name << " at " << pass.x[i];
    const double g = pass.gradient[i] * expr::Evaluate(slope, pass.x[i], numbers);
    if (entry.plan.input_gradient == InputGradient::kStored) {
      ASSERT_NEAR(pass.input_gradient[i], g, relative * std::fabs(g) + 2 * absolute)
          << entry.name << "' at " << pass.x[i];
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
      ASSERT_NEAR(pass.parameter_gradients[k][c], sums[k][c], relative * sizes[k][c])
          << entry.name << ", parameter " << entry.f.parameters[k].name << "[" << c << "]";
    }
  }
}

TEST_F(CudaHostTest, ValuesAndGradientsAgreeWithDouble) {
  Rng rng(3);
  for (std::size_t e = 0; e < entries_->size(); ++e) {
    const Entry& entry = (*entries_)[e];
    double low = -4, high = 4;
    if (entry.name.starts_with("primitive ")) {
      const expr::PrimitiveRow& row = **expr::FindPrimitive(entry.name.substr(10));
      low = row.low, high = row.high;
      if (low > 0) high /= 1.5;  // a channel's factor goes up to 1.44
      if (low < 0) low /= 1.5, high /= 1.5;
    }
    std::vector<float> x;
    for (std::size_t i = 0; i < entry.Size(); ++i) {
      x.push_back(static_cast<float>(rng.Uniform(low, high)));
    }
    Compare(entry, RunBoth(*module_, e, entry, x, rng));
  }
}

}  // namespace
}  // namespace actsearch::kernels::cuda
