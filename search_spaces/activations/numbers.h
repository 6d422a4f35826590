// Numbers that chance writes into formulas. Pure.
#pragma once

namespace actsearch::activations {

// To three significant digits: readable, and no false precision in an initial value.
double RoundedNumber(double value);

}  // namespace actsearch::activations
