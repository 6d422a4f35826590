#include "evaluators/kernels/cpu/trace_uses.h"

#include <algorithm>

namespace actsearch::kernels::cpu {

TraceUses::TraceUses(const Trace& trace) : uses_(trace.nodes().size()) {
  const auto nodes = trace.nodes();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const TraceValue v : nodes[i].args) {
      if (v == kNoValue) continue;
      auto& uses = uses_[static_cast<std::size_t>(v)];
      const auto at = static_cast<TraceValue>(i);
      if (uses.empty() || uses.back() != at) uses.push_back(at);
    }
  }
  std::vector<int> change(nodes.size() + 1, 0);
  for (std::size_t v = 0; v < nodes.size(); ++v) {
    const bool is_array = IsLoad(nodes[v].op);
    if (uses_[v].empty() || (IsLeaf(nodes[v].op) && !is_array)) continue;
    const auto born = is_array ? static_cast<std::size_t>(uses_[v].front()) : v;
    ++change[born];
    --change[std::max(born + 1, static_cast<std::size_t>(uses_[v].back()))];
  }
  int alive = 0;
  for (const int step : change) pressure_ = std::max(pressure_, alive += step);
}

TraceValue TraceUses::Next(TraceValue v, TraceValue at) const {
  const auto& uses = Of(v);
  return *std::upper_bound(uses.begin(), uses.end(), at);
}

}  // namespace actsearch::kernels::cpu
