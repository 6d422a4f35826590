// Trials from a stream, evaluated one after the other, without a coordinator: for trying and
// repeating single trainings.
#pragma once

#include <istream>
#include <ostream>

#include "evaluators/evaluator.h"
#include "search_spaces/base/error.h"

namespace actsearch::workers {

// Reads v1.Trial messages to the end of `in`; writes for each a v1.Report without a lease: the
// outcome, or an attempt that ended with ERROR. Each message has its size in front (protobuf's
// delimited form). kCorrupt: `in` holds something else; kUnavailable: `out` takes no more.
Result<void> EvaluateAll(std::istream& in, std::ostream& out, evaluators::Evaluator& evaluator);

}  // namespace actsearch::workers
