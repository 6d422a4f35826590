#include <ATen/ATen.h>

#include "evaluators/modules/attention.h"
#include "evaluators/modules/layers.h"
#include "evaluators/modules/parts.h"
#include "evaluators/tasks/task.h"
#include "evaluators/tasks/text.row.h"

namespace actsearch::tasks {
namespace {

using modules::Module;
using ModulePtr = std::shared_ptr<Module>;

// x + attention(norm(x)), then x + feed_forward(norm(x)).
class Block : public Module {
 public:
  Block(const std::string& name, const Shape& shape, std::int64_t heads, modules::Parts& parts) {
    norm1_ = register_module("norm1", parts.At(name + "_norm1", Role::kNorm, shape));
    attention_ = register_module("attention",
                                 modules::MakeAttention(shape.length, shape.channels, heads));
    norm2_ = register_module("norm2", parts.At(name + "_norm2", Role::kNorm, shape));
    feed_forward_ = register_module(
        "feed_forward", parts.At(name + "_feed_forward", Role::kLinear, shape));
  }

  at::Tensor Forward(modules::Run& run, const at::Tensor& x) override {
    const at::Tensor seen = x + attention_->Forward(run, norm1_->Forward(run, x));
    return seen + feed_forward_->Forward(run, norm2_->Forward(run, seen));
  }

 private:
  ModulePtr norm1_, attention_, norm2_, feed_forward_;
};

class Decoder : public Module {
 public:
  Decoder(const Fields& fields, const catalogue::DataFacts& data, modules::Parts& parts) {
    const Shape shape =
        Sequence(data.inputs.shape.length, FieldOf<std::int64_t>(fields, "width"));
    embedding_ = register_module(
        "embedding", modules::MakeEmbedding(data.inputs.classes, shape.length, shape.channels));
    for (std::int64_t block = 0; block < FieldOf<std::int64_t>(fields, "blocks"); ++block) {
      const std::string name = TextBlockName(block);
      blocks_.push_back(register_module(
          name,
          std::make_shared<Block>(name, shape, FieldOf<std::int64_t>(fields, "heads"), parts)));
    }
    last_norm_ = register_module("last_norm", parts.At("last_norm", Role::kNorm, shape));
    last_ = register_module("last", modules::MakeLinear(shape.channels, data.targets.classes));
  }

  at::Tensor Forward(modules::Run& run, const at::Tensor& tokens) override {
    at::Tensor y = embedding_->Forward(run, tokens);
    for (const ModulePtr& block : blocks_) y = block->Forward(run, y);
    return last_->Forward(run, last_norm_->Forward(run, y));
  }

 private:
  ModulePtr embedding_, last_norm_, last_;
  std::vector<ModulePtr> blocks_;
};

}  // namespace

TaskRow TextTask() {
  return {.name = TextRow().name,
          .build = [](const Fields& fields, const catalogue::DataFacts& data,
                      modules::Parts& parts) -> ModulePtr {
            return std::make_shared<Decoder>(fields, data, parts);
          },
          .loss = training::CrossEntropy};
}

}  // namespace actsearch::tasks
