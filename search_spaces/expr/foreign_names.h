// Functions under the names that Python, PyTorch and NumPy have for them, as formulas of this
// language. Pure; safe from any thread.
#pragma once

#include <string_view>

#include "search_spaces/base/error.h"

namespace actsearch::expr {

// What a name means in a call.
struct ForeignCall {
  int arity = 0;
  // Over the arguments a, b, c; empty where a primitive does it, or a power.
  std::string_view formula;
  std::string_view primitive;  // its own name
  bool is_power = false;       // of a with the exponent b
};

// Names are compared without case and underscores (LeakyReLU, logaddexp), and may have one of
// the modules before them under which the same function is meant (torch.nn.functional.gelu,
// np.exp). Of several meanings the one with `arity` arguments, else any. kNotFound, with the
// spelling to use, where nothing or more than one thing may be meant.
Result<ForeignCall> FindForeign(std::string_view name, int arity = -1);

// The name after such a module, or `name` itself.
std::string_view WithoutModule(std::string_view name);

}  // namespace actsearch::expr
