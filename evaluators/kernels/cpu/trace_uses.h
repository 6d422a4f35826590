// When the values of a trace are used, for whoever gives them registers. Immutable.
#pragma once

#include <vector>

#include "evaluators/kernels/cpu/trace.h"

namespace actsearch::kernels::cpu {

class TraceUses {
 public:
  explicit TraceUses(const Trace& trace);

  // Places in the order of nodes.
  const std::vector<TraceValue>& Of(TraceValue v) const {
    return uses_[static_cast<std::size_t>(v)];
  }
  bool IsUsedAfter(TraceValue v, TraceValue at) const { return Of(v).back() > at; }
  // The first use after `at`; there is one.
  TraceValue Next(TraceValue v, TraceValue at) const;

  // The most values, arrays among them and numbers not, that are alive at a time.
  int Pressure() const { return pressure_; }

 private:
  std::vector<std::vector<TraceValue>> uses_;
  int pressure_ = 0;
};

}  // namespace actsearch::kernels::cpu
