// The tasks that there are: an include and a row each. NAME.row.h holds what job files may
// know of it (NAMERow), NAME.cc what a worker does (NAMETask).
#pragma once

#include "evaluators/tasks/cnn.row.h"
#include "evaluators/tasks/fit.row.h"
#include "evaluators/tasks/mlp.row.h"
#include "evaluators/tasks/noop.row.h"
#include "evaluators/tasks/resnet.row.h"
#include "evaluators/tasks/table.row.h"
#include "evaluators/tasks/text.row.h"

#define ACTSEARCH_TASKS(ROW) ROW(Mlp) ROW(Cnn) ROW(ResNet) ROW(Text) ROW(Fit) ROW(Noop) ROW(Table)
