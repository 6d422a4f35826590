#pragma once

#include "evaluators/datasets/text.row.h"

namespace actsearch::datasets {

inline catalogue::DatasetInfo SentencesRow() {
  return {.name = "sentences",
          .doc = "Generated: sentences of made-up words whose verbs agree with far subjects, by "
                 "characters.",
          .generated = true,
          .inputs = {catalogue::ValueKind::kTokens, Sequence(64, 1), 23},
          .targets = {catalogue::ValueKind::kTokens, Sequence(64, 1), 23},
          .fields = {ContextRow()}};
}

}  // namespace actsearch::datasets
