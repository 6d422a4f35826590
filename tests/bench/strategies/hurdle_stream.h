// Hurdles on a tabular benchmark: every function of a table comes by once, in a random order,
// through the hurdles that a job would have handed out. Pure; any thread.
#pragma once

#include <span>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "evaluators/tables/table.h"
#include "search_spaces/base/rng.h"

namespace actsearch::bench {

struct StreamSpec {
  plan::HurdleSpec hurdles;
  bool gates = false;  // the rules of evaluators/gates reject too, as in a job
  int window = 8;      // a hurdle knows the outcomes before i - window
};

// What one stream came to. A training that blows up counts up to the recorded rung after its
// last loss, with and without hurdles.
struct StreamResult {
  double full_steps = 0;   // of all trainings without hurdles and gates
  double spent_steps = 0;
  int kept = 0;  // of the rows asked for, how many were trained to the end
};

// One training under hurdles.
struct Run {
  Outcome outcome;  // its status and rungs, as the worker reports them
  int steps = 0;
};
Run RunOf(const tables::Table& table, const tables::Training& training,
          std::span<const Hurdle> hurdles, bool gates);

// The same with its rungs, whatever the schedule, at the nearest steps that the table recorded:
// the only places where it can judge.
plan::HurdleSpec OnRecordedRungs(const plan::HurdleSpec& spec, const tables::Table& table);

// `top` are the rows that should get through. Rungs of `spec` are recorded ones.
StreamResult Stream(const tables::Table& table, std::span<const std::size_t> top,
                    const StreamSpec& spec, int replicate, Rng& rng);

}  // namespace actsearch::bench
