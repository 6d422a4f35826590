// What is trained once and what again: the cache across jobs, `reproduce`, the estimate and
// `--budget`, with real workers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>

#include "tests/support/process.h"

namespace actsearch::test {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kProgram = ACTSEARCH_BIN_DIR "/actsearch";

class OnceTest : public testing::Test {
 protected:
  OnceTest() {
    job_ = (dir_.Path() / "job.yaml").string();
    std::ofstream(job_) << "name: tiny\n"
                           "task: {dataset: glyphs, steps: 60, batch: 32, hidden: [16]}\n"
                           "search: {candidates: 12, seed: 5, audits: 0}\n"
                           "finals: {finalists: 1, select_seeds: 1, seeds: 2, octaves: 0, "
                           "learning_rates: [1], baselines: [relu]}\n"
                           "confirm: {steps: 2, width: 1}\n";
    store_ = "sqlite:" + (dir_.Path() / "jobs.db").string();
  }

  Ended Call(std::vector<std::string> words) const {
    words.insert(words.begin(), kProgram);
    words.insert(words.end(), {"--store", store_});
    return test::Run(words, seconds(120));
  }
  json Report(std::vector<std::string> words) const {
    words.insert(words.end(), {"-o", "json"});
    const Ended ended = Call(words);
    EXPECT_EQ(ended.status, 0) << ended.errors;
    return json::parse(ended.output);
  }

  TempDir dir_;
  std::string job_, store_;
};

TEST_F(OnceTest, AnotherSearchFindsWhatWasTrained) {
  const json first = Report({"search", job_});
  EXPECT_EQ(first["job"]["cached"], 0);
  const json again = Report({"search", job_});
  EXPECT_GT(again["job"]["cached"], 15);
  EXPECT_EQ(again["front"].dump(), first["front"].dump()) << "step times are those of then, too";
  const json anew = Report({"search", job_, "--no-cache"});
  EXPECT_EQ(anew["job"]["cached"], 0);
  EXPECT_EQ(anew["verdict"], first["verdict"]);
  EXPECT_EQ(anew["job"]["earlier_finals"], 2);
  const json compared = Report({"compare", "tanh", job_});
  EXPECT_GT(compared["job"]["cached"], 3) << "relu's trainings";
  const Ended text = Call({"search", job_});
  EXPECT_THAT(text.output, AllOf(HasSubstr("trainings were taken from earlier jobs"),
                                 HasSubstr("read by 4 jobs of this store before")));
}

TEST_F(OnceTest, ATrialIsReproducedBitForBit) {
  Report({"search", job_});
  const json rows = json::parse(
      Call({"candidates", "list", "--limit", "0", "-o", "json"}).output);
  std::map<std::string, std::uint64_t> one_of;  // by stage and status
  for (const json& row : rows) {
    one_of[row["stage"].get<std::string>() + row["status"].get<std::string>()] = row["index"];
  }
  ASSERT_TRUE(one_of.contains("finalSCORED"));
  for (const auto& [kind, index] : one_of) {
    const Ended ended = Call({"reproduce", "latest", std::to_string(index)});
    if (kind == "searchDUPLICATE") {
      EXPECT_EQ(ended.status, 1);
      EXPECT_THAT(ended.errors, HasSubstr("has no training to repeat: it is DUPLICATE"));
      continue;
    }
    EXPECT_EQ(ended.status, 0) << kind << ended.output << ended.errors;
    EXPECT_THAT(ended.output, HasSubstr("The same, bit for bit."));
  }
  const Ended none = Call({"reproduce", "latest", "999"});
  EXPECT_EQ(none.status, 3);
  EXPECT_THAT(none.errors, HasSubstr("has no trial 999"));
}

TEST_F(OnceTest, CandidatesOfEarlierJobsAreCompared) {
  Report({"search", job_});
  const json rows = json::parse(Call({"candidates", "list", "--limit", "0", "-o", "json"}).output);
  std::size_t scored = 0;
  while (rows[scored]["status"] != "SCORED") ++scored;
  const json report = Report({"compare", "latest:" + std::to_string(scored), job_});
  bool found = false;
  for (const json& row : report["front"]) found |= row["formula"] == rows[scored]["formula"];
  EXPECT_TRUE(found) << rows[scored]["formula"];
  const Ended none = Call({"compare", "latest:999", job_});
  EXPECT_EQ(none.status, 3);
  EXPECT_THAT(none.errors, HasSubstr("has no trial 999"));
}

// "--budget 4s: 12 candidates, ..."; -1: nothing of the kind.
int CandidatesIn(const std::string& errors) {
  static const std::regex kText("--budget [^:]+: (\\d+) candidates, ");
  std::smatch match;
  return std::regex_search(errors, match, kText) ? std::stoi(match[1]) : -1;
}

TEST_F(OnceTest, SaysHowLongItTakesAndFitsABudget) {
  const Ended fitted = Call({"search", job_, "--budget", "4s"});
  EXPECT_EQ(fitted.status, 0) << fitted.errors;
  EXPECT_THAT(fitted.errors, AllOf(HasSubstr("about "), HasSubstr("ms a step")));
  const int more = CandidatesIn(fitted.errors);
  const int fewer = CandidatesIn(Call({"search", job_, "--budget", "1s"}).errors);
  EXPECT_LT(0, fewer);
  EXPECT_LT(fewer, more);
  EXPECT_THAT(Call({"job", "get", "latest", "-o", "json"}).output,
              HasSubstr("\"candidates\": " + std::to_string(fewer)));
  const Ended small = Call({"search", job_, "--budget", "0.001s"});
  EXPECT_EQ(small.status, 2);
  EXPECT_THAT(small.errors, HasSubstr("even the least of this job"));
  const Ended wrong = Call({"search", job_, "--budget", "soon"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.errors, HasSubstr("give a time"));
  const Ended noop = Call({"search", job_, "--set", "task.name=noop", "--set",
                           "search.candidates=5"});
  EXPECT_THAT(noop.errors, Not(HasSubstr("ms a step")));
}

}  // namespace
}  // namespace actsearch::test
