// Networks of the tasks on small made-up inputs, for tests that look inside.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "evaluators/modules/network.h"
#include "evaluators/modules/parts.h"
#include "evaluators/tasks/task.h"

namespace actsearch::test {

struct SmallNetwork {
  std::string task = "mlp";
  std::vector<std::int64_t> hidden = {8, 8};
  std::string candidate = "x * sigmoid(x)";
  SiteSpec sites = {};
  catalogue::DataFacts facts = {.digest = "",
                                .inputs = {.shape = Spatial(2, 7, 6)},
                                .targets = {catalogue::ValueKind::kTokens, Features(1), 3},
                                .rows = {}};
  at::Device device = at::kCPU;

  Fields CompleteFieldsOf() const {
    Fields given;
    given["hidden"] = hidden;
    const catalogue::TaskInfo& info = **catalogue::Tasks().Find(task);
    return *CompleteFields("task", info.fields, given);
  }

  catalogue::Blueprint Draw() const {
    return *(*catalogue::Tasks().Find(task))->draw(CompleteFieldsOf(), facts);
  }

  // The sites that the builder asked for go to `made`.
  modules::Network Build(std::vector<Site>* made = nullptr) const {
    const catalogue::TaskInfo& info = **catalogue::Tasks().Find(task);
    const Fields fields = CompleteFieldsOf();
    Trial trial;
    trial.candidate = candidate;
    auto plan = *catalogue::PlanSites(info, fields, sites, Role::kActivation);
    auto candidates = *modules::ReadCandidates(trial, plan.slots);
    modules::Parts parts(std::move(plan), trial.space, std::move(candidates), device);
    modules::Network network((*tasks::Tasks().Find(task))->build(fields, facts, parts), device);
    if (made != nullptr) made->assign(parts.Made().begin(), parts.Made().end());
    return network;
  }

  // Normally distributed, channels last.
  at::Tensor Inputs(std::int64_t rows) const {
    const Shape& shape = facts.inputs.shape;
    return at::randn({rows, shape.channels, shape.height, shape.width})
        .contiguous(at::MemoryFormat::ChannelsLast)
        .to(device);
  }
};

inline SiteSpec WithNorm(const std::string& norm) {
  SiteSpec sites;
  sites.fill = {"norm=" + norm};
  return sites;
}

}  // namespace actsearch::test
