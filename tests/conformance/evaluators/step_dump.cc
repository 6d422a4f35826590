// step_dump FOLDER: one optimizer step of several networks, each in a folder of its own:
// manifest.json names the case, the loss and the arrays, which lie beside it as raw float32
// (labels: int64) in the order of their indices. pytorch_step.py takes the same steps.
#include <ATen/ATen.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "evaluators/catalogue/tasks.h"
#include "evaluators/device.h"
#include "tests/support/networks.h"

namespace actsearch {
namespace {

constexpr double kLearningRate = 1e-2;
constexpr std::int64_t kBatch = 16;

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
  Shape inputs;
  std::vector<std::int64_t> hidden;
  Fields more;  // beside hidden
};

// Odd sides, so that pools drop a row and halving convolutions meet the border.
const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {"mlp", "none", Spatial(3, 5, 6), {12, 8}, {}},
      {"mlp", "batch_norm", Spatial(3, 5, 6), {12, 8}, {}},
      {"cnn", "none", Spatial(3, 13, 10), {4, 6}, {}},
      {"cnn", "batch_norm", Spatial(3, 13, 10), {4, 6}, {}},
      {"cnn", "batch_norm", Spatial(1, 8, 8), {8, 6, 4}, {}},
      {"resnet", "batch_norm", Spatial(3, 13, 10), {8, 10}, {{"blocks", std::int64_t{2}}}},
      {"resnet", "none", Spatial(3, 8, 8), {8, 12, 10}, {}},
      {"mlp", "layer_norm", Spatial(3, 5, 6), {12, 8}, {}},
      {"cnn", "layer_norm", Spatial(3, 13, 10), {4, 6}, {}},
      {"resnet", "layer_norm", Spatial(3, 8, 8), {8, 10}, {}},
  };
  return cases;
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
  void Numbers(const std::string& name, at::IntArrayRef values) { Field(name, List(values)); }

  void Array(const std::string& name, const at::Tensor& tensor) {
    const at::Tensor values = tensor.detach().contiguous();
    std::ofstream(folder_ / name, std::ios::binary)
        .write(static_cast<const char*>(values.data_ptr()),
               static_cast<std::streamsize>(values.nbytes()));
    arrays_ += (arrays_.empty() ? "\"" : ", \"") + name + "\": " + List(values.sizes());
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

void WriteCase(const Case& c, const std::string& candidate, const std::filesystem::path& folder) {
  const catalogue::DataFacts facts{
      .inputs = {.shape = c.inputs},
      .targets = {.kind = catalogue::ValueKind::kTokens, .shape = Features(1), .classes = 5}};
  test::NetworkSpec spec{.task = c.task, .fields = c.more, .candidate = candidate};
  spec.fields["hidden"] = c.hidden;
  spec.fill = {"norm=" + c.norm};
  test::Trainee trainee(spec, facts, kLearningRate);
  at::manual_seed(1);
  const at::Tensor images = at::randn({kBatch, c.inputs.channels, c.inputs.height, c.inputs.width});
  const training::Examples examples{images.contiguous(at::MemoryFormat::ChannelsLast),
                                    at::randint(5, {kBatch}, at::kLong)};
  trainee.Initialize(1, examples.inputs);
  Disturb(trainee.network());

  const catalogue::TaskInfo& info = **catalogue::Tasks().Find(c.task);
  const Fields fields = CompleteFields("task", info.fields, spec.fields).value();
  const catalogue::Costs costs = info.sketch(fields, facts)->costs;
  Writer to(folder);
  to.Text("task", c.task);
  to.Text("norm", c.norm);
  to.Text("candidate", candidate);
  to.Numbers("hidden", c.hidden);
  const auto blocks = fields.find("blocks");
  to.Number("blocks", blocks == fields.end() ? 0 : std::get<std::int64_t>(blocks->second));
  to.Number("classes", facts.targets.classes);
  to.Number("learning_rate", kLearningRate);
  to.Number("parameters", costs.parameters);
  to.Number("multiplications", costs.multiplications);
  to.Number("all_parameters", trainee.network().ParameterCount());
  to.Array("inputs", examples.inputs);
  to.Array("labels", examples.targets);
  WriteParameters(to, "before", trainee.network());
  const at::Tensor loss = trainee.Loss(examples);
  to.Number("loss", loss.item<double>());
  const std::vector<at::Tensor> gradients = trainee.network().Gradients(loss);
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    to.Array("gradient." + trainee.network().Parameters()[k].name, gradients[k]);
  }
  trainee.adam().Step(gradients);
  WriteParameters(to, "after", trainee.network());
  const at::NoGradGuard no_grad;
  modules::Run scoring{.mode = modules::Mode::kScore};
  to.Array("scored", trainee.network().Forward(scoring, examples.inputs));
  to.Finish();
}

int Main(const std::filesystem::path& folder) {
  evaluators::ConfigureLibraries();
  int count = 0;
  for (const Case& c : Cases()) {
    for (const std::string& candidate : Candidates()) {
      WriteCase(c, candidate, folder / std::to_string(count++));
    }
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
