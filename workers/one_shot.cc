#include "workers/one_shot.h"

#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>

#include "actsearch/v1/worker_service.pb.h"
#include "proto/convert.h"

namespace actsearch::workers {
namespace {

v1::Report Evaluate(const v1::Trial& message, evaluators::Evaluator& evaluator) {
  v1::Report report;
  const auto trial = proto::FromProto(message);
  const auto outcome = trial ? evaluator.Evaluate(*trial, {}) : std::unexpected(trial.error());
  if (outcome) {
    *report.mutable_outcome() = proto::ToProto(*outcome);
  } else {
    Attempt attempt;
    attempt.end = AttemptEnd::kError;
    attempt.error = outcome.error();
    *report.mutable_attempt() = proto::ToProto(attempt);
  }
  return report;
}

}  // namespace

Result<void> EvaluateAll(std::istream& in, std::ostream& out, evaluators::Evaluator& evaluator) {
  google::protobuf::io::IstreamInputStream source(&in);
  for (;;) {
    v1::Trial trial;
    bool at_end = false;
    if (!google::protobuf::util::ParseDelimitedFromZeroCopyStream(&trial, &source, &at_end)) {
      if (at_end) return {};
      return Fail(ErrorCode::kCorrupt, "standard input holds no trials in delimited form");
    }
    if (!google::protobuf::util::SerializeDelimitedToOstream(Evaluate(trial, evaluator), &out) ||
        !out.flush()) {
      return Fail(ErrorCode::kUnavailable, "standard output takes no more");
    }
  }
}

}  // namespace actsearch::workers
