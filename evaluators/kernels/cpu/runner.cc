#include "evaluators/kernels/cpu/runner.h"

#include <algorithm>
#include <memory>
#include <new>
#include <utility>

#include "evaluators/kernels/cpu/trace_program.h"
#include "search_spaces/base/check.h"

namespace actsearch::kernels::cpu {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kTileBudget = 3072;  // floats of all tiles: well inside the first-level cache
constexpr std::size_t kSmallestTile = 64;
constexpr std::size_t kLargestTile = 512;
// Machine code needs tiles only for what is not an array of floats by itself.
constexpr std::size_t kCodeTile = 1024;
// Without tiles: elements between two looks at whether results are finite.
constexpr std::size_t kCodeBlock = 4096;
// Parameters are laid out once for a whole period of channels when it is not longer.
constexpr std::size_t kLongestPeriod = 16384;
// Shorter runs of one channel are summed position by position.
constexpr std::size_t kShortestRun = 16;

struct FreeAligned {
  void operator()(float* p) const { ::operator delete[](p, std::align_val_t(kAlignment)); }
};
using AlignedFloats = std::unique_ptr<float[], FreeAligned>;

AlignedFloats MakeAligned(std::size_t count) {
  return AlignedFloats(
      static_cast<float*>(::operator new[](count * sizeof(float), std::align_val_t(kAlignment))));
}

// out[i] = values[(begin + i) % count] for i < n.
void RepeatCopies(const float* values, std::size_t count, std::size_t begin, std::size_t n,
                  float* out) {
  for (std::size_t i = 0; i < n;) {
    const std::size_t run = std::min(count - begin, n - i);
    std::copy_n(values + begin, run, out + i);
    i += run;
    begin = 0;
  }
}

std::size_t RoundUp(std::size_t n, std::size_t step) { return (n + step - 1) / step * step; }

std::size_t TileSizeFor(int slots) {
  const std::size_t size = kTileBudget / static_cast<std::size_t>(std::max(slots, 1));
  return std::clamp(size / kSmallestTile * kSmallestTile, kSmallestTile, kLargestTile);
}

}  // namespace

std::string DescribeKernels() {
  const std::optional<InstructionSet> set = MachineInstructionSet();
  if (!set) return std::string(Tiles().instruction_set) + " loops";
  return *set == InstructionSet::kAvx512 ? "AVX-512" : "AVX2";
}

Runner::Runner(Program program, std::vector<expr::Parameter> declared, Execution execution,
               bool repairs)
    : program_(std::move(program)),
      declared_(std::move(declared)),
      tiles_(Tiles()),
      tile_size_(TileSizeFor(program_.slots)) {
  const auto step = [this](const Instruction& in) {
    return Step{tiles_.ops[in.op], {in.args[0], in.args[1], in.args[2]}, in.target};
  };
  for (const Instruction& in : program_.setup) setup_.push_back(step(in));
  for (const Instruction& in : program_.code) steps_.push_back(step(in));
  FindUniform();
  if (execution == Execution::kMachineCode) MakeCode(repairs);
  if (code_ != nullptr) tile_size_ = kCodeTile;
}

// Sums of layer parameters stay in registers, as far as there are registers for them.
void Runner::MakeCode(bool repairs) {
  const std::optional<InstructionSet> set = MachineInstructionSet();
  if (!set || program_.code.empty()) return;
  TraceRequest request{.program = &program_, .uniform = uniform_, .set = *set, .checks = repairs};
  int sums = 0;
  for (std::size_t r = 0; r < program_.reductions.size(); ++r) {
    const bool is_summed = IsLayer(r) && sums < MachineCode::kMostSums;
    sum_of_.push_back(is_summed ? sums++ : -1);
    writes_tiles_ = writes_tiles_ || !is_summed;
  }
  request.sum_of = sum_of_;
  code_ = MachineCode::Make(TraceProgram(request), sums);
}

bool Runner::IsLayer(std::size_t reduction) const {
  return declared_[program_.reductions[reduction].parameter].shape == expr::Shape::kLayer;
}

void Runner::FindUniform() {
  uniform_.assign(static_cast<std::size_t>(program_.StoreSlot(0)), true);
  for (std::size_t k = 0; k < program_.parameters.size(); ++k) {
    uniform_[static_cast<std::size_t>(program_.ParameterSlot(static_cast<int>(k)))] =
        declared_[program_.parameters[k]].shape == expr::Shape::kLayer;
  }
  for (const Instruction& in : program_.setup) {
    for (int k = 0; k < Ops()[in.op].arity; ++k) {
      uniform_[in.target] = uniform_[in.target] && uniform_[in.args[k]];
    }
  }
}

// One call of Run: memory for the tiles, and where each slot is now.
class Runner::Range {
 public:
  Range(const Runner& runner, const Arrays& arrays, std::span<double* const> sums)
      : runner_(runner),
        program_(runner.program_),
        arrays_(arrays),
        sums_(sums),
        tile_(runner.tile_size_),
        tiles_(MakeAligned(static_cast<std::size_t>(program_.slots) * tile_)),
        slots_(static_cast<std::size_t>(program_.slots)) {
    for (std::size_t s = 0; s < slots_.size(); ++s) slots_[s] = TileOf(s);
    width_ = runner_.code_ == nullptr || NumbersAreReadAsTiles() ? tile_ : kTileStep;
    for (std::size_t k = 0; k < program_.constants.size(); ++k) {
      std::fill_n(TileOf(program_.ConstantSlot(static_cast<int>(k))), width_,
                  static_cast<float>(program_.constants[k]));
    }
    PrepareParameters();
    PrepareSums();
  }

  void Run(std::size_t begin, std::size_t end) {
    if (runner_.code_ == nullptr) {
      RunLoops(begin, end);
    } else {
      RunCode(begin, end);
    }
    FinishSums();
  }

 private:
  float* TileOf(std::size_t slot) { return tiles_.get() + slot * tile_; }

  // ---- machine code

  // Loops do what code cannot: fewer elements than a vector has, and blocks with results
  // that need repair.
  void RunCode(std::size_t begin, std::size_t end) {
    const std::size_t most = NeedsTiles() ? tile_ : kCodeBlock;
    for (std::size_t at = begin; at < end;) {
      const std::size_t n = std::min(most, end - at);
      const std::size_t whole = n / kTileStep * kTileStep;
      const std::size_t done = whole > 0 ? whole : n;
      if (whole == 0 || !RunBlock(at, whole)) RunLoops(at, at + done);
      at += done;
    }
  }

  bool NeedsTiles() const {
    const auto is_float = [](const auto& array) { return array.storage == Storage::kFloat32; };
    bool varies = false;
    for (int s = program_.ParameterSlot(0); s < program_.StoreSlot(0); ++s) {
      varies = varies || (!IsConstant(s) && !IsUniform(s));
    }
    return varies || runner_.writes_tiles_ || !std::ranges::all_of(arrays_.inputs, is_float) ||
           !std::ranges::all_of(arrays_.stores, is_float);
  }

  // False: some result is not finite, and nothing has been summed.
  bool RunBlock(std::size_t begin, std::size_t n) {
    PlaceArrays(begin, n);
    alignas(kAlignment) float sums[MachineCode::kMostSums * MachineCode::kSumLanes] = {};
    if (!runner_.code_->Run(slots_.data(), n, sums) && arrays_.repair != nullptr) return false;
    for (std::size_t k = 0; k < arrays_.stores.size(); ++k) WriteStore(k, begin, n);
    for (std::size_t r = 0; r < program_.reductions.size(); ++r) {
      const int sum = runner_.sum_of_[r];
      if (sum < 0) {
        AddToSums(r, begin, n);
      } else {
        const float* lanes = sums + static_cast<std::size_t>(sum) * MachineCode::kSumLanes;
        sums_[r][0] += runner_.tiles_.sum(lanes, MachineCode::kSumLanes);
      }
    }
    return true;
  }

  // ---- loops

  void RunLoops(std::size_t begin, std::size_t end) {
    WidenNumbers();
    for (std::size_t at = begin; at < end; at += tile_) RunTile(at, std::min(tile_, end - at));
  }

  // Loops read numbers as tiles, code reads one of each.
  void WidenNumbers() {
    if (width_ == tile_) return;
    width_ = tile_;
    for (int s = program_.ParameterSlot(0); s < program_.StoreSlot(0); ++s) {
      if (IsConstant(s) || IsUniform(s)) std::fill_n(TileOf(s), width_, *TileOf(s));
    }
  }

  bool IsConstant(int slot) const {
    return slot >= program_.ConstantSlot(0) && slot < program_.SetupSlot(0);
  }

  // ---- parameters

  // What does not depend on inputs is laid out once, for one period of channels: a tile of
  // it is a window. Where the period is long, and numbers differ by channel, it is laid
  // out for each tile.
  void PrepareParameters() {
    const std::size_t period = arrays_.layout.Period();
    const bool has_windows = period <= kLongestPeriod;
    window_ = has_windows ? period + tile_ : tile_;
    std::size_t varying = 0;
    const int end = program_.StoreSlot(0);
    for (int s = program_.ParameterSlot(0); s < end; ++s) varying += IsUniform(s) ? 0 : 1;
    if (has_windows) windows_ = MakeAligned(varying * RoundUp(window_, kTileStep));
    float* next = windows_.get();
    starts_.assign(slots_.size(), nullptr);
    for (int s = program_.ParameterSlot(0); s < end; ++s) {
      if (IsUniform(s) || !has_windows) continue;
      starts_[static_cast<std::size_t>(s)] = next;
      slots_[static_cast<std::size_t>(s)] = next;
      next += RoundUp(window_, kTileStep);
    }
    for (std::size_t k = 0; k < program_.parameters.size(); ++k) {
      const int slot = program_.ParameterSlot(static_cast<int>(k));
      const std::uint16_t index = program_.parameters[k];
      if (IsUniform(slot)) {
        std::fill_n(TileOf(slot), width_, *arrays_.parameters[index]);
      } else if (has_windows) {
        FillParameter(index, 0, RoundUp(window_, kTileStep), starts_[slot]);
      }
    }
    for (const Step& step : runner_.setup_) {
      if (IsUniform(step.target)) Apply(step, width_);
    }
    if (has_windows) RunSetup(RoundUp(window_, kTileStep));
  }

  // By setup that differs by channel, and by sums.
  bool NumbersAreReadAsTiles() const {
    const auto varies = [&](const Step& step) { return !IsUniform(step.target); };
    const auto sums = [&](const Reduction& r) {
      return r.slot >= program_.ParameterSlot(0) && r.slot < program_.StoreSlot(0);
    };
    return std::ranges::any_of(runner_.setup_, varies) ||
           std::ranges::any_of(program_.reductions, sums);
  }

  bool IsUniform(int slot) const { return runner_.uniform_[static_cast<std::size_t>(slot)]; }

  // The part of the setup that differs by channel. It reads uniform numbers too, over more
  // elements than their tiles have.
  void RunSetup(std::size_t n) {
    for (const Step& step : runner_.setup_) {
      if (IsUniform(step.target)) continue;
      for (std::size_t at = 0; at < n; at += tile_) ApplyWindow(step, at, std::min(tile_, n - at));
    }
  }

  void ApplyWindow(const Step& step, std::size_t at, std::size_t n) {
    const auto place = [&](std::uint16_t slot) {
      return slot < runner_.uniform_.size() && !IsUniform(slot) ? slots_[slot] + at : slots_[slot];
    };
    step.function(place(step.args[0]), place(step.args[1]), place(step.args[2]),
                  const_cast<float*>(place(step.target)), n);
  }

  void Apply(const Step& step, std::size_t n) {
    step.function(slots_[step.args[0]], slots_[step.args[1]], slots_[step.args[2]],
                  const_cast<float*>(slots_[step.target]), n);
  }

  void PlaceParameters(std::size_t begin) {
    if (windows_ != nullptr) {
      const std::size_t offset = begin % arrays_.layout.Period();
      for (int s = program_.ParameterSlot(0); s < program_.StoreSlot(0); ++s) {
        if (!IsUniform(s)) slots_[s] = starts_[s] + offset;
      }
      return;
    }
    bool varies = false;
    for (std::size_t k = 0; k < program_.parameters.size(); ++k) {
      const int slot = program_.ParameterSlot(static_cast<int>(k));
      if (IsUniform(slot)) continue;
      varies = true;
      FillParameter(program_.parameters[k], begin, tile_, TileOf(slot));
    }
    if (varies) RunSetup(tile_);
  }

  void FillParameter(std::uint16_t index, std::size_t begin, std::size_t n, float* out) const {
    const ChannelLayout& layout = arrays_.layout;
    const float* values = arrays_.parameters[index];
    if (layout.inner == 1 && runner_.declared_[index].shape == expr::Shape::kChannel) {
      RepeatCopies(values, layout.channels, begin % layout.channels, n, out);
      return;
    }
    std::size_t channel = layout.ChannelOf(begin);
    std::size_t left = layout.inner - begin % layout.inner;  // elements of this channel's run
    for (std::size_t i = 0; i < n;) {
      const std::size_t run = std::min(left, n - i);
      std::fill_n(out + i, run,
                  values[IndexOf(runner_.declared_[index], channel, layout.channels)]);
      i += run;
      left = layout.inner;
      channel = channel + 1 == layout.channels ? 0 : channel + 1;
    }
  }

  // ---- tiles

  // Loops run over whole vectors: the last, partial tile works on copies, its surplus
  // repeats the last element and is not stored.
  void RunTile(std::size_t begin, std::size_t n) {
    const std::size_t padded = RoundUp(n, kTileStep);
    PlaceArrays(begin, n);
    for (const Step& step : runner_.steps_) Apply(step, padded);
    if (arrays_.repair != nullptr) FixTile(begin, n, padded);
    for (std::size_t k = 0; k < arrays_.stores.size(); ++k) WriteStore(k, begin, n);
    for (std::size_t r = 0; r < program_.reductions.size(); ++r) AddToSums(r, begin, n);
  }

  void PlaceArrays(std::size_t begin, std::size_t n) {
    const bool whole = n % kTileStep == 0;
    for (std::size_t k = 0; k < arrays_.inputs.size(); ++k) ReadInput(k, begin, n, whole);
    for (std::size_t k = 0; k < arrays_.stores.size(); ++k) {
      const Array& array = arrays_.stores[k];
      const auto slot = static_cast<std::size_t>(program_.StoreSlot(static_cast<int>(k)));
      const bool direct = whole && array.storage == Storage::kFloat32;
      slots_[slot] = direct ? static_cast<float*>(array.data) + begin : TileOf(slot);
    }
    PlaceParameters(begin);
  }

  void ReadInput(std::size_t k, std::size_t begin, std::size_t n, bool whole) {
    const ConstArray& array = arrays_.inputs[k];
    float* tile = TileOf(k);
    if (array.storage == Storage::kFloat32) {
      const float* from = static_cast<const float*>(array.data) + begin;
      slots_[k] = whole ? from : tile;
      if (!whole) std::copy_n(from, n, tile);
    } else {
      runner_.tiles_.from_bfloat16(static_cast<const std::uint16_t*>(array.data) + begin, tile, n);
    }
    if (!whole) std::fill(tile + n, tile + RoundUp(n, kTileStep), tile[n - 1]);
  }

  void WriteStore(std::size_t k, std::size_t begin, std::size_t n) {
    const Array& array = arrays_.stores[k];
    const auto slot = static_cast<std::size_t>(program_.StoreSlot(static_cast<int>(k)));
    if (array.storage == Storage::kBfloat16) {
      runner_.tiles_.to_bfloat16(slots_[slot], static_cast<std::uint16_t*>(array.data) + begin, n);
    } else if (slots_[slot] == TileOf(slot)) {
      std::copy_n(slots_[slot], n, static_cast<float*>(array.data) + begin);
    }
  }

  void FixTile(std::size_t begin, std::size_t n, std::size_t padded) {
    bool finite = true;
    for (int k = 0; k < program_.stores; ++k) {
      finite = finite && runner_.tiles_.all_finite(slots_[program_.StoreSlot(k)], padded);
    }
    for (const Reduction& r : program_.reductions) {
      finite = finite && runner_.tiles_.all_finite(slots_[r.slot], padded);
    }
    if (finite) return;
    std::vector<float*> stores, reduced;
    for (int k = 0; k < program_.stores; ++k) {
      stores.push_back(const_cast<float*>(slots_[program_.StoreSlot(k)]));
    }
    for (const Reduction& r : program_.reductions) reduced.push_back(OwnTile(r.slot, padded));
    arrays_.repair->Fix(begin, n, stores, reduced);
  }

  // A reduction may read an input or an array that is stored: it is corrected in a copy.
  float* OwnTile(std::uint16_t slot, std::size_t padded) {
    float* tile = TileOf(slot);
    if (slots_[slot] != tile) std::copy_n(slots_[slot], padded, tile);
    if (slot >= program_.inputs.size()) return tile;
    slots_[slot] = tile;
    return tile;
  }

  // ---- sums

  void PrepareSums() {
    for (std::size_t r = 0; r < program_.reductions.size(); ++r) {
      std::fill_n(sums_[r], arrays_.layout.channels, 0.0);
    }
    if (!ByPosition()) return;
    const std::size_t period = arrays_.layout.Period();
    positions_ = std::vector<float>(program_.reductions.size() * period, 0.0f);
  }

  bool ByPosition() const { return arrays_.layout.inner < kShortestRun; }

  void AddToSums(std::size_t r, std::size_t begin, std::size_t n) {
    const float* tile = slots_[program_.reductions[r].slot];
    if (runner_.IsLayer(r)) {
      sums_[r][0] += runner_.tiles_.sum(tile, n);
      return;
    }
    const ChannelLayout& layout = arrays_.layout;
    const std::size_t period = ByPosition() ? layout.Period() : layout.inner;
    std::size_t position = begin % period;
    for (std::size_t i = 0; i < n;) {
      const std::size_t run = std::min(period - position, n - i);
      if (ByPosition()) {
        runner_.tiles_.accumulate(tile + i, positions_.data() + r * period + position, run);
      } else {
        sums_[r][layout.ChannelOf(begin + i)] += runner_.tiles_.sum(tile + i, run);
      }
      i += run;
      position = 0;
    }
  }

  void FinishSums() {
    if (!ByPosition()) return;
    const ChannelLayout& layout = arrays_.layout;
    for (std::size_t r = 0; r < program_.reductions.size(); ++r) {
      if (runner_.IsLayer(r)) continue;
      const float* positions = positions_.data() + r * layout.Period();
      for (std::size_t i = 0; i < layout.Period(); ++i) {
        sums_[r][i / layout.inner] += positions[i];
      }
    }
  }

  const Runner& runner_;
  const Program& program_;
  const Arrays& arrays_;
  std::span<double* const> sums_;
  const std::size_t tile_;
  AlignedFloats tiles_;
  std::vector<const float*> slots_;
  std::size_t window_ = 0;      // elements of a window's memory
  AlignedFloats windows_;       // of parameters and setup that differ by channel
  std::vector<float*> starts_;  // of each slot's window
  std::vector<float> positions_;
  std::size_t width_ = 0;  // elements of a tile that constants and uniform numbers fill
};

void Runner::Run(const Arrays& arrays, std::size_t begin, std::size_t end,
                 std::span<double* const> sums) const {
  ACTSEARCH_CHECK(arrays.inputs.size() == program_.inputs.size(), "one array an input");
  ACTSEARCH_CHECK(arrays.stores.size() == static_cast<std::size_t>(program_.stores),
                  "one array a store");
  Range(*this, arrays, sums).Run(begin, end);
}

}  // namespace actsearch::kernels::cpu
