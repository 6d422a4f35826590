// What people write into job files, and what they are told.
#include "cli/job_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "evaluators/catalogue/tasks.h"
#include "search_spaces/base/names.h"
#include "tests/support/process.h"

namespace actsearch::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using Hidden = std::vector<std::int64_t>;

Result<plan::JobSpec> Read(const std::string& text, const std::vector<Override>& overrides = {}) {
  return ReadJob({.name = "job.yaml", .text = text, .folder = "."}, overrides);
}

std::string ErrorOf(const std::string& text, const std::vector<Override>& overrides = {}) {
  const auto spec = Read(text, overrides);
  return spec ? "no error" : spec.error().message;
}

TEST(JobFile, ReadsEveryKindOfField) {
  const auto spec = Read(R"(
name: "trial run"   # quotes are fine for texts
space: {max_nodes: 12, parameter_shape: layer, operators: []}
strategy:
  name: evolution
  population: 16
task: {dataset: glyphs, hidden: [64, 32], learning_rate: 2e-3}
gates: {probes: false}
hurdles: {rungs: [0.1, 0.5], keep: 1}
search: {candidates: 42, seed: 9007199254740991, ordering: arrival}
finals: {baselines: [relu, "silu"], learning_rates: [1]}
)");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->name, "trial run");
  EXPECT_EQ(spec->space.max_nodes, 12);
  EXPECT_EQ(spec->space.parameter_shape, "layer");
  EXPECT_EQ(spec->strategy.options.at("population"), 16);
  EXPECT_EQ(FieldOf<Hidden>(spec->task.fields, "hidden"), (Hidden{64, 32}));
  EXPECT_EQ(spec->task.learning_rate, 2e-3);
  EXPECT_FALSE(spec->gates.probes);
  EXPECT_EQ(spec->search.candidates, 42u);
  EXPECT_EQ(spec->search.seed, 9007199254740991u);
  EXPECT_EQ(spec->search.ordering, plan::Ordering::kArrival);
  EXPECT_EQ(spec->finals.baselines, (std::vector<std::string>{"relu", "silu"}));
  EXPECT_EQ(spec->search.window, 2 * spec->search.parallelism);  // derived
}

constexpr const char* kShaped = R"(name: activations
shape: binary(unary(x), unary(x))
unary: [identity, tanh]
binary: [add, mul]
)";

TEST(JobFile, ReadsShapedSpaces) {
  std::string text = "space:\n";
  std::istringstream lines(kShaped);
  for (std::string line; std::getline(lines, line);) text += "  " + line + "\n";
  const auto spec = Read(text);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->space.shape, "binary(unary(x), unary(x))");
  EXPECT_EQ(spec->space.unary, (std::vector<std::string>{"identity", "tanh"}));
  EXPECT_EQ(spec->space.binary, (std::vector<std::string>{"add", "mul"}));
  // Its space alone, as a section and as a file of its own.
  SpaceSpec alone = spec->space;
  alone.absorbs.clear();  // that follows from the network
  EXPECT_EQ(ReadSpace({.name = "s", .text = text, .folder = "."}).value(), alone);
  EXPECT_EQ(ReadSpace({.name = "s", .text = kShaped, .folder = "."}).value(), alone);
}

TEST(JobFile, ReadsASpaceBesideWhatDoesNotFitTogether) {
  const std::string text =
      "task: {steps: 50}\ngates: {chance_steps: 60}\nspace: {max_nodes: 9}\n";
  EXPECT_FALSE(Read(text));
  EXPECT_EQ(ReadSpace({.name = "s", .text = text, .folder = "."}).value().max_nodes, 9);
}

TEST(JobFile, TellsWhereASpaceIsWrong) {
  const auto error = [](const std::string& text) {
    const auto spec = ReadSpace({.name = "s", .text = text, .folder = "."});
    return spec ? "no error" : spec.error().message;
  };
  EXPECT_THAT(error("unary: [tanh]\nshape: x * unray(x)\n"),
              StartsWith("s:2:1: space.shape: column 5: unknown slot 'unray'; did you mean"));
  EXPECT_THAT(error("shape: unary(x)\nunray: [tanh]\n"),
              StartsWith("s:2:1: unknown space key 'unray'; did you mean 'unary'?"));
  EXPECT_THAT(error("space:\n  shape: unary(x)\n  unary: [tnah]\n"),
              StartsWith("s:3:3: space.unary: unknown operator 'tnah'; did you mean 'tanh'?"));
  EXPECT_THAT(error("space: {operators: [tanh], unary: [sin]}"),
              StartsWith("s:1:9: space.operators: stands beside space.unary; name all"));
}

TEST(JobFile, AnEmptyFileIsTheDefaultJob) {
  const auto spec = Read("# nothing\n");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->search.candidates, plan::SearchSpec{}.candidates);
}

struct Bad {
  const char* name;
  const char* text;
  const char* error;  // the whole message begins so
};

class BadJobFile : public testing::TestWithParam<Bad> {};

TEST_P(BadJobFile, IsToldWithPlaceAndRemedy) {
  EXPECT_THAT(ErrorOf(GetParam().text), StartsWith(GetParam().error));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadJobFile,
    testing::Values(
        Bad{"UnknownSection", "name: a\nserach:\n  candidates: 3\n",
            "job.yaml:2:1: unknown key 'serach'; did you mean 'search'? known: name, space, "},
        Bad{"UnknownField", "search:\n  candidats: 3\n",
            "job.yaml:2:3: unknown search key 'candidats'; did you mean 'candidates'? known: "},
        Bad{"FieldOutsideItsSection", "candidates: 3\n", "job.yaml:1:1: unknown key 'candidates'"},
        Bad{"WrongType", "search:\n  candidates: many\n",
            "job.yaml:2:15: search.candidates: expected a whole number, found 'many'"},
        Bad{"FractionForWhole", "search: {candidates: 1.5}",
            "job.yaml:1:22: search.candidates: expected a whole number, found '1.5'"},
        Bad{"QuotedNumber", "search: {candidates: \"300\"}",
            "job.yaml:1:22: search.candidates: expected a whole number, found the text '300' in "
            "quotes"},
        Bad{"ListForNumber", "search: {candidates: [3]}",
            "job.yaml:1:22: search.candidates: expected a whole number, found a list"},
        Bad{"NumberForList", "task: {hidden: 128}",
            "job.yaml:1:16: task.hidden: expected a list of whole numbers, found '128'"},
        Bad{"WrongItem", "task: {hidden: [128, wide]}",
            "job.yaml:1:22: task.hidden: expected a whole number, found 'wide'"},
        Bad{"NestedItem", "task: {hidden: [[1]]}",
            "job.yaml:1:17: task.hidden: expected a whole number, found a list"},
        Bad{"Nothing", "search:\n  candidates:\n",
            "job.yaml:2:3: search.candidates: expected a whole number, found nothing"},
        Bad{"NotAFlag", "gates: {probes: yes}",
            "job.yaml:1:17: gates.probes: expected true or false, found 'yes'"},
        Bad{"TooSmall", "search:\n  parallelism: 0\n",
            "job.yaml:2:16: search.parallelism: 0 is out of bounds; allowed: 1 to 4096"},
        Bad{"NotANumber", "task: {learning_rate: nan}",
            "job.yaml:1:23: task.learning_rate: nan is out of bounds"},
        Bad{"UnknownName", "strategy: {name: evoltion}",
            "job.yaml:1:18: strategy.name: unknown value 'evoltion'; did you mean 'evolution'?"},
        Bad{"UnknownBaseline", "finals: {baselines: [relu, rleu]}",
            "job.yaml:1:21: finals.baselines: unknown value 'rleu'; did you mean 'relu'?"},
        Bad{"UnknownOption", "strategy:\n  name: evolution\n  popultion: 3\n",
            "job.yaml:3:3: strategy.popultion: "},
        Bad{"OptionOutOfBounds", "strategy:\n  name: evolution\n  population: -3\n",
            "job.yaml:3:3: strategy.population: "},
        Bad{"TwoFieldsDisagree", "task: {steps: 50}\ngates: {chance_steps: 60}\n",
            "job.yaml:2:9: gates.chance_steps: 60 is more than task.steps (50)"},
        Bad{"DoubledKey", "name: a\nname: b\n",
            "job.yaml:2:1: key 'name' again; it stands on line 1 already"},
        Bad{"DoubledSection", "search: {seed: 1}\ntask: {}\nsearch: {seed: 2}\n",
            "job.yaml:3:1: key 'search' again; it stands on line 1 already"},
        Bad{"SlotsOfBefore", "space:\n  slots: 2\n",
            "job.yaml:2:3: space.slots: one candidate for each site is sites.share: false now"},
        Bad{"NormalizationOfBefore", "task: {name: cnn, normalization: batch}\n",
            "job.yaml:1:19: task.normalization: batch normalization is sites.fill: "
            "[norm=batch_norm] now"},
        Bad{"FieldOfAnotherTask", "task: {name: noop, hidden: [3]}\n",
            "job.yaml:1:20: unknown task key 'hidden'; known: name, dataset, "},
        Bad{"FieldOutOfBounds", "task: {hidden: [3, 5000]}\n",
            "job.yaml:1:16: task.hidden: 5000 is out of bounds; allowed: 1 to 4096"},
        Bad{"BatchOfOne", "task: {batch: 1}\n",
            "job.yaml:1:15: task.batch: 1 is out of bounds; allowed: 2 to 65536"},
        Bad{"UnknownSite", "sites:\n  searched: [layer7]\n",
            "job.yaml:2:3: sites.searched: task 'mlp' has no site 'layer7'; did you mean "
            "'layer1'? there are: layer1, "},
        Bad{"UnknownPart", "sites:\n  fill: [norm=batchnorm]\n",
            "job.yaml:2:3: sites.fill: unknown part for a site of role norm 'batchnorm'; did you "
            "mean 'batch_norm'?"},
        Bad{"NotAMap", "- a\n- b\n", "job.yaml:1:1: expected a map with keys such as task: and"},
        Bad{"SectionIsText", "search: fast\n",
            "job.yaml:1:9: search: expected a map with keys such as candidates:, found 'fast'"},
        Bad{"KeyIsList", "[a, b]: 3\n", "job.yaml:1:1: expected a key, found a list"},
        Bad{"Syntax", "search: {candidates: 3\n", "job.yaml:2:1: "},
        Bad{"Tab", "search:\n\tcandidates: 3\n", "job.yaml:2:1: a tab cannot indent; use spaces"},
        Bad{"Alias", "name: &n a\nspace: *n\n", "job.yaml:1:7: anchors (&n) are not supported"},
        Bad{"Tag", "name: !!str a\n", "job.yaml:1:7: tags (tag:yaml.org,2002:str) are not"},
        Bad{"TwoDocuments", "name: a\n---\nname: b\n", "job.yaml:3:1: a second document begins"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(JobFile, TellsEveryProblemAtOnce) {
  const std::string error =
      ErrorOf("search: {parallelism: 0, sed: 1}\ntask: {hidden: [x, y]}\nnope: 1\n");
  EXPECT_EQ(std::ranges::count(error, '\n'), 4) << error;
  EXPECT_THAT(error, HasSubstr("did you mean 'seed'"));
  EXPECT_THAT(error, HasSubstr("job.yaml:3:1"));
}

TEST(JobFile, StopsTellingAfterTwenty) {
  std::string text = "search:\n";
  for (int i = 0; i < 50; ++i) text += "  key" + std::to_string(i) + ": 1\n";
  const std::string error = ErrorOf(text);
  EXPECT_EQ(std::ranges::count(error, '\n'), 20);
  EXPECT_THAT(error, HasSubstr("and 30 more problems"));
}

TEST(JobFile, NamesTheSectionOfAStrayField) {
  EXPECT_THAT(ErrorOf("candidates: 3\n"), HasSubstr("'candidates' belongs under 'search:'"));
}

TEST(JobFile, BoundsHostileFiles) {
  EXPECT_THAT(ErrorOf(std::string(200'000, '[')), HasSubstr("nested deeper than 16 levels"));
  std::string many = "task: {hidden: [";
  for (int i = 0; i < 30'000; ++i) many += "1,";
  EXPECT_THAT(ErrorOf(many + "1]}"), HasSubstr("more than 20000 values"));
  EXPECT_THAT(ErrorOf(std::string((1 << 20) + 1, '#')), HasSubstr("larger than"));
  EXPECT_THAT(ErrorOf(std::string("name: a\0b", 9)), HasSubstr("not a text file"));
  const std::string error = ErrorOf(std::string(5000, 'k') + ": 1\n");
  EXPECT_LT(error.size(), 400u);
  EXPECT_THAT(ErrorOf("\"\\e[31m\": 1\n"), testing::Not(HasSubstr("\x1b")));
}

// A name decides which fields its section has, wherever it stands.
TEST(JobFile, ANameMayStandBehindTheFieldsThatItAllows) {
  const auto spec = Read(
      "task:\n  hidden: [4, 6]\n  name: cnn\n"
      "sites: {searched: [activation], share: false, fill: [norm=batch_norm]}\n");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(FieldOf<Hidden>(spec->task.fields, "hidden"), (Hidden{4, 6}));
  EXPECT_EQ(spec->space.slots, 2);
  EXPECT_EQ(ErrorOf("task: {hidden: [3], name: mpl}\n"),
            "job.yaml:1:27: task.name: unknown value 'mpl'; did you mean 'mlp'? known: " +
                ListNames(catalogue::Tasks().Names()));
}

TEST(JobFile, AnotherTaskOnTheCommandLineForgetsTheFieldsOfTheFiles) {
  const auto spec = Read("task: {name: mlp, hidden: [4]}\n",
                         {*OverrideFromText("task.name=cnn")});
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_NE(FieldOf<Hidden>(spec->task.fields, "hidden"), (Hidden{4}));
}

TEST(JobFile, ADataSetMayStandBehindTheFieldsThatItAllows) {
  const auto spec = Read("task: {equation: I.8.14, range: far, dataset: feynman, name: fit}\n");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(std::get<std::string>(spec->task.fields.at("equation")), "I.8.14");
  EXPECT_THAT(ErrorOf("task: {name: fit, dataset: harmonics, equation: I.8.14}\n"),
              HasSubstr("job.yaml:1:39: unknown task key 'equation'"));
}

TEST(JobFile, AnotherTaskKeepsTheRecipeInWhateverOrderItIsSet) {
  const std::string text =
      "task: {name: cnn, dataset: cifar10, flip: true, crop: 2, optimizer: sgd, hidden: [4]}\n";
  const auto spec = Read(text, {{"task.warmup", "0.1", "--set"}, {"task.name", "resnet", "--set"}});
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(std::get<bool>(spec->task.fields.at("flip")), true);
  EXPECT_EQ(std::get<std::string>(spec->task.fields.at("optimizer")), "sgd");
  EXPECT_EQ(std::get<double>(spec->task.fields.at("warmup")), 0.1);
  EXPECT_EQ(spec->task.dataset, "cifar10");
  const auto far = Read("task: {name: mlp}\n", {{"task.range", "far", "--set"},
                                                {"task.dataset", "harmonics", "--set"},
                                                {"task.name", "fit", "--set"}});
  ASSERT_TRUE(far) << far.error().message;
  EXPECT_EQ(std::get<std::string>(far->task.fields.at("range")), "far");
}

TEST(JobFile, AFolderThatNobodyReadsIsAMistake) {
  EXPECT_THAT(ErrorOf("task: {name: mlp, data_dir: pets}\n"),
              HasSubstr("job.yaml:1:19: task.data_dir: data set 'glyphs' is generated"));
}

TEST(JobFile, AnotherTaskBringsItsOwnData) {
  const auto spec = Read("task: {name: text}\n");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->task.dataset, "sentences");
  EXPECT_EQ(Read("task: {name: fit}\n")->task.dataset, "polynomials");
  EXPECT_EQ(Read("task: {name: cnn, dataset: mnist}\n")->task.dataset, "mnist");
  const auto changed = Read("task: {name: fit, dataset: feynman, equation: I.8.14}\n",
                            {{"task.dataset", "harmonics", "--set"}});
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_FALSE(changed->task.fields.contains("equation"));
  EXPECT_TRUE(changed->task.fields.contains("tones"));
}

TEST(JobFile, OverridesWinAndAreTold) {
  const auto set = [](const char* text) { return *OverrideFromText(text); };
  const auto spec = Read("search: {candidates: 5}\nstrategy: {name: evolution, population: 8}\n",
                         {set("search.candidates=7"), set("strategy.name=random"),
                          set("task.hidden=16, 8"), set("finals.baselines=[relu]")});
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->search.candidates, 7u);
  EXPECT_EQ(spec->strategy.name, "random");  // whose options are not evolution's
  EXPECT_EQ(FieldOf<Hidden>(spec->task.fields, "hidden"), (Hidden{16, 8}));
  EXPECT_EQ(spec->finals.baselines, std::vector<std::string>{"relu"});
  EXPECT_THAT(ErrorOf("", {set("search.candidates=none")}),
              HasSubstr("--set search.candidates=none: 'none' is not a whole number"));
  EXPECT_THAT(ErrorOf("", {set("serach.candidates=1")}), HasSubstr("did you mean 'search'"));
  EXPECT_FALSE(OverrideFromText("search.candidates"));
}

TEST(JobFile, LooksUpTheDataFolderBesideTheFile) {
  const test::TempDir dir;
  std::filesystem::create_directories(dir.Path() / "jobs");
  std::filesystem::create_directories(dir.Path() / "images");
  const auto path = dir.Path() / "jobs" / "a.yaml";
  std::ofstream(path) << "task: {dataset: mnist, data_dir: ../images}\n";
  std::istringstream unused;
  const auto source = LoadJobSource(path.string(), unused);
  ASSERT_TRUE(source) << source.error().message;
  const auto spec = ReadJob(*source);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->task.data_dir, (dir.Path() / "images").string());
  // Not here: it may be on the workers' machines.
  std::ofstream(path) << "task: {dataset: mnist, data_dir: elsewhere/mnist}\n";
  EXPECT_EQ(ReadJob(*LoadJobSource(path.string(), unused))->task.data_dir, "elsewhere/mnist");
  // What is typed is meant where it is typed.
  const auto here = std::filesystem::current_path();
  const auto typed = std::filesystem::relative(dir.Path() / "images", here).string();
  const Override set{"task.data_dir", typed, "--set task.data_dir=" + typed};
  EXPECT_EQ(ReadJob(*LoadJobSource(path.string(), unused), {&set, 1})->task.data_dir,
            (dir.Path() / "images").string());
}

TEST(JobFile, LoadsFromStandardInputAndExplainsMissingFiles) {
  std::istringstream in("search: {parallelism: 0}\n");
  const auto source = LoadJobSource("-", in);
  ASSERT_TRUE(source);
  EXPECT_THAT(ReadJob(*source).error().message, StartsWith("standard input:1:23: "));
  const auto missing = LoadJobSource("/nonexistent/job.yaml", in);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("--print-job"));
  EXPECT_THAT(LoadJobSource("/", in).error().message, HasSubstr("is a folder"));
}

TEST(JobFile, TheExamplesAreValid) {
  ASSERT_TRUE(ReadJob(DefaultJobSource()));
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(ACTSEARCH_SOURCE_DIR "/examples")) {
    std::istringstream unused;
    const auto spec = ReadJob(*LoadJobSource(entry.path().string(), unused));
    EXPECT_TRUE(spec) << spec.error().message;
    ++count;
  }
  EXPECT_GE(count, 4);
}

}  // namespace
}  // namespace actsearch::cli
