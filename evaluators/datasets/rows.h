// The data sets that there are: an include and a row each. NAME.row.h holds what is known
// without the files (NAMERow), NAME.cc reads them (LoadNAME).
#pragma once

#include "evaluators/datasets/cifar10.row.h"
#include "evaluators/datasets/glyphs.row.h"
#include "evaluators/datasets/mnist.row.h"

#define ACTSEARCH_DATASETS(ROW) ROW(Glyphs) ROW(Mnist) ROW(Cifar10)
