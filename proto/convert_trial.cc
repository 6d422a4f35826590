// Trials and what they are made of.
#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "proto/checks.h"
#include "proto/convert.h"

namespace actsearch::proto {
namespace {

Result<void> CheckTaskTexts(const v1::Task& message) {
  if (auto ok = CheckName("name", message.name(), true); !ok) return ok;
  if (auto ok = CheckName("dataset", message.dataset(), true); !ok) return ok;
  if (auto ok = CheckSize("data_dir", message.data_dir(), kMostFolderBytes); !ok) return ok;
  return CheckDigest("digest", message.digest());
}

Result<void> AddFields(const v1::Task& message, TaskSpec& task) {
  if (auto ok = CheckCount("fields", static_cast<int>(message.fields().size()), kMostFields); !ok) {
    return ok;
  }
  for (const auto& [name, value] : message.fields()) {
    if (auto ok = CheckName("fields", name); !ok) return ok;
    auto field = FromProto(value);
    if (!field) return Within("fields." + name, field.error());
    task.fields.emplace(name, *std::move(field));
  }
  return {};
}

Result<void> AddHurdles(const v1::Trial& message, Trial& trial) {
  if (auto ok = CheckCount("hurdles", message.hurdles_size(), kMostRungs); !ok) return ok;
  const auto place = [](const Hurdle& hurdle) { return std::tuple(hurdle.network, hurdle.step); };
  for (int i = 0; i < message.hurdles_size(); ++i) {
    const auto hurdle = FromProto(message.hurdles(i));
    if (!hurdle) return Within(At("hurdles", i), hurdle.error());
    if (!trial.hurdles.empty() && place(*hurdle) <= place(trial.hurdles.back())) {
      return Invalid(
          At("hurdles", i) + ".step", std::to_string(hurdle->step),
          "after the hurdle before, at step " + std::to_string(trial.hurdles.back().step));
    }
    trial.hurdles.push_back(*hurdle);
  }
  return {};
}

Result<void> AddStops(const v1::Trial& message, Trial& trial) {
  if (auto ok = CheckCount("stops", message.stops_size(), kMostRungs); !ok) return ok;
  for (int i = 0; i < message.stops_size(); ++i) {
    const int before = trial.stops.empty() ? 0 : trial.stops.back();
    if (message.stops(i) <= before) {
      return Invalid(At("stops", i), std::to_string(message.stops(i)),
                     "a step after " + std::to_string(before));
    }
    trial.stops.push_back(message.stops(i));
  }
  return {};
}

Result<void> CheckTrialParts(const v1::Trial& message) {
  if (auto ok = CheckName("space", message.space()); !ok) return ok;
  if (message.candidate().empty()) return Invalid("candidate", "''", "the text of a candidate");
  if (auto ok = CheckSize("candidate", message.candidate(), kMostCandidateBytes); !ok) return ok;
  if (message.tasks_size() != 1) {
    return Invalid("tasks", std::to_string(message.tasks_size()) + " tasks",
                   "one: this program trains one network a trial");
  }
  if (!message.has_gates()) return Invalid("gates", "nothing", "a set of gate options");
  if (!message.has_sites()) return Invalid("sites", "nothing", "a choice of sites");
  return {};
}

}  // namespace

v1::Task ToProto(const TaskSpec& task) {
  v1::Task message;
  message.set_name(task.name);
  message.set_dataset(task.dataset);
  message.set_data_dir(task.data_dir);
  message.set_digest(task.digest);
  message.set_steps(task.steps);
  message.set_batch(task.batch);
  message.set_learning_rate(task.learning_rate);
  for (const auto& [name, value] : task.fields) (*message.mutable_fields())[name] = ToProto(value);
  return message;
}

v1::Sites ToProto(const SiteSpec& sites) {
  v1::Sites message;
  message.mutable_searched()->Assign(sites.searched.begin(), sites.searched.end());
  message.set_share(sites.share);
  message.mutable_fill()->Assign(sites.fill.begin(), sites.fill.end());
  return message;
}

v1::GateOptions ToProto(const GateOptions& gates) {
  v1::GateOptions message;
  message.set_probes(gates.probes);
  message.set_chance(gates.chance);
  message.set_chance_steps(gates.chance_steps);
  message.set_chance_margin(gates.chance_margin);
  return message;
}

v1::Hurdle ToProto(const Hurdle& hurdle) {
  v1::Hurdle message;
  message.set_step(hurdle.step);
  message.set_max_loss(hurdle.max_loss);
  message.set_network(hurdle.network);
  return message;
}

v1::Trial ToProto(const Trial& trial) {
  v1::Trial message;
  message.set_space(trial.space);
  message.set_candidate(trial.candidate);
  *message.mutable_sites() = ToProto(trial.sites);
  *message.add_tasks() = ToProto(trial.task);
  message.set_split(ToProto(trial.split));
  message.set_seed(trial.seed);
  *message.mutable_gates() = ToProto(trial.gates);
  for (const Hurdle& hurdle : trial.hurdles) *message.add_hurdles() = ToProto(hurdle);
  message.mutable_stops()->Assign(trial.stops.begin(), trial.stops.end());
  message.set_replicate(trial.replicate);
  message.set_unit_losses(trial.unit_losses);
  return message;
}

Result<TaskSpec> FromProto(const v1::Task& message) {
  if (auto ok = CheckTaskTexts(message); !ok) return std::unexpected(ok.error());
  TaskSpec task{.name = message.name(),
                .dataset = message.dataset(),
                .data_dir = message.data_dir(),
                .digest = message.digest(),
                .steps = message.steps(),
                .batch = message.batch(),
                .learning_rate = message.learning_rate(),
                .fields = {}};
  if (auto ok = CheckAtLeast("steps", task.steps, 0); !ok) return std::unexpected(ok.error());
  if (auto ok = CheckAtLeast("batch", task.batch, 0); !ok) return std::unexpected(ok.error());
  if (!std::isfinite(task.learning_rate) || task.learning_rate < 0) {
    return Invalid("learning_rate", std::to_string(task.learning_rate), "a finite number >= 0");
  }
  if (auto ok = AddFields(message, task); !ok) return std::unexpected(ok.error());
  return task;
}

Result<SiteSpec> FromProto(const v1::Sites& message) {
  SiteSpec sites;
  if (auto ok = CheckCount("searched", message.searched_size(), kMostSites); !ok) {
    return std::unexpected(ok.error());
  }
  if (auto ok = CheckCount("fill", message.fill_size(), kMostSites); !ok) {
    return std::unexpected(ok.error());
  }
  for (int i = 0; i < message.searched_size(); ++i) {
    if (auto ok = CheckName(At("searched", i), message.searched(i)); !ok) {
      return std::unexpected(ok.error());
    }
  }
  for (int i = 0; i < message.fill_size(); ++i) {
    if (auto ok = CheckSize(At("fill", i), message.fill(i), kMostPartBytes); !ok) {
      return std::unexpected(ok.error());
    }
  }
  if (message.searched_size() > 0) {
    sites.searched.assign(message.searched().begin(), message.searched().end());
  }
  if (message.has_share()) sites.share = message.share();
  sites.fill.assign(message.fill().begin(), message.fill().end());
  return sites;
}

Result<GateOptions> FromProto(const v1::GateOptions& message) {
  const auto steps = CheckAtLeast("chance_steps", message.chance_steps(), 0);
  if (!steps) return std::unexpected(steps.error());
  const auto margin = CheckFinite("chance_margin", message.chance_margin());
  if (!margin) return std::unexpected(margin.error());
  return GateOptions{.probes = message.probes(),
                     .chance = message.chance(),
                     .chance_steps = message.chance_steps(),
                     .chance_margin = message.chance_margin()};
}

Result<Hurdle> FromProto(const v1::Hurdle& message) {
  if (const auto ok = CheckAtLeast("step", message.step(), 1); !ok) {
    return std::unexpected(ok.error());
  }
  if (std::isnan(message.max_loss())) return Invalid("max_loss", "nan", "a number");
  if (const auto ok = CheckRange("network", message.network(), 0, kMostNetworks - 1); !ok) {
    return std::unexpected(ok.error());
  }
  return Hurdle{message.step(), message.max_loss(), message.network()};
}

Result<Trial> FromProto(const v1::Trial& message) {
  if (auto ok = CheckTrialParts(message); !ok) return std::unexpected(ok.error());
  if (auto ok = CheckAtLeast("replicate", message.replicate(), 0); !ok) {
    return std::unexpected(ok.error());
  }
  auto task = FromProto(message.tasks(0));
  if (!task) return Within(At("tasks", 0), task.error());
  auto sites = FromProto(message.sites());
  if (!sites) return Within("sites", sites.error());
  const auto gates = FromProto(message.gates());
  if (!gates) return Within("gates", gates.error());
  const auto split = FromProto(message.split());
  if (!split) return std::unexpected(split.error());
  Trial trial{.space = message.space(),
              .candidate = message.candidate(),
              .sites = *std::move(sites),
              .task = *std::move(task),
              .split = *split,
              .seed = message.seed(),
              .replicate = message.replicate(),
              .gates = *gates,
              .hurdles = {},
              .stops = {},
              .unit_losses = message.unit_losses()};
  if (const auto ok = AddHurdles(message, trial); !ok) return std::unexpected(ok.error());
  if (const auto ok = AddStops(message, trial); !ok) return std::unexpected(ok.error());
  return trial;
}

}  // namespace actsearch::proto
