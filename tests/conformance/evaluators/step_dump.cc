// step_dump FOLDER: optimizer steps of several networks, each in a folder of its own:
// manifest.json names the case, its fields, the loss and the arrays, which lie beside it as raw
// float32 or int64 in the order of their indices. pytorch_step.py takes the same steps.
#include <ATen/ATen.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "evaluators/catalogue/tasks.h"
#include "evaluators/device.h"
#include "tests/support/networks.h"

namespace actsearch {
namespace {

constexpr double kLearningRate = 1e-2;
constexpr std::int64_t kBatch = 16;
constexpr int kSteps = 4;  // over which the recipe's schedule goes

using catalogue::Signature;
using catalogue::ValueKind;

const std::vector<std::string>& Candidates() {
  static const std::vector<std::string> candidates = {
      "relu(x)",
      "gelu(x)",
      "x * sigmoid(beta * x) where beta: channel = 1",
      "x * sigmoid(b * x) + c * sin(x) where b: group(2) = 1, c: layer = 0.3",
      "x * tanh(softplus(x)) + 0.1 * sin(x) * exp(-x * x)",
  };
  return candidates;
}

struct Case {
  std::string task, norm;
  Signature inputs;
  Fields fields;
  Signature targets = {ValueKind::kTokens, Features(1), 5};
  std::vector<std::string> fill = {};
};

Case OfPlanes(std::string task, std::string norm, const Shape& inputs,
              std::vector<std::int64_t> hidden, Fields more = {}) {
  more["hidden"] = std::move(hidden);
  return {std::move(task), std::move(norm), {.shape = inputs}, std::move(more)};
}

Case OfText(std::string norm, std::string feed_forward) {
  const Signature tokens = {ValueKind::kTokens, Sequence(6, 1), 7};
  return {.task = "text",
          .norm = std::move(norm),
          .inputs = tokens,
          .fields = {{"width", std::int64_t{12}}, {"heads", std::int64_t{3}}},
          .targets = tokens,
          .fill = {"linear=" + std::move(feed_forward)}};
}

// Odd sides, so that pools drop a row and halving convolutions meet the border.
std::vector<Case> NetworkCases() {
  return {
      OfPlanes("mlp", "none", Spatial(3, 5, 6), {12, 8}),
      OfPlanes("mlp", "batch_norm", Spatial(3, 5, 6), {12, 8}),
      OfPlanes("cnn", "none", Spatial(3, 13, 10), {4, 6}),
      OfPlanes("cnn", "batch_norm", Spatial(3, 13, 10), {4, 6}),
      OfPlanes("cnn", "batch_norm", Spatial(1, 8, 8), {8, 6, 4}),
      OfPlanes("resnet", "batch_norm", Spatial(3, 13, 10), {8, 10}, {{"blocks", std::int64_t{2}}}),
      OfPlanes("resnet", "none", Spatial(3, 8, 8), {8, 12, 10}),
      OfPlanes("mlp", "layer_norm", Spatial(3, 5, 6), {12, 8}),
      OfPlanes("cnn", "layer_norm", Spatial(3, 13, 10), {4, 6}),
      OfPlanes("resnet", "layer_norm", Spatial(3, 8, 8), {8, 10}),
      OfPlanes("cnn", "rms_norm", Spatial(3, 13, 10), {4, 6}),
      {.task = "fit",
       .norm = "none",
       .inputs = {.shape = Features(3)},
       .fields = {{"hidden", std::vector<std::int64_t>{12, 8}}},
       .targets = {.shape = Features(2)}},
      OfText("layer_norm", "feed_forward"),
      OfText("rms_norm", "gated"),
      OfText("none", "feed_forward"),
  };
}

// Recipes on one network, all their fields at values that are not the initial ones.
std::vector<Case> RecipeCases() {
  const auto with = [](const Fields& recipe) {
    return OfPlanes("mlp", "layer_norm", Spatial(1, 4, 4), {12, 8}, recipe);
  };
  return {
      with({{"optimizer", std::string("adam")}, {"weight_decay", 0.1}}),
      with({{"optimizer", std::string("adamw")}, {"weight_decay", 0.3}}),
      with({{"optimizer", std::string("sgd")}, {"momentum", 0.8}, {"weight_decay", 0.1}}),
      with({{"optimizer", std::string("sgd")}, {"schedule", std::string("cosine")}}),
      with({{"optimizer", std::string("sgd")}, {"schedule", std::string("linear")},
            {"warmup", 0.5}}),
      with({{"optimizer", std::string("sgd")}, {"label_smoothing", 0.2}}),
  };
}

class Writer {
 public:
  explicit Writer(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
  }

  void Text(const std::string& name, const std::string& value) {
    Field(name, "\"" + value + "\"");
  }
  void Number(const std::string& name, double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", value);
    Field(name, text);
  }

  void Value(const std::string& name, const FieldValue& value) {
    std::visit(
        [&]<class T>(const T& v) {
          if constexpr (std::is_same_v<T, std::string>) {
            Text(name, v);
          } else if constexpr (std::is_same_v<T, std::vector<std::int64_t>>) {
            Field(name, List(v));
          } else if constexpr (std::is_arithmetic_v<T>) {
            Number(name, static_cast<double>(v));
          }
        },
        value);
  }

  void Array(const std::string& name, const at::Tensor& tensor) {
    const at::Tensor values = tensor.detach().contiguous();
    std::ofstream(folder_ / name, std::ios::binary)
        .write(static_cast<const char*>(values.data_ptr()),
               static_cast<std::streamsize>(values.nbytes()));
    const std::string type = values.scalar_type() == at::kLong ? "int64" : "float32";
    arrays_ += (arrays_.empty() ? "\"" : ", \"") + name + "\": [\"" + type + "\", " +
               List(values.sizes()) + "]";
  }

  void Finish() {
    std::ofstream(folder_ / "manifest.json")
        << "{" << fields_ << ", \"arrays\": {" << arrays_ << "}}\n";
  }

 private:
  static std::string List(at::IntArrayRef values) {
    std::string text = "[";
    for (std::size_t i = 0; i < values.size(); ++i) {
      text += (i == 0 ? "" : ", ") + std::to_string(values[i]);
    }
    return text + "]";
  }
  void Field(const std::string& name, const std::string& value) {
    fields_ += (fields_.empty() ? "\"" : ", \"") + name + "\": " + value;
  }

  std::filesystem::path folder_;
  std::string fields_, arrays_;
};

// Away from zeros and ones, which hide mistakes.
void Disturb(const modules::Network& network) {
  const at::NoGradGuard no_grad;
  for (const modules::Parameter& parameter : network.Parameters()) {
    at::Tensor leaf = parameter.leaf;
    leaf.add_(at::randn(leaf.sizes()), 0.1);
  }
}

void WriteParameters(Writer& to, const std::string& when, modules::Network& network) {
  for (const modules::Parameter& parameter : network.Parameters()) {
    to.Array(when + "." + parameter.name, parameter.leaf);
  }
  for (const auto& buffer : network.Root().named_buffers()) {
    to.Array(when + "." + buffer.key(), buffer.value());
  }
}

at::Tensor MadeUp(const Signature& signature) {
  const Shape& shape = signature.shape;
  if (signature.kind == ValueKind::kTokens) {
    const bool is_sequence = shape.kind == Shape::Kind::kSequence;
    return is_sequence ? at::randint(signature.classes, {kBatch, shape.length}, at::kLong)
                       : at::randint(signature.classes, {kBatch}, at::kLong);
  }
  if (shape.kind == Shape::Kind::kFeatures) return at::randn({kBatch, shape.channels});
  return at::randn({kBatch, shape.channels, shape.height, shape.width})
      .contiguous(at::MemoryFormat::ChannelsLast);
}

void WriteCase(const Case& c, const std::string& candidate, const std::filesystem::path& folder) {
  const catalogue::DataFacts facts{.inputs = c.inputs, .targets = c.targets};
  test::NetworkSpec spec{.task = c.task, .fields = c.fields, .candidate = candidate,
                         .fill = c.fill, .steps = kSteps};
  spec.fill.push_back("norm=" + c.norm);
  spec.fields["start"] = std::string("scaled");  // PyTorch's functions are as they are written
  test::Trainee trainee(spec, facts, kLearningRate);
  at::manual_seed(1);
  const training::Examples examples{MadeUp(c.inputs), MadeUp(c.targets)};
  trainee.Initialize(1, examples.inputs);
  Disturb(trainee.network());

  const catalogue::TaskInfo& info = **catalogue::Tasks().Find(c.task);
  const Fields fields =
      CompleteFields("task", catalogue::FieldsOf(info, nullptr), c.fields).value();
  const catalogue::Costs costs = info.sketch(fields, facts)->costs;
  Writer to(folder);
  to.Text("task", c.task);
  to.Text("norm", c.norm);
  to.Text("feed_forward", c.fill.empty() ? "" : c.fill.front().substr(7));
  to.Text("candidate", candidate);
  for (const auto& [name, value] : fields) to.Value(name, value);
  to.Number("classes", facts.targets.classes);
  to.Number("outputs", static_cast<double>(Numbers(facts.targets.shape)));
  to.Number("learning_rate", kLearningRate);
  to.Number("steps", kSteps);
  to.Number("parameters", static_cast<double>(costs.parameters));
  to.Number("multiplications", static_cast<double>(costs.multiplications));
  to.Number("all_parameters", static_cast<double>(trainee.network().ParameterCount()));
  for (const modules::Parameter& parameter : trainee.network().Parameters()) {
    to.Array("gain." + parameter.name, at::full({}, parameter.gain));
    if (parameter.decays) to.Array("decays." + parameter.name, at::ones({}));
  }
  to.Array("inputs", examples.inputs);
  to.Array("targets", examples.targets);
  WriteParameters(to, "before", trainee.network());
  const at::Tensor loss = trainee.Loss(examples);
  to.Number("loss", loss.item<double>());
  const std::vector<at::Tensor> gradients = trainee.network().Gradients(loss);
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    to.Array("gradient." + trainee.network().Parameters()[k].name, gradients[k]);
  }
  trainee.optimizer().Step(gradients);
  WriteParameters(to, "after", trainee.network());
  {
    const at::NoGradGuard no_grad;
    modules::Run scoring{.mode = modules::Mode::kScore};
    to.Array("scored", trainee.network().Forward(scoring, examples.inputs));
  }
  for (int step = 1; step < kSteps; ++step) trainee.Step(examples);
  WriteParameters(to, "last", trainee.network());
  to.Finish();
}

int Main(const std::filesystem::path& folder) {
  evaluators::ConfigureLibraries();
  int count = 0;
  for (const Case& c : NetworkCases()) {
    for (const std::string& candidate : Candidates()) {
      WriteCase(c, candidate, folder / std::to_string(count++));
    }
  }
  for (const Case& c : RecipeCases()) {
    WriteCase(c, Candidates()[1], folder / std::to_string(count++));
  }
  return 0;
}

}  // namespace
}  // namespace actsearch

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: step_dump FOLDER\n");
    return 2;
  }
  return actsearch::Main(argv[1]);
}
