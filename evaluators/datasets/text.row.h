#pragma once

#include "evaluators/catalogue/datasets.h"

namespace actsearch::datasets {

inline FieldRow ContextRow() {
  return {.name = "context",
          .kind = FieldKind::kInteger,
          .low = 2,
          .high = 2048,
          .initial = std::int64_t{64},
          .doc = "characters of a window: how far back the network sees"};
}

inline catalogue::DatasetInfo TextRow() {
  return {.name = "text",
          .doc = "Any text in UTF-8, by characters: one file, or train.txt and test.txt, "
                 "valid.txt; plain or gzip.",
          .inputs = {catalogue::ValueKind::kTokens, Sequence(64, 1), 66},
          .targets = {catalogue::ValueKind::kTokens, Sequence(64, 1), 66},
          .fields = {ContextRow()},
          .folders = {"", "text"},
          .marks = {"train.txt", "*.txt", "wiki.train.tokens"}};
}

}  // namespace actsearch::datasets
