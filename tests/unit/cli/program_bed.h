// Calls of the program in this process, alone and against a coordinator of its own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/verb.h"
#include "tests/support/process.h"
#include "tests/unit/cli/call.h"
#include "tests/unit/coordinator/rpc/server_bed.h"

namespace actsearch::cli {

using nlohmann::json;

inline constexpr const char* kJob = R"(
name: noop
task: {name: noop}
strategy: {name: random}
search: {candidates: 30, parallelism: 8}
finals: {finalists: 1, seeds: 2, learning_rates: [1], baselines: [relu]}
confirm: {steps: 1}
)";

inline constexpr const char* kJobOnFiles = R"(
name: on-files
task: {name: mlp, dataset: mnist, data_dir: images}
strategy: {name: random}
search: {candidates: 10, parallelism: 2}
finals: {finalists: 0, baselines: []}
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

}  // namespace actsearch::cli
