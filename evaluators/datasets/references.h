// What simple predictions cost on vectors: the references beside which losses are read. Pure.
#pragma once

#include "evaluators/catalogue/datasets.h"
#include "evaluators/datasets/vectors.h"

namespace actsearch::datasets {

// Of standardised vectors whose facts have signatures and rows. Numbers: `mean`, the training's
// mean for all, and `linear`, least squares over the training (with the smallest ridge that
// makes it solvable), left out beyond kMostLinearInputs; mean squared errors. Classes: `prior`,
// the shares of the training, one example added to each; nats.
void AddReferences(const Vectors& vectors, catalogue::DataFacts& facts);

inline constexpr std::int64_t kMostLinearInputs = 256;  // cubic in them

}  // namespace actsearch::datasets
