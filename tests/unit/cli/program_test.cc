// Verbs that need no coordinator.
#include "tests/unit/cli/program_bed.h"

namespace actsearch::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Program, EveryVerbExplainsItselfWithExamples) {
  for (const Verb& verb : Verbs().Rows()) {
    std::vector<std::string> words;
    std::istringstream name{std::string(verb.name)};
    for (std::string word; name >> word;) words.push_back(word);
    words.push_back("--help");
    const Ended help = Call(words);
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.out, StartsWith(std::string(verb.doc) + "\n\nExamples:\n  actsearch "))
        << verb.name;
  }
  EXPECT_THAT(Call({"--help"}).out, HasSubstr("Exit codes: 0 done"));
}

TEST(Program, SuggestsVerbsAndOptions) {
  const Ended verb = Call({"serach"});
  EXPECT_EQ(verb.code, 2);
  EXPECT_THAT(verb.err, StartsWith("actsearch: unknown verb 'serach'; did you mean 'search'?"));
  EXPECT_THAT(Call({"job", "sumbit"}).err, HasSubstr("See 'actsearch job --help'"));
  const Ended option = Call({"job", "list", "--ouput", "json"});
  EXPECT_EQ(option.code, 2);
  EXPECT_THAT(option.err, HasSubstr("did you mean '--output'?"));
  EXPECT_EQ(Call({}).code, 2);
  EXPECT_EQ(Call({"job", "submit"}).code, 2);  // the file is missing
  EXPECT_EQ(Call({"job", "list", "-o", "xml"}).code, 2);
}

TEST(Program, ListsPrimitivesWithTheirDefinitions) {
  const json rows = json::parse(Call({"primitives", "-o", "json"}).out);
  const auto silu = std::ranges::find(rows, json("silu"), [](const json& r) { return r["name"]; });
  ASSERT_NE(silu, rows.end());
  EXPECT_EQ((*silu)["group"], "composite");
  EXPECT_EQ((*silu)["definition"], "a * sigmoid(a)");
  EXPECT_EQ((*silu)["derivatives"].size(), 1u);
  EXPECT_EQ((*silu)["domain"], json::parse("[null, null]"));
  EXPECT_EQ((*silu)["turning"].size(), 1u);
  EXPECT_THAT(Call({"primitives"}).out, HasSubstr("a * sigmoid(a)"));
}

TEST(Program, ListsWhatIsBuiltIn) {
  EXPECT_THAT(json::parse(Call({"version", "-o", "json"}).out)["language"].get<std::string>(),
              testing::SizeIs(16));
  EXPECT_THAT(Call({"primitives", "--markdown"}).out, HasSubstr("| tanh | `tanh(a)` |"));
  EXPECT_GE(json::parse(Call({"zoo", "-o", "json"}).out).size(), 40u);
  EXPECT_THAT(Call({"zoo", "show", "silu"}).out, HasSubstr("derivative"));
  EXPECT_THAT(Call({"zoo", "show", "binary_step"}).out, HasSubstr("jumps"));
  EXPECT_THAT(Call({"zoo", "show", "glu"}).out, HasSubstr("x * sigmoid(u)"));
  EXPECT_EQ(Call({"zoo", "show", "sliu"}).code, 3);
  EXPECT_THAT(Call({"zoo", "show", "relu"}).out, HasSubstr("1.467"));  // rho: pi / (pi - 1)
  EXPECT_THAT(Call({"tasks"}).out, HasSubstr("cifar10"));
  EXPECT_THAT(Call({"tasks"}).out, HasSubstr("batch_norm"));
  const std::string sites = Call({"tasks", "cnn", "--dataset", "cifar10"}).out;
  EXPECT_THAT(sites, HasSubstr("layer1.activation"));
  EXPECT_THAT(sites, HasSubstr("8 x 32 x 32"));
  EXPECT_THAT(Call({"tasks", "nosuch"}).err, HasSubstr("cnn"));
  EXPECT_THAT(Call({"job", "explain", "task.hidden"}).out,
              testing::AllOf(HasSubstr("(mlp)"), HasSubstr("(cnn)"), HasSubstr("1 to 4096")));
  EXPECT_THAT(Call({"job", "explain", "sites"}).out, HasSubstr("sites.share"));
  EXPECT_THAT(Call({"job", "explain", "strategy"}).out, HasSubstr("strategy.population"));
  EXPECT_THAT(Call({"completion", "bash"}).out, HasSubstr("complete -o filenames"));
  EXPECT_THAT(Call({"search", "--print-job"}).out, HasSubstr("name: quickstart"));
}

TEST(Program, EvaluatesFormulasAndTheirDerivatives) {
  const auto silu = json::parse(Call({"eval", "zoo:silu", "--at", "-1,0,1", "-o", "json"}).out);
  ASSERT_EQ(silu.size(), 3u);
  EXPECT_NEAR(silu[2]["f"].get<double>(), 0.731058579, 1e-9);
  EXPECT_EQ(silu[1]["df/dx"], 0.5);
  const Ended scaled =
      Call({"eval", "x * sigmoid(beta * x) where beta: channel = 1", "--at", "2", "-o", "json"});
  EXPECT_NEAR(json::parse(scaled.out)[0]["df/dbeta"].get<double>(), 0.41997434, 1e-8);
  const Ended gated = Call({"eval", "x * u", "--at", "3", "--u", "5", "-o", "json"});
  EXPECT_EQ(json::parse(gated.out)[0]["f"], 15);
  EXPECT_EQ(json::parse(gated.out)[0]["df/du"], 3);
  const Ended reduced = Call({"eval", "x - mean{b,h,w}(x)", "--at", "1,3", "-o", "json"});
  EXPECT_EQ(json::parse(reduced.out), json::parse(R"([{"x": 1, "f": -1}, {"x": 3, "f": 1}])"));
  EXPECT_THAT(reduced.err, HasSubstr("No derivatives: a reduction"));
  EXPECT_EQ(Call({"eval", "zoo:sliu"}).code, 3);
  const Ended wrong = Call({"eval", "x * sigmod(x)"});
  EXPECT_NE(wrong.code, 0);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean 'sigmoid'"));
}

constexpr const char* kSpace =
    "shape: binary(unary(x), x)\nunary: [identity, neg, tanh]\nbinary: [add, mul]\n";

// x + x, -x + x, tanh(x) + x, x x, -x x, tanh(x) x: one is 0; x^2 and -x^2 differ by a factor.
TEST(Program, CountsTheFunctionsOfAFiniteSpace) {
  const Ended counted = Call({"space", "count", "-", "-o", "json"}, kSpace);
  ASSERT_EQ(counted.code, 0) << counted.err;
  json counts = json::parse(counted.out);
  EXPECT_GT(counts["candidates_per_second"].get<double>(), 0);
  counts.erase("candidates_per_second");
  counts.erase("seconds");
  EXPECT_EQ(counts, json({{"size", 6},
                          {"complete", true},
                          {"generated", 6},
                          {"admissible", 5},
                          {"canonical", 5},
                          {"exact", 5},
                          {"affine", 4}}));
  EXPECT_THAT(Call({"space", "count", "-"}, kSpace).out,
              testing::ContainsRegex("affine +4 +66.7 %  different up to an affine map"));
  EXPECT_EQ(counted.err, "");  // no progress where nobody looks
}

TEST(Program, ListsTheFunctionsOfAFiniteSpace) {
  EXPECT_EQ(Call({"space", "list", "-"}, kSpace).out,
            "2 * x\nx + tanh(x)\nsquare(x)\n-square(x)\nx * tanh(x)\n");
  EXPECT_EQ(Call({"space", "list", "-", "--unique", "affine", "--limit", "3"}, kSpace).out,
            "2 * x\nx + tanh(x)\nsquare(x)\n");
  std::istringstream lines(Call({"space", "list", "-", "-o", "json"}, kSpace).out);
  std::vector<json> rows;
  for (std::string line; std::getline(lines, line);) rows.push_back(json::parse(line));
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[4]["formula"], "x * tanh(x)");
  EXPECT_EQ(rows[4]["index"], 5);
  EXPECT_GT(rows[4]["cost"], rows[2]["cost"]);
  EXPECT_EQ(rows[2]["affine"], rows[3]["affine"]);
  EXPECT_NE(rows[2]["exact"], rows[3]["exact"]);
  EXPECT_THAT(rows[4]["exact"].get<std::string>(), testing::MatchesRegex("[0-9a-f]{16}"));
}

TEST(Program, SaysHowToMakeASpaceFinite) {
  const Ended infinite = Call({"space", "count", "-"}, "space: {max_nodes: 4}\n");
  EXPECT_EQ(infinite.code, 2);
  EXPECT_THAT(infinite.err, HasSubstr("the space is infinite; give it a shape, as in"));
  EXPECT_EQ(Call({"space", "list", "-", "--set", "space.shape=unary(x)"}, "").code, 0);
  EXPECT_EQ(Call({"space", "list", "/nonexistent.yaml"}).code, 3);
  EXPECT_EQ(Call({"space", "list", "-", "--unique", "none"}, kSpace).code, 2);
}

TEST(Program, SaysWhatToStartWhenNobodyAnswers) {
  // Port 1 is reserved: nothing of ours listens there.
  const Ended listed = Call({"job", "list", "--coordinator", "127.0.0.1:1", "--deadline", "5"});
  EXPECT_EQ(listed.code, 1);
  EXPECT_THAT(listed.err, HasSubstr("no coordinator answers at 127.0.0.1:1"));
  EXPECT_THAT(listed.err, HasSubstr("actsearch-coordinator --listen 127.0.0.1:1"));
  EXPECT_EQ(Call({"job", "list", "--coordinator", "a:1", "--store", "memory:"}).code, 2);
}

TEST(Program, RefusesBadJobsBeforeAnythingRuns) {
  const Ended validated = Call({"job", "validate", "-"}, "search: {parallelism: 0}\n");
  EXPECT_EQ(validated.code, 2);
  EXPECT_THAT(validated.err, HasSubstr("standard input:1:23: search.parallelism: 0 is out of"));
  const Ended shown = Call({"job", "validate", "-", "--set", "search.seed=9", "-o", "yaml"}, kJob);
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("seed: 9"));
  // What it prints is a job file.
  EXPECT_EQ(Call({"job", "validate", "-", "-o", "yaml"}, shown.out).out, shown.out);
  EXPECT_EQ(Call({"job", "validate", "/nonexistent.yaml"}).code, 3);
  EXPECT_EQ(Call({"search", "/nonexistent.yaml"}).code, 3);
  EXPECT_EQ(Call({"search", "--data", "/nonexistent"}).code, 3);
  EXPECT_EQ(Call({"search", "--candidates", "none"}).code, 2);
}

TEST(Program, LooksAtTheDataBeforeAJobExists) {
  const test::TempDir dir;
  const std::string store = "sqlite:" + (dir.Path() / "jobs.db").string();
  const std::string folder = (dir.Path() / "images").string();
  std::filesystem::create_directories(folder);
  const auto search = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"search", "-", "--store", store});
    return Call(more, kJobOnFiles);
  };
  const Ended missing = search({"--data", (dir.Path() / "nowhere").string()});
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.err, HasSubstr("nowhere"));
  const Ended empty = search({"--data", folder});
  EXPECT_EQ(empty.code, 3);
  EXPECT_THAT(empty.err, HasSubstr("train-images-idx3-ubyte"));
  std::ofstream(dir.Path() / "images" / "train-images-idx3-ubyte") << "no images";
  const Ended damaged = search({"--data", folder});
  EXPECT_EQ(damaged.code, 2);
  EXPECT_THAT(damaged.err, HasSubstr("task.data_dir: "));
  const Ended unnamed = search({"--set", "task.data_dir="});
  EXPECT_EQ(unnamed.code, 2);
  EXPECT_THAT(unnamed.err, HasSubstr("no folder given for its files; name it with --data DIR"));
  const Ended unread = search({"--set", "task.dataset=glyphs"});
  EXPECT_EQ(unread.code, 2);
  EXPECT_THAT(unread.err, HasSubstr("data set 'glyphs' is generated and reads no files"));
  const Ended other = search({"--set", "task.dataset=glyphs", "--set", "task.data_dir=", "--set",
                              "task.digest=0123456789abcdef"});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("task.digest: the data of 'glyphs' have the digest "));
  const Ended table = search({"--set", "task.name=table", "--data", folder + "/none"});
  EXPECT_EQ(table.code, 3);
  EXPECT_FALSE(std::filesystem::exists(dir.Path() / "jobs.db")) << "there is not even a store";
}

TEST(Program, ReadsAndChangesAStoreWithoutACoordinator) {
  const test::TempDir dir;
  const std::string store = "sqlite:" + (dir.Path() / "jobs.db").string();
  std::string id;
  {
    rpc::ServerOptions options = rpc::TestOptions();
    options.store = store;
    rpc::ServerBed bed(options);
    id = bed.Create(rpc::NoopJob()).id();
    const Ended beside = Call({"job", "get", id, "--store", store});  // while another leads
    EXPECT_EQ(beside.code, 0) << beside.err;
    const Ended change = Call({"job", "pause", id, "--store", store});
    EXPECT_EQ(change.code, 1);
    EXPECT_THAT(change.err, HasSubstr("--coordinator HOST:PORT"));
    EXPECT_EQ(Call({"job", "submit", "-", "--store", store}, kJob).code, 2);
  }
  EXPECT_EQ(Call({"job", "cancel", id, "--yes", "--store", store}).code, 0);
  EXPECT_THAT(Call({"job", "list", "--store", store}).out, HasSubstr("cancelled"));
  EXPECT_EQ(Call({"job", "list", "--store", "sqlte:x"}).code, 2);
}

}  // namespace
}  // namespace actsearch::cli
