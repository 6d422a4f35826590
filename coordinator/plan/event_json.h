// The parts of events that have files of their own: outcomes, and all of version 1.
// Private to coordinator/plan/event*.cc and outcome_json.cc.
#pragma once

#include "coordinator/plan/event.h"
#include "coordinator/plan/json.h"

namespace actsearch::plan {

Json ToJson(const Outcome& outcome);
Outcome ReadOutcome(JsonReader& reader);

Event ReadEventV1(JsonReader& reader, int slots);

std::vector<Hurdle> ReadHurdles(JsonReader& reader);
Stage ReadStage(JsonReader& reader);
Changed ReadChanged(JsonReader& reader);

}  // namespace actsearch::plan
