// Replays the blocks in tests/golden/expr/*.txt: input -> canonical -> derivative ->
// values. Blocks are parted by empty lines, '#' starts a comment.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::expr {
namespace {

struct Block {
  std::string place;  // file:line
  std::string input;
  std::string canonical;
  std::string derive;  // of the canonical form
  std::vector<std::pair<double, double>> values;
};

// "x=0 -> 0" pairs, as many as stand in the line.
std::vector<std::pair<double, double>> ReadValues(const std::string& text) {
  std::vector<std::pair<double, double>> values;
  std::istringstream in(text);
  for (std::string at, arrow, value; in >> at >> arrow >> value;) {
    values.emplace_back(std::stod(at.substr(2)), std::stod(value));
  }
  return values;
}

std::vector<Block> ReadBlocks(const std::filesystem::path& path) {
  std::vector<Block> blocks;
  std::ifstream in(path);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const std::size_t gap = line.find(' ');
    if (line.empty() || line[0] == '#' || gap == std::string::npos) continue;
    const std::string key = line.substr(0, gap);
    const std::string rest = line.substr(line.find_first_not_of(' ', gap));
    if (key == "input") {
      blocks.push_back({path.filename().string() + ":" + std::to_string(number), rest});
    } else if (key == "canonical") {
      blocks.back().canonical = rest;
    } else if (key == "derive") {
      blocks.back().derive = rest;
    } else if (key == "at") {
      for (const auto& value : ReadValues(rest)) blocks.back().values.push_back(value);
    } else {
      ADD_FAILURE() << path << ":" << number << ": unknown key " << key;
    }
  }
  return blocks;
}

void Check(const Block& block) {
  SCOPED_TRACE(block.place + ": " + block.input);
  const auto e = Parse(block.input);
  ASSERT_TRUE(e) << e.error().message;
  const Expr canonical = Canonical(*e);
  EXPECT_EQ(Print(canonical), block.canonical);
  EXPECT_EQ(Print(Derive(canonical)), block.derive);
  for (const auto& [x, y] : block.values) {
    EXPECT_NEAR(Evaluate(*e, x, InitialParameters(*e)), y, 1e-12 * (1 + std::abs(y))) << x;
    EXPECT_NEAR(Evaluate(canonical, x, InitialParameters(canonical)), y, 1e-12 * (1 + std::abs(y)))
        << x;
  }
}

TEST(Golden, BlocksHold) {
  int blocks = 0;
  for (const auto& file : std::filesystem::directory_iterator(ACTSEARCH_GOLDEN_DIR)) {
    for (const Block& block : ReadBlocks(file.path())) {
      Check(block);
      EXPECT_FALSE(block.values.empty()) << block.place;
      ++blocks;
    }
  }
  EXPECT_GE(blocks, 20);
}

}  // namespace
}  // namespace actsearch::expr
