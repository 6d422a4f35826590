// The data sets that there are: an include and a row each. NAME.row.h holds what is known
// without the files (NAMERow), NAME.cc reads them (LoadNAME).
#pragma once

#include "evaluators/datasets/arrays.row.h"
#include "evaluators/datasets/cifar10.row.h"
#include "evaluators/datasets/cifar100.row.h"
#include "evaluators/datasets/csv.row.h"
#include "evaluators/datasets/emnist.row.h"
#include "evaluators/datasets/fashion_mnist.row.h"
#include "evaluators/datasets/feynman.row.h"
#include "evaluators/datasets/glyphs.row.h"
#include "evaluators/datasets/harmonics.row.h"
#include "evaluators/datasets/kmnist.row.h"
#include "evaluators/datasets/mnist.row.h"
#include "evaluators/datasets/pictures.row.h"
#include "evaluators/datasets/polynomials.row.h"
#include "evaluators/datasets/qmnist.row.h"
#include "evaluators/datasets/sentences.row.h"
#include "evaluators/datasets/teacher.row.h"
#include "evaluators/datasets/text.row.h"

#define ACTSEARCH_DATASETS(ROW)                                                               \
  ROW(Glyphs) ROW(Mnist) ROW(FashionMnist) ROW(Kmnist) ROW(Qmnist) ROW(Emnist) ROW(Cifar10)   \
  ROW(Cifar100) ROW(Pictures) ROW(Arrays) ROW(Sentences) ROW(Text) ROW(Polynomials)           \
  ROW(Harmonics) ROW(Feynman) ROW(Teacher) ROW(Csv)
