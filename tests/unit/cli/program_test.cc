// The program's verbs against a real coordinator in this process.
#include "cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/verb.h"
#include "tests/support/process.h"
#include "tests/unit/coordinator/rpc/server_bed.h"

namespace actsearch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Ended {
  int code = 0;
  std::string out;
  std::string err;
};

Ended Call(std::vector<std::string> arguments, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal{.in = in, .out = out, .err = err, .env = [](const std::string&) {
                      return std::optional<std::string>();
                    }};
  const int code = RunProgram(std::move(arguments), terminal);
  return {code, out.str(), err.str()};
}

constexpr const char* kJob = R"(
name: noop
task: {name: noop}
strategy: {name: random}
search: {candidates: 30, parallelism: 8}
finals: {finalists: 1, seeds: 2, learning_rates: [1], baselines: [relu]}
)";

class ProgramTest : public testing::Test {
 protected:
  Ended On(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.end(), {"--coordinator", bed_.server().Address()});
    return Call(std::move(arguments), input);
  }

  std::string Submit() {
    const Ended submitted = On({"job", "submit", "-"}, kJob);
    EXPECT_EQ(submitted.code, 0) << submitted.err;
    return submitted.out.substr(0, submitted.out.find('\n'));
  }

  // A job that has run to its end.
  std::string Done() {
    const rpc::WireWorker worker(bed_.channel(), "w");
    std::string id = Submit();
    const Ended waited = On({"job", "wait", id, "--timeout", "20"});
    EXPECT_EQ(waited.code, 0) << waited.err;
    return id;
  }

  rpc::ServerBed bed_;
};

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
  const Ended validated = Call({"job", "validate", "-"}, "search: {candidates: 0}\n");
  EXPECT_EQ(validated.code, 2);
  EXPECT_THAT(validated.err, HasSubstr("standard input:1:22: search.candidates: 0 is out of"));
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

TEST_F(ProgramTest, SubmitPrintsTheIdAlone) {
  const Ended submitted = On({"job", "submit", "-"}, kJob);
  EXPECT_EQ(submitted.code, 0) << submitted.err;
  EXPECT_THAT(submitted.out, testing::MatchesRegex("noop-[a-z2-7]+\n"));
  EXPECT_THAT(submitted.err, HasSubstr("actsearch job watch noop-"));
}

TEST_F(ProgramTest, ShowsAJobThatIsDone) {
  const std::string id = Done();
  const json job = json::parse(On({"job", "get", id, "-o", "json"}).out);
  EXPECT_EQ(job["state"], "done");
  EXPECT_EQ(job["finished"], 30);
  EXPECT_EQ(job["spec"]["search"]["candidates"], 30);
  EXPECT_THAT(On({"job", "get", "noop"}).out, HasSubstr("30 of 30 finished"));  // by prefix
  EXPECT_THAT(On({"job", "list"}).out, HasSubstr(id));
  const json front = json::parse(On({"front", "latest", "-o", "json"}).out);
  EXPECT_EQ(front["front"].size(), 2u);
  EXPECT_TRUE(front["final"]);
  EXPECT_THAT(On({"front"}).out, HasSubstr("relu: "));
  std::istringstream events(On({"export", id}).out);
  int count = 0;
  for (std::string line; std::getline(events, line); ++count) EXPECT_TRUE(json::accept(line));
  EXPECT_GT(count, 60);
}

TEST_F(ProgramTest, ListsCandidatesTheSameForTheSameJob) {
  const std::string first = Done();
  const std::string second = Done();
  ASSERT_NE(first, second);
  const auto list = [this](const std::string& id, std::vector<std::string> more) {
    more.insert(more.begin(), {"candidates", "list", id});
    return On(more);
  };
  const Ended bare = list(first, {"-o", "json", "--no-timing", "--limit", "0"});
  EXPECT_EQ(bare.out, list(second, {"-o", "json", "--no-timing", "--limit", "0"}).out);
  const json rows = json::parse(bare.out);
  ASSERT_GE(rows.size(), 34u);  // 2 select and 4 final trials
  EXPECT_FALSE(rows[0].contains("timing"));
  EXPECT_THAT(bare.out, Not(HasSubstr(first)));
  EXPECT_TRUE(json::parse(list(first, {"-o", "json"}).out)[0].contains("timing"));

  EXPECT_EQ(json::parse(list(first, {"-o", "json", "--limit", "3"}).out).size(), 3u);
  const json finals = json::parse(list(first, {"-o", "json", "--stage", "final"}).out);
  EXPECT_EQ(finals.size(), 4u);
  EXPECT_EQ(
      json::parse(list(first, {"-o", "json", "--status", "quarantined,cancelled"}).out).size(), 0u);
  const Ended wrong = list(first, {"--status", "SCORE"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean 'SCORED'?"));
}

TEST_F(ProgramTest, FindsJobsOrSaysWhichThereAre) {
  EXPECT_EQ(On({"job", "get"}).code, 3);  // none yet
  Submit();
  Submit();
  const Ended ambiguous = On({"job", "get", "noop"});
  EXPECT_EQ(ambiguous.code, 2);
  EXPECT_THAT(ambiguous.err, HasSubstr("'noop' begins 2 job ids: noop-"));
  const Ended missing = On({"job", "get", "mnist"});
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.err, HasSubstr("actsearch job list"));
}

TEST_F(ProgramTest, SteersAJob) {
  const std::string id = Submit();
  EXPECT_EQ(On({"job", "pause", id}).code, 0);
  EXPECT_THAT(On({"job", "get", id}).out, HasSubstr("paused"));
  EXPECT_EQ(On({"job", "resume", id}).code, 0);
  EXPECT_EQ(On({"job", "extend", id, "--candidates", "31"}).code, 0);
  EXPECT_NE(On({"job", "extend", id, "--candidates", "3"}).code, 0);
  EXPECT_NE(On({"job", "delete", id, "--yes"}).code, 0);  // it runs
  const Ended unasked = On({"job", "cancel", id});
  EXPECT_EQ(unasked.code, 2);
  EXPECT_THAT(unasked.err, HasSubstr("add --yes"));
  EXPECT_EQ(On({"job", "cancel", id, "--yes"}).code, 0);
  EXPECT_EQ(On({"job", "wait", id}).code, 5);
  EXPECT_EQ(On({"job", "watch", id}).code, 0);
  EXPECT_EQ(On({"job", "watch", id, "--exit-status"}).code, 5);
  EXPECT_EQ(On({"job", "delete", id, "--yes"}).code, 0);
  EXPECT_EQ(On({"job", "get", id}).code, 3);
}

TEST_F(ProgramTest, WaitGivesUpInTime) {
  const std::string id = Submit();  // no worker
  const Ended waited = On({"job", "wait", id, "--timeout", "0.05"});
  EXPECT_EQ(waited.code, 6);
  EXPECT_THAT(waited.err, HasSubstr("is still running after 50 ms: 0 of 30 candidates"));
}

TEST_F(ProgramTest, SubmitWithWaitFollowsToTheEnd) {
  const rpc::WireWorker worker(bed_.channel(), "w");
  const Ended submitted = On({"job", "submit", "-", "--wait"}, kJob);
  EXPECT_EQ(submitted.code, 0) << submitted.err;
  EXPECT_THAT(submitted.err, HasSubstr("done 30/30 100 %"));
  EXPECT_THAT(submitted.err, testing::EndsWith(" is done\n"));
}

constexpr const char* kJobOnFiles = R"(
name: on-files
task: {name: mlp, dataset: mnist, data_dir: images}
strategy: {name: random}
search: {candidates: 10, parallelism: 2}
finals: {finalists: 0, baselines: []}
)";

TEST_F(ProgramTest, AJobThatNoWorkerCanServeIsStuckAndGoesOnWhenResumed) {
  std::string id;
  {
    const rpc::WireWorker sick(bed_.channel(), "gpu-7", true);
    const Ended submitted = On({"job", "submit", "-", "--wait"}, kJobOnFiles);
    EXPECT_EQ(submitted.code, 5);
    EXPECT_THAT(submitted.err, HasSubstr("is paused: no connected worker can serve it: 'gpu-7'"));
    id = submitted.out.substr(0, submitted.out.find('\n'));
    EXPECT_THAT(submitted.err, HasSubstr("go on with: actsearch job resume " + id));
    const json job = json::parse(On({"job", "get", id, "-o", "json"}).out);
    EXPECT_EQ(job["state"], "paused");
    EXPECT_EQ(job["set_aside"], json::parse(R"([{"worker":"gpu-7","reason":"no such folder"}])"));
    EXPECT_EQ(job["data"], nullptr);
    EXPECT_THAT(On({"job", "get", id}).out, HasSubstr("set aside     gpu-7: no such folder"));
    EXPECT_EQ(On({"job", "wait", id}).code, 5);
  }
  const rpc::WireWorker healthy(bed_.channel(), "gpu-8");
  EXPECT_EQ(On({"job", "resume", id}).code, 0);
  const Ended waited = On({"job", "wait", id});
  EXPECT_EQ(waited.code, 0) << waited.err;
  const json job = json::parse(On({"job", "get", id, "-o", "json"}).out);
  EXPECT_EQ(job["data"]["digest"], "0123456789abcdef");
  EXPECT_EQ(job["data"]["rows"], json::parse("[6000,1000,1000,2000]"));
  EXPECT_THAT(On({"job", "get", id}).out,
              HasSubstr("digest 0123456789abcdef, 0 numbers, 0 numbers, rows 6000 + 1000 + 1000 + "
                        "2000 (train, search, select, final)"));
}

TEST_F(ProgramTest, ASickWorkerBesideAHealthyOneIsNamedAndTheJobIsDone) {
  const rpc::WireWorker sick(bed_.channel(), "gpu-7", true);
  const rpc::WireWorker healthy(bed_.channel(), "gpu-8");
  const Ended submitted = On({"job", "submit", "-", "--wait"}, kJob);
  EXPECT_EQ(submitted.code, 0) << submitted.err;
  EXPECT_THAT(On({"job", "get"}).out, HasSubstr("set aside     gpu-7: no such folder"));
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
  const Ended other =
      search({"--set", "task.dataset=glyphs", "--set", "task.digest=0123456789abcdef"});
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
