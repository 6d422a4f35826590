#pragma once

#include "evaluators/catalogue/sketch.h"
#include "evaluators/tasks/fields.h"

namespace actsearch::tasks {

// block1, block2, ...
inline std::string TextBlockName(std::int64_t index) {
  return "block" + std::to_string(index + 1);
}

inline Result<catalogue::Blueprint> SketchText(const Fields& fields,
                                               const catalogue::DataFacts& data) {
  const auto width = FieldOf<std::int64_t>(fields, "width");
  const auto heads = FieldOf<std::int64_t>(fields, "heads");
  if (width % heads != 0) {
    return Fail(ErrorCode::kInvalid, "task.heads: " + std::to_string(heads) +
                                         " do not divide task.width (" + std::to_string(width) +
                                         ")");
  }
  catalogue::Sketch sketch(data.inputs.shape);
  sketch.Embed(data.inputs.classes, width);
  const Shape shape = sketch.Here();
  for (std::int64_t block = 0; block < FieldOf<std::int64_t>(fields, "blocks"); ++block) {
    const std::string name = TextBlockName(block);
    sketch.Norm(name + "_norm1", "layer_norm");
    sketch.Linear(3 * width);
    sketch.At(shape);
    sketch.Attend();
    sketch.Linear(width);
    sketch.Norm(name + "_norm2", "layer_norm");
    sketch.FeedForward(name + "_feed_forward");
  }
  sketch.Norm("last_norm", "layer_norm");
  sketch.Linear(data.targets.classes);
  return std::move(sketch).Take();
}

inline catalogue::TaskInfo TextRow() {
  const auto size = [](std::string_view name, double high, std::int64_t initial,
                       std::string_view doc) {
    return FieldRow{.name = name,
                    .kind = FieldKind::kInteger,
                    .low = 1,
                    .high = high,
                    .initial = initial,
                    .doc = doc};
  };
  return {.name = "text",
          .doc = "Predicts the next character: a transformer decoder of pre-normalization blocks "
                 "(Radford et al. 2019) with learned places; attention and feed-forward part each "
                 "beside a residual path.",
          .fields = {size("width", 4096, 64, "numbers of an element between the blocks"),
                     size("blocks", 64, 2, "blocks, one behind the other"),
                     size("heads", 64, 4, "of the attention; they divide the width")},
          .metrics = {catalogue::kAccuracy},
          .widths = {"width"},
          .sketch = SketchText,
          .trivial_loss = FirstReference,
          .wants = {.inputs = catalogue::ValueKind::kTokens, .sequences = true},
          .usual = {{"steps", "1000"},
                    {"batch", "8"},
                    {"optimizer", "adamw"},
                    {"learning_rate", "0.01"},
                    {"schedule", "cosine"},
                    {"warmup", "0.05"}}};
}

}  // namespace actsearch::tasks
