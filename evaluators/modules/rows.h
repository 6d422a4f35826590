// The parts that can stand at a site besides candidates: an include and a row each. NAME.row.h
// holds what job files may know of it (NAMERow), NAME.cc makes the module (MakeNAME).
#pragma once

#include "evaluators/modules/batch_norm.row.h"
#include "evaluators/modules/feed_forward.row.h"
#include "evaluators/modules/gated.row.h"
#include "evaluators/modules/layer_norm.row.h"
#include "evaluators/modules/no_norm.row.h"
#include "evaluators/modules/pair.row.h"
#include "evaluators/modules/rms_norm.row.h"

#define ACTSEARCH_PARTS(ROW) \
  ROW(NoNorm) ROW(BatchNorm) ROW(LayerNorm) ROW(RmsNorm) ROW(Pair) ROW(FeedForward) ROW(Gated)
