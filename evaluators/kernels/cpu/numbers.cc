#include "evaluators/kernels/cpu/numbers.h"

#include <algorithm>

namespace actsearch::kernels::cpu {
namespace {

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

}  // namespace

AlignedFloats MakeAligned(std::size_t count) {
  return AlignedFloats(
      static_cast<float*>(::operator new[](count * sizeof(float), std::align_val_t(64))));
}

Numbers::Numbers(const Loops& loops, const Arrays& arrays, ChannelLayout layout, std::size_t length,
                 std::size_t width)
    : loops_(loops),
      arrays_(arrays),
      layout_(layout),
      length_(length),
      width_(width),
      first_(loops.program.ParameterSlot(0)) {
  std::size_t count = 0;
  const int end = loops.program.StoreSlot(0);
  for (int s = first_; s < end; ++s) count += loops.IsUniform(s) ? width : length;
  memory_ = MakeAligned(count);
  float* next = memory_.get();
  for (int s = first_; s < end; ++s) {
    starts_.push_back(next);
    next += loops.IsUniform(s) ? width : length;
  }
}

void Numbers::Fill(std::size_t begin) {
  const Program& program = loops_.program;
  for (std::size_t k = 0; k < program.parameters.size(); ++k) FillParameter(k, begin);
  for (std::size_t k = 0; k < program.constants.size() && !has_uniform_; ++k) {
    std::fill_n(
        starts_[static_cast<std::size_t>(program.ConstantSlot(static_cast<int>(k)) - first_)],
        width_, static_cast<float>(program.constants[k]));
  }
  for (const Loops::Step& step : loops_.setup) {
    if (!loops_.IsUniform(step.target)) {
      RunSetup(step, length_);
    } else if (!has_uniform_) {
      RunSetup(step, width_);
    }
  }
  has_uniform_ = true;
}

void Numbers::Place(std::size_t offset, std::span<const float*> slots) const {
  for (int s = first_; s < loops_.program.StoreSlot(0); ++s) {
    slots[static_cast<std::size_t>(s)] = Of(s, offset);
  }
}

// In steps of the width, since numbers that are the same everywhere are not laid out further.
void Numbers::RunSetup(const Loops::Step& step, std::size_t n) {
  for (std::size_t at = 0; at < n; at += width_) {
    const auto place = [&](std::uint16_t slot) { return slot < first_ ? nullptr : Of(slot, at); };
    step.function(place(step.args[0]), place(step.args[1]), place(step.args[2]),
                  const_cast<float*>(Of(step.target, at)), std::min(width_, n - at));
  }
}

void Numbers::FillParameter(std::size_t k, std::size_t begin) {
  const int slot = loops_.program.ParameterSlot(static_cast<int>(k));
  const std::uint16_t index = loops_.program.parameters[k];
  const expr::Parameter& parameter = loops_.declared[index];
  const float* values = arrays_.parameters[index];
  float* out = starts_[static_cast<std::size_t>(slot - first_)];
  if (loops_.IsUniform(slot)) {
    if (!has_uniform_) std::fill_n(out, width_, *values);
    return;
  }
  if (layout_.inner == 1 && parameter.shape == expr::Shape::kChannel) {
    return RepeatCopies(values, layout_.channels, begin % layout_.channels, length_, out);
  }
  std::size_t channel = layout_.ChannelOf(begin);
  std::size_t left = layout_.inner - begin % layout_.inner;  // elements of this channel's run
  for (std::size_t i = 0; i < length_;) {
    const std::size_t run = std::min(left, length_ - i);
    std::fill_n(out + i, run, values[IndexOf(parameter, channel, layout_.channels)]);
    i += run;
    left = layout_.inner;
    channel = channel + 1 == layout_.channels ? 0 : channel + 1;
  }
}

}  // namespace actsearch::kernels::cpu
