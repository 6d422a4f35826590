// Verbs against a real coordinator in this process.
#include "tests/unit/cli/program_bed.h"

namespace actsearch::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

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

TEST_F(ProgramTest, AJobThatNoWorkerCanServeIsStuckAndGoesOnWhenResumed) {
  std::string id;
  {
    const rpc::WireWorker sick(bed_.channel(), "gpu-7", rpc::Health::kSick);
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
              HasSubstr("digest 0123456789abcdef, 784 numbers, 0 numbers, rows 6000 + 1000 + 1000 "
                        "+ 2000 (train, search, select, final)"));
}

TEST_F(ProgramTest, AWorkerWhoseReportsMakeNoSenseIsNamedAndQuarantinesNothing) {
  const rpc::WireWorker liar(bed_.channel(), "liar", rpc::Health::kLiar);
  const Ended stuck = On({"job", "submit", "-", "--wait"}, kJob);
  EXPECT_EQ(stuck.code, 5) << stuck.err;
  EXPECT_THAT(stuck.err, HasSubstr("'liar'; the first said: its report makes no sense"));
  EXPECT_THAT(stuck.err, HasSubstr("losses[0]: nan is not a finite number"));
  EXPECT_THAT(On({"candidates", "list"}).out, Not(HasSubstr("QUARANTINED")));
}

TEST_F(ProgramTest, AWorkerWhoseAnswerMakesNoSenseIsNamed) {
  const rpc::WireWorker liar(bed_.channel(), "liar", rpc::Health::kLiar);
  const Ended stuck = On({"job", "submit", "-", "--wait"}, kJobOnFiles);
  EXPECT_THAT(stuck.err, HasSubstr("'liar'; the first said: probe_answer.facts.rows[3]: -1"));
}

TEST_F(ProgramTest, ASickWorkerBesideAHealthyOneIsNamedAndTheJobIsDone) {
  const rpc::WireWorker sick(bed_.channel(), "gpu-7", rpc::Health::kSick);
  const rpc::WireWorker healthy(bed_.channel(), "gpu-8");
  const Ended submitted = On({"job", "submit", "-", "--wait"}, kJob);
  EXPECT_EQ(submitted.code, 0) << submitted.err;
  EXPECT_THAT(On({"job", "get"}).out, HasSubstr("set aside     gpu-7: no such folder"));
}

}  // namespace
}  // namespace actsearch::cli
